"""Settings: environment over files over `causo.toml`, and one clear line when something is wrong."""

from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.secret_key import secret_key
from bot.settings import Settings, read_settings


def test_the_environment_wins_over_a_secret_file_and_that_over_the_toml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "causo.toml").write_text('place = "from-toml"\nport = 9001\nhost = "0.0.0.0"\n', encoding="utf-8")
    (tmp_path / "port").write_text("9002\n", encoding="utf-8")
    monkeypatch.setenv("CAUSO_PORT_FILE", str(tmp_path / "port"))
    monkeypatch.setenv("CAUSO_PLACE", "from-environment")
    settings = read_settings(tmp_path)
    assert (settings.place, settings.port, settings.host) == ("from-environment", 9002, "0.0.0.0")


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("port = 99999", "CAUSO_PORT"),
        ("prot = 80", "CAUSO_PROT"),
        ('telegram_mode = "pigeon"', "CAUSO_TELEGRAM_MODE"),
        ('public_url = "phuong.vn"', "CAUSO_PUBLIC_URL"),
        ("port = ", "causo.toml"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, toml: str, said: str) -> None:
    (tmp_path / "causo.toml").write_text(toml, encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as wrong:
        read_settings(tmp_path)
    assert "\n" not in str(wrong.value)


def test_a_missing_secret_file_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSO_SECRET_KEY_FILE", str(tmp_path / "none"))
    with pytest.raises(SettingsError, match="CAUSO_SECRET_KEY_FILE"):
        read_settings(tmp_path)


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    shown = repr(Settings(secret_key="very secret indeed", telegram_token="123:abc"))  # type: ignore[arg-type]
    assert "very secret" not in shown
    assert "123:abc" not in shown


def test_a_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'a.sqlite3'}")
    first = secret_key(settings)
    assert secret_key(settings) == first
    assert len(first) >= 32
    assert (tmp_path / "secret.key").stat().st_mode & 0o077 == 0


def test_a_shared_database_needs_a_key_of_its_own() -> None:
    with pytest.raises(SettingsError, match="CAUSO_SECRET_KEY"):
        secret_key(Settings(database_url="postgresql://a@b/c"))
    with pytest.raises(SettingsError, match="at least"):
        secret_key(Settings(secret_key="short"))  # type: ignore[arg-type]
