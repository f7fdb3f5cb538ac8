"""What `causo doctor` says of the Zalo bot: its token, its webhook, what is left of its plan, and what was lost."""

import asyncio
from collections.abc import Iterator
from datetime import UTC

from sqlalchemy import func, select
from sqlalchemy.exc import ProgrammingError

from bot.channels.zalo_bot import PATH, Me, who
from bot.channels.zalo_bot_api import Away, Refused, ZaloBotApi
from bot.channels.zalo_bot_build import LOST, build_zalo_bot, zalo_bot_quota
from bot.channels.zalo_bot_parse import NAME
from bot.cli.finding import Finding
from bot.clock import now
from bot.errors import SettingsError, StoreAway
from bot.quota import Used
from bot.settings import Settings
from bot.store.connect import open_store
from bot.store.counting import counted_between
from bot.store.tables import Conversation

_NEARLY = 0.8  # of the people that a plan allows


def zalo_bot_findings(settings: Settings) -> Iterator[Finding]:
    """Nothing where it is off."""
    if settings.zalo_bot_token is None:
        return
    try:
        asyncio.run(_built(settings))
    except SettingsError as error:
        yield Finding("wrong", str(error))
    yield from asyncio.run(_asked(settings))
    yield from _kept(settings)


async def _built(settings: Settings) -> None:
    if channel := build_zalo_bot(settings):
        await channel.close()


async def _asked(settings: Settings) -> list[Finding]:
    """What Zalo says."""
    assert settings.zalo_bot_token is not None
    api = ZaloBotApi(settings.zalo_bot_token.get_secret_value(), settings.zalo_bot_api_url)
    try:
        me = await who(api)
        hook = await _hook(api)
    except Away as error:
        return [Finding("wrong", f"Zalo Bot does not answer ({error}); see CAUSO_ZALO_BOT_API_URL and the network")]
    except Refused as error:
        if error.code in (401, 404):
            return [Finding("wrong", f"Zalo refuses the bot's token ({error}); see CAUSO_ZALO_BOT_TOKEN")]
        return [Finding("warning", f"Zalo Bot refused to say how it stands: {error}")]
    finally:
        await api.close()
    return [_token(me), _webhook(settings, hook)]


async def _hook(api: ZaloBotApi) -> str:
    """The webhook's address; Zalo answers 404 where there is none."""
    try:
        found = await api.call("getWebhookInfo")
    except Refused as error:
        if error.code == 404:
            return ""
        raise
    return str(found.get("url") or "") if isinstance(found, dict) else ""


def _token(me: Me) -> Finding:
    groups = "may join groups" if me.can_join_groups else "may not join groups"
    return Finding("good", f"Zalo Bot: the token is of {me.display_name or me.name or 'a bot'}, which {groups}")


def _webhook(settings: Settings, hook: str) -> Finding:
    ours = f"{settings.address}{PATH}"
    if settings.zalo_bot_mode == "polling":
        if hook:
            return Finding("warning", f"Zalo Bot: a webhook is set ({hook}); `causo run` takes it away to poll")
        return Finding("warning", "Zalo Bot polls, which is for trials: an update on its way can be lost")
    if hook == ours:
        return Finding("good", f"Zalo Bot: the webhook is {hook}")
    return Finding("warning", f"Zalo Bot: the webhook is {hook or 'not set'}; `causo run` sets it to {ours}")


def _kept(settings: Settings) -> Iterator[Finding]:
    store = open_store(settings.database_url)
    at, today = now(), now().astimezone(UTC).date()
    try:
        with store.read() as session:
            people = session.scalar(select(func.count()).where(Conversation.channel == NAME)) or 0
            lost = counted_between(session, LOST, today.replace(day=1), today)
            used = zalo_bot_quota(settings)[NAME].used(session, at)
    except (StoreAway, ProgrammingError):
        return  # said elsewhere, or not prepared yet
    finally:
        store.close()
    yield from map(_used, used)
    many = people >= settings.zalo_bot_people * _NEARLY
    text = f"Zalo Bot: {people} chats; the plan holds {settings.zalo_bot_people} people (CAUSO_ZALO_BOT_PEOPLE)"
    yield Finding("warning" if many else "good", f"{text}; beyond them use an Official Account" if many else text)
    if lost:
        yield Finding(
            "warning",
            f"Zalo Bot: {lost} messages of people were lost this month while the database was away; "
            "Zalo does not send them again",
        )


def _used(used: Used) -> Finding:
    text = f"Zalo Bot: {used.sent} of {used.limit} messages of this {used.per} are sent"
    if not used.replies_left:
        return Finding("wrong", f"{text}; everything waits until the {used.per} ends, nothing is lost")
    if not used.announcements_left:
        return Finding("warning", f"{text}; announcements wait, what is left is for replies")
    return Finding("warning" if used.nearly else "good", f"{text} (CAUSO_ZALO_BOT_MESSAGES_PER_MONTH)")
