"""What `causo doctor` says of the Zalo Official Account."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from bot.channels.zalo_oa_build import oauth_app, signer
from bot.channels.zalo_oa_webhook import PATH
from bot.channels.zalo_window import NAME
from bot.cli.finding import Finding
from bot.clock import now
from bot.errors import SettingsError, StoreAway
from bot.settings import Settings
from bot.store.connect import open_store
from bot.store.tables import Outbox
from bot.store.zalo_tables import ZaloChat, ZaloToken

_OLD = timedelta(days=60)  # a refresh token lives about ninety


def zalo_findings(settings: Settings) -> Iterator[Finding]:
    """Settings, address, tokens, and what could only be learnt from the live platform."""
    try:
        app = oauth_app(settings)
    except SettingsError as error:
        yield Finding("wrong", str(error))
        return
    if app is None:
        yield Finding("warning", "Zalo OA is off: CAUSO_ZALO_OA_APP_ID is not set")
        return
    if not all(signer(settings).parts(settings.zalo_oa_signature)):
        yield Finding("wrong", f"CAUSO_ZALO_OA_SIGNATURE: an id or secret of {settings.zalo_oa_signature} is not set")
    if not (settings.public_url or "").startswith("https://"):
        yield Finding("wrong", "CAUSO_PUBLIC_URL: Zalo delivers to https addresses only")
    else:
        yield Finding("good", f"Zalo's webhook is {settings.public_url}{PATH}, signed by {settings.zalo_oa_signature}")
    if settings.zalo_oa_template_id is None:
        yield Finding(
            "warning", "Zalo OA has no template: what may not be sent after the window waits until people write again"
        )
    yield from _kept(settings, app.id)


def _kept(settings: Settings, app: str) -> Iterator[Finding]:
    store = open_store(settings.database_url)
    try:
        with store.read() as session:
            row = session.get(ZaloToken, app)
            chats = session.scalar(select(func.count()).select_from(ZaloChat))
            parked = session.scalar(
                select(func.count()).select_from(Outbox).where(Outbox.channel == NAME, Outbox.status == "parked")
            )
    except StoreAway:
        return  # said already
    except ProgrammingError:
        yield Finding("warning", "the database was not prepared yet: start `causo run` once")
        return
    finally:
        store.close()
    yield _token(row, settings)
    if chats:
        yield Finding("good", f"Zalo OA: {chats} residents; {parked} messages wait until their residents write again")
    else:
        yield Finding(
            "warning",
            "no event came from Zalo yet: have somebody write to the account; "
            "a signature that does not fit is in the log, see `causo zalo verify-signature`",
        )


def _token(row: ZaloToken | None, settings: Settings) -> Finding:
    if row is None:
        if settings.zalo_oa_refresh_token:
            return Finding("good", "Zalo's refresh token is used at the first start")
        return Finding("wrong", "Zalo OA has no tokens: run `causo zalo authorize`")
    if row.problem:
        return Finding("wrong", f"Zalo gives no token ({row.problem}): run `causo zalo authorize`")
    if row.renewed_at is not None and row.renewed_at < now() - _OLD:
        return Finding("wrong", "Zalo's tokens were not renewed for 60 days; start `causo run` before they end at 90")
    return Finding("good", "Zalo's tokens are in order")
