"""What `causo doctor` says of where dossiers come from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.doctor_dossiers import folder_findings, source_findings
from bot.settings import Settings
from tests.doubles.one_stop import CLIENT, SECRET, OneStop


@pytest.fixture
def one_stop() -> Iterator[OneStop]:
    with OneStop().running() as double:
        yield double


def settings(one_stop: OneStop, **more: object) -> Settings:
    given: dict[str, object] = {
        "dossier_source": "igate",
        "dossier_url": f"{one_stop.url}/pa/dossier-search/dvc",
        "dossier_token_url": f"{one_stop.url}/auth/token",
        "dossier_client_id": CLIENT,
        "dossier_client_secret": SECRET,
        **more,
    }
    return Settings(**given)  # type: ignore[arg-type]


def test_a_source_that_answers_is_good(one_stop: OneStop) -> None:
    (finding,) = source_findings(settings(one_stop))
    assert (finding.level, finding.text) == ("good", "the igate source of dossiers answers")


@pytest.mark.parametrize(
    ("broken", "said"), [("html", "CAUSO_DOSSIER_MAPPING"), ("500", "residents are told"), ("404", "http_404")]
)
def test_a_source_that_does_not_answer_is_wrong_and_why(one_stop: OneStop, broken: str, said: str) -> None:
    one_stop.broken = broken
    (finding,) = source_findings(settings(one_stop))
    assert finding.level == "wrong"
    assert said in finding.text


def test_refused_credentials_and_wrong_settings_are_told_apart_without_the_secret(one_stop: OneStop) -> None:
    (refused,) = source_findings(settings(one_stop, dossier_client_secret="very secret"))
    assert "CAUSO_DOSSIER_CLIENT_SECRET" in refused.text
    assert "very secret" not in refused.text
    (lacking,) = source_findings(settings(one_stop, dossier_client_id=None))
    assert lacking.text.startswith("CAUSO_DOSSIER_CLIENT_ID: is needed")


def test_an_address_without_https_is_warned_of(one_stop: OneStop) -> None:
    found = list(source_findings(settings(one_stop, dossier_url="http://mot-cua.invalid/tim")))
    assert [finding.level for finding in found] == ["warning", "wrong"]
    assert "CAUSO_DOSSIER_URL is not https" in found[0].text


def test_the_folder(tmp_path: Path) -> None:
    assert list(folder_findings(None)) == []
    (absent,) = folder_findings(tmp_path / "none")
    assert absent.level == "warning"
    (good,) = folder_findings(tmp_path)
    assert good.level == "good"
    (tmp_path / "failed").mkdir()
    (tmp_path / "failed" / "a.csv").touch()
    (tmp_path / "failed" / "a.csv.txt").touch()
    (bad,) = folder_findings(tmp_path)
    assert bad.text.startswith("1 tables")
