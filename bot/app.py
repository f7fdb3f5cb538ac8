"""The one place that builds things: settings in, a running Cầu Số out."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime

from anyio import to_thread
from sqlalchemy.orm import Session
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from bot.announce import pictures as announced
from bot.announce.audience import Scope
from bot.announce.sending import Announcer
from bot.announce.wishes import TableNews
from bot.bell import Bell
from bot.channels.console import CONSOLE
from bot.channels.contract import Channel, Limits, Outgoing
from bot.channels.secrets import webhook_secret
from bot.channels.telegram import Telegram, webhook_route
from bot.channels.web import WEB
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_build import LostUpdates, build_zalo_bot, zalo_bot_route
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa_build import build_zalo_oa, zalo_oa_route
from bot.clock import now
from bot.codes import OneTimeCodes
from bot.consent import log_informed, log_rating
from bot.desk.base import Desk
from bot.desk.routes import desk_routes
from bot.dossiers.known import KnownDossiers
from bot.dossiers.lookups import Lookups
from bot.dossiers.owners import TableOwners
from bot.dossiers.receipt import ReceiptReader, codes_in
from bot.dossiers.remote import Remote
from bot.dossiers.sources import open_source
from bot.dossiers.table import NoDossiers, TableDossiers
from bot.dossiers.watch import watch_folder
from bot.engine import Engine
from bot.errors import SettingsError
from bot.following.follows import TableFollows, move_here
from bot.following.notices import Notices
from bot.leaflets import Leaflets
from bot.library import Library
from bot.links import Links, start_of
from bot.logs import chat_hash
from bot.mydata import TableData, copy_for
from bot.pictures import Pictures
from bot.relay import Relay
from bot.retention import Retention
from bot.secret_key import secret_key
from bot.settings import Settings
from bot.staff.audit import record
from bot.staff.directory import join_chat
from bot.staff.helping import SessionsEnd, record_help
from bot.store.connect import Store, open_store
from bot.store.staff_tables import Staff
from bot.store.tables import Conversation
from bot.store.transcript import Entry, transcript
from bot.tickets.desks import with_desks
from bot.tickets.escalate import Escalation
from bot.tickets.pictures import for_chat, to_send
from bot.tickets.wording import Wording
from bot.voice import open_voice
from bot.web.guard import create_site
from bot.web.service import WebService
from bot.web.site import create_web
from handlers import privacy
from handlers.commands import menu
from handlers.dispatch import dispatch
from handlers.effects import Effect, Informed, JoinStaff, MoveHere, Rate, RecordHelp
from handlers.ports import Dossiers, Tools
from handlers.turn import Incoming, Outcome, Reply, TextPart
from knowledge.units import Units

SELF_SERVING = frozenset({"web", "console"})  # these read their messages themselves
Worker = Callable[[asyncio.Event], Coroutine[None, None, None]]


@dataclass(frozen=True, slots=True)
class App:
    """Everything that was built for one process. `workers` run beside the page and the outbox until told to stop."""

    settings: Settings
    store: Store
    library: Library
    engine: Engine
    bell: Bell
    key: str
    pictures: Pictures
    telegram: Telegram | None
    relay: Relay
    escalation: Escalation
    notices: Notices
    announcer: Announcer
    workers: tuple[Worker, ...] = ()
    remote: Remote | None = None
    zalo_oa: ZaloOa | None = None
    zalo_bot: ZaloBot | None = None
    lost: LostUpdates | None = None  # of the Zalo bot


def build(settings: Settings, library: Library | None = None, clock: Callable[[], datetime] = now) -> App:
    """Build, but start nothing. Raises `SettingsError` or `ContentError`."""
    library = library or Library(cache=settings.cache_dir)
    if settings.place and settings.place not in library.current.content.places:
        known = ", ".join(key for key, place in library.current.content.places.items() if place.kind == "ward")
        raise SettingsError(f"CAUSO_PLACE: there is no place “{settings.place}”; known are {known}")
    store = open_store(settings.database_url)
    bell = Bell()
    key = secret_key(settings)
    pictures = Pictures(lambda: library.current.content, library.folder, settings.cache_dir)

    def photo(address: str) -> bytes | None:
        return to_send(store, key, address) or announced.find(store, address) or pictures.photo(address)

    zalo_oa = build_zalo_oa(settings, store, key, clock, lambda: library.current.content.texts, photo)
    telegram, zalo_bot = _telegram(settings, photo), build_zalo_bot(settings)
    units = Units(library.folder)
    source = open_source(settings, clock)
    lookups = Lookups(settings, clock)

    def may_ask(incoming: Incoming, code: str) -> bool:
        chat = chat_hash(key, incoming.channel, incoming.chat)
        return lookups.full(chat, incoming.network, code) is None

    remote = Remote(source, clock, may_ask) if source else None
    fetchers = {channel.name: channel.files.fetch for channel in (telegram, zalo_oa, zalo_bot) if channel}
    receipts = ReceiptReader(fetchers, clock)
    voice = open_voice(settings, fetchers)
    ahead = [receipts.ahead, *([voice.ahead] if voice else []), *([remote.ahead] if remote else [])]
    limits: dict[str, Limits] = {"web": WEB, "console": CONSOLE}
    if telegram:
        limits[telegram.name] = telegram.limits
    if zalo_oa:
        limits[zalo_oa.name] = zalo_oa.limits
    if zalo_bot:
        limits[zalo_bot.name] = zalo_bot.limits

    def tools(session: Session, conversation: Conversation, incoming: Incoming) -> Tools:
        known = library.current
        given = (known.content, known.reader, known.intent, find(session), settings.place, settings.address)
        at = clock()
        built = Tools(
            *given,
            units=units,
            codes=OneTimeCodes(session, conversation, key, at),
            owners=TableOwners(session, conversation, key, at),
            follows=TableFollows(session, conversation, at),
            news=TableNews(session, conversation, at),
            my_data=TableData(session, conversation, known.content, key, settings.address, at),
            kept_days=settings.retention_days,
            private_chat=f"https://t.me/{settings.telegram_name}" if settings.telegram_name else "",
            chat=conversation.id,
            may_look_up=lookups.of(session, chat_hash(key, incoming.channel, incoming.chat), incoming.network),
        )
        return with_desks(built, session, conversation, key, at)

    def find(session: Session) -> Dossiers:
        table = TableDossiers(session)
        return KnownDossiers(table, remote) if remote else table

    def move(session: Session, conversation: Conversation, effect: Effect, at: datetime) -> None:
        move_here(session, conversation, effect, at, library.current.content.texts["move_told"])

    def plain() -> Tools:
        return _plain_tools(library, settings.address)

    def sorry() -> Reply:
        return Reply(Outcome.FAILED, (TextPart(library.current.content.texts["failed"]),))

    engine = Engine(
        store=store,
        tools=tools,
        answer=dispatch,
        limits=limits,
        clock=clock,
        bell=bell,
        sorry=sorry,
        key=key,
        ahead=ahead,
        carry={Informed: log_informed, JoinStaff: join, MoveHere: move, Rate: log_rating, RecordHelp: record_help},
    )
    relay = Relay(store, engine.queue, bell, clock)
    escalation = Escalation(store, lambda: Wording(plain()), clock)
    notices = Notices(store, find, plain, engine.queue, limits, bell, clock, remote)
    scope = Scope(limits, settings.retention_days, settings.zalo_oa_paid)
    announcer = Announcer(store, scope, engine.queue, lambda: plain().content.texts, limits, bell, clock)
    workers: tuple[Worker, ...] = (relay.run, escalation.run, notices.run, SessionsEnd(store, clock).run)
    workers = (*workers, announcer.run, Retention(store, settings.retention_days, clock).run)
    if zalo_oa:
        workers = (*workers, zalo_oa.tokens.run)
    if settings.dossier_folder:
        workers = (*workers, watch_folder(settings.dossier_folder, store, library, clock, key, bell).run)
    given_to = (settings, store, library, engine, bell, key, pictures, telegram, relay, escalation, notices, announcer)
    lost = LostUpdates(store, clock)
    return App(*given_to, workers=workers, remote=remote, zalo_oa=zalo_oa, zalo_bot=zalo_bot, lost=lost)


def join(session: Session, conversation: Conversation, effect: Effect, now: datetime) -> None:
    """A member of the team joined with this chat."""
    assert isinstance(effect, JoinStaff)
    join_chat(session, conversation, session.get_one(Staff, effect.staff))
    record(session, effect.staff, "joined", conversation.channel, now)


def _plain_tools(library: Library, address: str) -> Tools:
    """The content alone, where there is no conversation."""
    known = library.current
    return Tools(known.content, known.reader, known.intent, NoDossiers(), public_url=address)


def _telegram(settings: Settings, photo: Callable[[str], bytes | None]) -> Telegram | None:
    if settings.telegram_token is None:
        return None
    return Telegram(
        settings.telegram_token.get_secret_value(),
        settings.telegram_api_url,
        proxy=settings.telegram_proxy,
        photo=photo,
    )


def channels(app: App) -> dict[str, Channel]:
    """The platforms that messages are sent to."""
    there: tuple[Channel | None, ...] = (app.telegram, app.zalo_oa, app.zalo_bot)
    return {channel.name: channel for channel in there if channel}


def take(app: App) -> Callable[[Incoming], Awaitable[None]]:
    """The engine's `take` for the network edge: in a thread, finished only when committed."""

    async def taken(incoming: Incoming) -> None:
        await to_thread.run_sync(app.engine.take, incoming)

    return taken


def site(app: App, stop: asyncio.Event) -> ASGIApp:
    """The web page, the webhooks and the health checks."""

    def lines(chat: str, after: int) -> tuple[Entry, ...]:
        with app.store.read() as session:
            return transcript(session, "web", chat, after)

    def links(place: str | None) -> Links:
        return Links(app.settings.address, place, app.settings.telegram_name, app.settings.zalo_oa_id)

    leaflets = Leaflets(app.library, app.pictures, links, app.settings.place, app.engine.clock)

    def service_tools() -> Tools:
        return _plain_tools(app.library, app.settings.address)

    def welcome(ward: str | None) -> Outgoing:
        tools = replace(service_tools(), kept_days=app.settings.retention_days)
        who = privacy.owner(tools, tools.content.places.get(ward or ""))
        said = tools.content.texts["web_welcome"].format(owner=who, kept=privacy.kept_how_long(tools))
        return Outgoing(TextPart(said), menu(tools))

    def my_data(token: str) -> str | None:
        return copy_for(app.store, app.library.current.content, app.key, token, app.engine.clock())

    service = WebService(
        welcome=welcome,
        my_data=my_data,
        take=app.engine.take,
        transcript=lines,
        bell=app.bell,
        ping=app.store.ping,
        texts=lambda: app.library.current.content.texts,
        read_photo=lambda data: codes_in(data, app.engine.clock().date()),
        places=lambda: app.library.current.content.places,
        secret_key=app.key,
        public_url=app.settings.address,
        default_place=app.settings.place,
        picture=app.pictures.find,
        timeline=app.pictures.timeline,
        announced=lambda name: announced.find(app.store, f"{announced.FOLDER}{name}"),
        sent_picture=lambda chat, number: for_chat(app.store, app.key, number, "web", chat),
        leaflet=leaflets.find,
        begin=lambda key: start_of(app.library.current.content, key),
    )
    desk = Desk(app.store, app.library, app.settings, app.key, app.engine.clock, app.bell, service_tools, app.announcer)
    routes: list[BaseRoute] = [*desk_routes(desk, stop), *create_web(service, stop)]
    if app.telegram and app.settings.telegram_mode == "webhook":
        routes.append(webhook_route(app.telegram, take(app), webhook_secret(app.key, "telegram")))
    if app.zalo_oa:
        routes.append(zalo_oa_route(app.settings, app.zalo_oa, take(app)))
    if app.zalo_bot and app.lost and app.settings.zalo_bot_mode == "webhook":
        routes.append(zalo_bot_route(app.zalo_bot, app.key, take(app), app.lost))
    return create_site(routes, service.texts, app.settings.frame_ancestors)
