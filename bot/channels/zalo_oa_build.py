"""Building the Zalo Official Account from the settings."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session
from starlette.routing import Route

from bot.channels.contract import Pace
from bot.channels.zalo_alarm import tell_operators
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa_webhook import Take, ZaloOaWebhook
from bot.channels.zalo_oauth import App
from bot.channels.zalo_signature import Signer
from bot.channels.zalo_template import Templates
from bot.channels.zalo_token import Tokens
from bot.channels.zalo_window import NAME, Windows
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store.connect import Store
from bot.store.counting import count, counted


def build_zalo_oa(
    settings: Settings,
    store: Store,
    key: str,
    clock: Callable[[], datetime],
    texts: Callable[[], Mapping[str, str]],
    photo: Callable[[str], bytes | None],
) -> ZaloOa | None:
    """None where no app is set; raises `SettingsError` where it is set by halves."""
    app = oauth_app(settings)
    if app is None:
        return None
    if not all(signer(settings).parts(settings.zalo_oa_signature)):
        raise SettingsError(
            f"CAUSO_ZALO_OA_SIGNATURE: {settings.zalo_oa_signature} needs "
            "CAUSO_ZALO_OA_ID or _APP_ID, and CAUSO_ZALO_OA_SECRET_KEY or _APP_SECRET; see docs/vi/zalo-oa.md"
        )

    def consent(session: Session) -> None:
        tell_operators(session, texts()["zalo_alarm_consent"])

    def alarm(session: Session, code: int) -> None:
        name, now = f"{NAME}_alarm_{abs(code)}", clock()
        if not counted(session, name, now):
            tell_operators(session, texts()["zalo_alarm_refused"].format(code=code))
        count(session, name, now)

    given = settings.zalo_oa_refresh_token
    tokens = Tokens(store, key, app, clock, given.get_secret_value() if given else None, consent)
    template = settings.zalo_oa_template_id
    return ZaloOa(
        store,
        tokens,
        Windows(store, clock),
        settings.zalo_oa_api_url,
        clock,
        Pace(per_second=settings.zalo_oa_per_minute / 60, chat_seconds=0),
        photo=photo,
        alarm=alarm,
        templates=Templates(template, settings.zalo_oa_template_field) if template else None,
        paid=settings.zalo_oa_paid,
        button_template=settings.zalo_oa_button_template,
        contact_image=settings.zalo_oa_contact_image,
    )


def zalo_oa_route(settings: Settings, channel: ZaloOa, take: Take) -> Route:
    """The webhook."""
    signs = settings.zalo_oa_signature
    return ZaloOaWebhook(signer(settings), signs, channel.windows, take, channel.clock).route()


def oauth_app(settings: Settings) -> App | None:
    """The app as the token service knows it; None where none is set. Raises `SettingsError` without its secret."""
    if settings.zalo_oa_app_id is None:
        return None
    if settings.zalo_oa_app_secret is None:
        raise SettingsError("CAUSO_ZALO_OA_APP_SECRET: set it, since CAUSO_ZALO_OA_APP_ID is set")
    return App(settings.zalo_oa_app_id, settings.zalo_oa_app_secret.get_secret_value(), settings.zalo_oa_oauth_url)


def signer(settings: Settings) -> Signer:
    """Whatever of it is set."""
    key, secret = settings.zalo_oa_secret_key, settings.zalo_oa_app_secret
    return Signer(
        settings.zalo_oa_app_id or "",
        settings.zalo_oa_id or "",
        key.get_secret_value() if key else "",
        secret.get_secret_value() if secret else "",
    )
