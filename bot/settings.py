"""Settings from the environment (`CAUSO_...`), `causo.toml`, and secrets from files (`CAUSO_..._FILE`)."""

import os
import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingsError

_FILE = Path("causo.toml")
_HttpUrl = Annotated[
    str,
    BeforeValidator(lambda v: v.rstrip("/") if isinstance(v, str) else v),
    StringConstraints(pattern=r"^https?://\S+$"),
]


def _framers(value: str) -> str:
    """Addresses of sites, apart by spaces, as a `frame-ancestors` policy takes them."""
    for site in value.split():
        if not re.fullmatch(r"https?://(\*\.)?[\w-]+(\.[\w-]+)*(:\d+)?", site):
            raise ValueError(f"“{site}” is no site; write them as https://ward.example https://www.ward.example")
    return value


_Framers = Annotated[str, AfterValidator(_framers)]


class Settings(BaseSettings):
    """Everything that differs between deployments. The defaults run the web page on this machine alone."""

    model_config = SettingsConfigDict(env_prefix="CAUSO_", extra="forbid", frozen=True, env_ignore_empty=True)

    database_url: str = "sqlite:///var/causo.sqlite3"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    public_url: _HttpUrl | None = None
    place: str | None = None
    secret_key: SecretStr | None = None
    frame_ancestors: _Framers = ""
    cache_dir: Path = Path(".cache")
    retention_days: int = Field(default=180, ge=0)  # how long what residents wrote is kept; 0: until they say so
    backup_key: SecretStr | None = None  # the passphrase of backups

    telegram_token: SecretStr | None = None
    telegram_name: str | None = None
    telegram_api_url: _HttpUrl = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_proxy: str | None = None

    dossier_source: Literal["table", "igate", "json", "sql"] = "table"
    dossier_url: SecretStr | None = None  # a database's address may hold its password
    dossier_mapping: Path | None = None
    dossier_token_url: _HttpUrl | None = None
    dossier_client_id: str | None = None
    dossier_client_secret: SecretStr | None = None
    dossier_folder: Path | None = None
    lookups_per_chat: int = Field(default=20, ge=1)
    lookups_per_network: int = Field(default=60, ge=1)
    lookups_overall: int = Field(default=2000, ge=1)

    transcribe_url: _HttpUrl | None = None  # as OpenAI's: {url}/audio/transcriptions
    transcribe_model: str = "whisper-1"
    transcribe_key: SecretStr | None = None
    transcribe_command: str | None = None

    zalo_bot_token: SecretStr | None = None
    zalo_bot_api_url: _HttpUrl = "https://bot-api.zaloplatforms.com"
    zalo_bot_mode: Literal["polling", "webhook"] = "webhook"
    zalo_bot_messages_per_month: int = Field(default=3000, ge=1)  # as the free plan had it in September 2026
    zalo_bot_people: int = Field(default=50, ge=1)  # likewise
    zalo_oa_id: str | None = None
    zalo_oa_app_id: str | None = None
    zalo_oa_app_secret: SecretStr | None = None
    zalo_oa_secret_key: SecretStr | None = None
    zalo_oa_refresh_token: SecretStr | None = None
    zalo_oa_api_url: _HttpUrl = "https://openapi.zalo.me"
    zalo_oa_oauth_url: _HttpUrl = "https://oauth.zaloapp.com"
    zalo_oa_signature: Literal["app_id+oa_key", "app_id+app_secret", "oa_id+oa_key", "oa_id+app_secret"] = (
        "app_id+oa_key"
    )
    zalo_oa_per_minute: int = Field(default=100, ge=1)  # as the account's package says
    zalo_oa_paid: bool = False  # whether messages that Zalo charges for may go out
    zalo_oa_button_template: str | None = None
    zalo_oa_contact_image: _HttpUrl | None = None
    zalo_oa_template_id: str | None = None
    zalo_oa_template_field: str = "noi_dung"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings, env_settings)

    @property
    def address(self) -> str:
        """Where residents reach the page."""
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings(folder: Path = Path()) -> Settings:
    """The settings in force; raises `SettingsError` with one line that says which is wrong and what to do."""
    try:
        return Settings(**{**_from_toml(folder / _FILE), **_from_files(), **_from_environment()})
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        name = f"CAUSO_{'_'.join(map(str, fault['loc'])).upper()}"
        raise SettingsError(f"{name}: {fault['msg']}") from None


def _from_environment() -> dict[str, Any]:
    """Environment over file; an unknown CAUSO_ name is not an error, since tools of the operator may use the prefix."""
    return {
        name: os.environ[variable]
        for name in Settings.model_fields
        if os.environ.get(variable := f"CAUSO_{name.upper()}")
    }


def _from_files() -> dict[str, str]:
    """`CAUSO_SECRET_KEY_FILE=/run/secrets/key` and the like."""
    found = {}
    for name in Settings.model_fields:
        variable = f"CAUSO_{name.upper()}_FILE"
        if path := os.environ.get(variable):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(f"{variable}: cannot read {path}: {error.strerror}") from None
    return found


def _from_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: {error}") from None
