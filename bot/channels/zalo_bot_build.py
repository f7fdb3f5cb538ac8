"""Building the Zalo bot from the settings: the channel, its plan, its webhook, and the count of what was lost."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog
from anyio import to_thread
from starlette.routing import Route

from bot.channels.contract import Plan
from bot.channels.secrets import webhook_secret
from bot.channels.zalo_bot import Take, ZaloBot
from bot.channels.zalo_bot_parse import NAME
from bot.channels.zalo_bot_webhook import ZaloBotWebhook
from bot.errors import SettingsError, StoreAway
from bot.quota import Quota
from bot.settings import Settings
from bot.store.connect import Store
from bot.store.counting import count
from handlers.turn import Incoming

LOST = f"{NAME}_lost"  # counts updates that nobody could take and Zalo does not send again
_log = structlog.get_logger()


class LostUpdates:
    """Counts them: in memory while the database is away, which is when they are lost, and there once it is back."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self.store, self.clock, self.waiting = store, clock, 0

    async def one(self) -> None:
        """One more."""
        self.waiting += 1
        _log.error("zalo_bot_update_lost", waiting=self.waiting, do="Zalo does not send it again; see causo doctor")

    async def keep(self) -> None:
        """Put down what waits to be counted; when the database is still away it waits on."""
        number, self.waiting = self.waiting, 0
        if not number:
            return
        try:
            await to_thread.run_sync(self._count, number)
        except StoreAway:
            self.waiting += number

    def _count(self, number: int) -> None:
        with self.store.write() as session:
            count(session, LOST, self.clock(), number)

    def after(self, take: Take) -> Take:
        """`take`, and then what waits is counted, since the database is there."""

        async def taken(incoming: Incoming) -> None:
            await take(incoming)
            await self.keep()

        return taken


def build_zalo_bot(settings: Settings) -> ZaloBot | None:
    """None where no token is set; raises `SettingsError` where Zalo could not deliver to us."""
    if settings.zalo_bot_token is None:
        return None
    if settings.zalo_bot_mode == "webhook" and not settings.address.startswith("https://"):
        raise SettingsError(
            "CAUSO_ZALO_BOT_MODE: webhook needs CAUSO_PUBLIC_URL=https://…; for a trial set CAUSO_ZALO_BOT_MODE=polling"
        )
    token = settings.zalo_bot_token.get_secret_value()
    return ZaloBot(token, settings.zalo_bot_api_url, settings.address)


def zalo_bot_quota(settings: Settings) -> dict[str, Quota]:
    """The plan, for the outbox."""
    if settings.zalo_bot_token is None:
        return {}
    return {NAME: Quota(NAME, Plan(per_month=settings.zalo_bot_messages_per_month))}


def zalo_bot_route(channel: ZaloBot, key: str, take: Take, lost: LostUpdates) -> Route:
    """The webhook."""
    return ZaloBotWebhook(channel, lost.after(take), webhook_secret(key, NAME), lost.one).route()


async def run_zalo_bot(
    channel: ZaloBot, settings: Settings, key: str, take: Take, lost: LostUpdates, stop: asyncio.Event
) -> None:
    """Set up, then poll where that is the mode, until told to stop."""
    secret = webhook_secret(key, NAME)
    setting_up = asyncio.create_task(channel.set_up(settings.zalo_bot_mode, settings.address, secret))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({setting_up, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not setting_up.done():
        setting_up.cancel()
        return
    setting_up.result()
    if settings.zalo_bot_mode == "polling":
        await channel.poll(lost.after(take), stop, lost.one)
