"""What `causo doctor` says of Telegram and of the way here: asked live, since only the other side knows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from bot.cli.finding import Finding
from bot.clock import now
from bot.settings import Settings

_PATIENCE = 8.0  # seconds
_SKEW = timedelta(seconds=60)  # a clock this wrong makes signatures and one-time codes fail
_MANY = 50  # updates that wait at Telegram


def telegram_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the token works, Telegram is reachable from here, its webhook reaches us, and the clock is right."""
    if settings.telegram_token is None:
        yield Finding("warning", "Telegram is off: CAUSO_TELEGRAM_TOKEN is not set")
        return
    base = f"{settings.telegram_api_url}/bot{settings.telegram_token.get_secret_value()}"
    try:
        with httpx.Client(timeout=_PATIENCE, proxy=settings.telegram_proxy) as client:
            me = client.get(f"{base}/getMe")
            info = client.get(f"{base}/getWebhookInfo")
    except httpx.HTTPError as error:
        yield Finding(
            "wrong",
            f"Telegram cannot be reached from here ({type(error).__name__}); it is blocked by some providers: "
            "set CAUSO_TELEGRAM_PROXY, or use Zalo and the web page",
        )
        return
    if me.status_code in (401, 403, 404):
        yield Finding("wrong", "Telegram refuses the token: copy it again from @BotFather into CAUSO_TELEGRAM_TOKEN")
        return
    if me.status_code != 200:
        yield Finding("warning", f"Telegram answers {me.status_code} at the moment; try again later")
        return
    yield Finding("good", f"Telegram knows the bot as @{me.json()['result'].get('username', '?')}")
    yield from clock_findings(me.headers.get("date"), now())
    yield from _webhook(settings, info.json().get("result", {}))


def _webhook(settings: Settings, info: dict[str, object]) -> Iterator[Finding]:
    url, said, waiting = str(info.get("url") or ""), info.get("last_error_message"), info.get("pending_update_count")
    if settings.telegram_mode == "polling":
        if url:
            yield Finding("warning", "Telegram still delivers to a webhook; polling starts with the next `causo run`")
        return
    wanted = f"{settings.address}/webhooks/telegram"
    if not settings.address.startswith("https://"):
        yield Finding("wrong", "CAUSO_PUBLIC_URL: Telegram delivers to https addresses only; or use polling")
    elif url != wanted:
        yield Finding("warning", "Telegram's webhook is set by the next `causo run`")
    if said:
        yield Finding("wrong", f"Telegram cannot deliver to the webhook: {said}; check address, certificate, firewall")
    if isinstance(waiting, int) and waiting > _MANY:
        yield Finding("warning", f"{waiting} messages wait at Telegram: is `causo run` running?")


def clock_findings(header: str | None, here: datetime) -> Iterator[Finding]:
    """This machine's clock beside that of an answer's `Date` header."""
    try:
        there = parsedate_to_datetime(header or "")
    except ValueError:
        return
    skew = here - (there if there.tzinfo else there.replace(tzinfo=UTC))
    if abs(skew) > _SKEW:
        seconds = round(abs(skew).total_seconds())
        way = "ahead" if skew > timedelta() else "behind"
        yield Finding("wrong", f"this machine's clock is {seconds} s {way}: switch time synchronisation (NTP) on")


def address_findings(settings: Settings) -> Iterator[Finding]:
    """Whether the address residents use leads here. Nothing is asked where none is set."""
    if not settings.public_url:
        yield Finding("warning", "CAUSO_PUBLIC_URL is not set: links and webhooks need the address residents use")
        return
    try:
        answer = httpx.get(f"{settings.public_url}/healthz", timeout=_PATIENCE, follow_redirects=True)
        alive = answer.status_code == 200 and answer.json() == {"alive": True}
    except (httpx.HTTPError, ValueError):
        alive = False
    if alive:
        yield Finding("good", f"{settings.public_url} leads to this program")
    else:
        yield Finding(
            "warning",
            f"{settings.public_url} does not lead to this program from here: is `causo run` running, "
            "and are name, certificate and reverse proxy right?",
        )
