"""The routes of the web: the chat page with and without script, its stream of events, static files, health."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.dossiers.receipt import LARGEST
from bot.errors import StoreAway
from bot.logs import chat_hash
from bot.pictures import Made
from bot.store.transcript import Entry
from bot.web.install import InstallPages
from bot.web.limits import MovingMinute
from bot.web.mydata_page import mydata_route
from bot.web.render import STATIC, bubble, page, static_version
from bot.web.service import WebService
from bot.web.session import LARGE, Sessions, new_chat
from handlers.ticket_ports import PICTURES
from handlers.turn import Incoming

_LONGEST_BODY = 100_000  # bytes; 10,000 characters of Vietnamese are well under it
_PING_SECONDS = 15
_LOOK_AGAIN_SECONDS = 0.5  # how soon a message queued by another process is seen


def create_web(service: WebService, stop: asyncio.Event | None = None) -> list[Route]:
    """The page's routes; `stop` ends the open streams so that a shutdown need not wait for browsers."""
    chat = ChatPage(service, stop or asyncio.Event())
    routes = [Route("/healthz", chat.healthz), Route("/readyz", chat.readyz)]
    routes.append(Route("/static/{version}/{name}", chat.static))
    routes.append(Route("/favicon.ico", chat.favicon))
    routes.append(Route("/pictures/{guide}/{name}", chat.picture))
    routes.append(Route("/tien-do/{name}", chat.timeline))
    routes.append(Route("/thong-bao-anh/{name}", chat.announced))
    routes.append(Route(f"{PICTURES}{{number:int}}", chat.sent_picture))
    for prefix in ("", "/p/{place}"):
        routes += [
            Route(prefix or "/", chat.show, methods=["GET"]),
            Route(f"{prefix}/m/{{key}}", chat.show, methods=["GET"]),
            Route(f"{prefix}/to-roi/{{key}}.pdf", chat.leaflet, methods=["GET"]),
            Route(f"{prefix}/chat", chat.send, methods=["POST"]),
            Route(f"{prefix}/anh", chat.photo, methods=["POST"]),
            Route(f"{prefix}/chu-to", chat.large, methods=["POST"]),
            Route(f"{prefix}/events", chat.events, methods=["GET"]),
        ]
    return [*routes, *InstallPages(service).routes(), mydata_route(service)]


class ChatPage:
    """The endpoints, on one service."""

    def __init__(self, service: WebService, stop: asyncio.Event) -> None:
        self.service, self.stop = service, stop
        self.sessions = Sessions(service.secret_key, secure=service.public_url.startswith("https:"))
        self.own_minute = MovingMinute(service.messages_per_minute)
        self.address_minute = MovingMinute(service.messages_per_minute_and_address)

    async def show(self, request: Request) -> Response:
        """The page with the conversation so far; a short link offers to start at its topic."""
        here, ward = self._here(request)
        key = request.path_params.get("key")
        begin = self.service.begin(key) if key else None
        if key and begin is None:
            raise HTTPException(404)
        chat = self.sessions.chat_of(request)
        entries = await to_thread.run_sync(self.service.transcript, chat, 0) if chat else ()
        texts = self.service.texts()
        shown = entries or (Entry(0, datetime.now(UTC), message=self.service.welcome(ward)),)
        places = self.service.places()
        html = page(
            "chat.html",
            texts,
            bubbles=[bubble(entry) for entry in shown],
            last=entries[-1].seq if entries else 0,
            large=request.cookies.get(LARGE) == "1",
            place=places[ward].name if ward and ward in places else "",
            here=here,
            message_id=secrets.token_hex(12),
            begin=begin,
        )
        response = HTMLResponse(html, headers={"Cache-Control": "no-store"})
        self.sessions.keep(request, response, chat or new_chat())
        return response

    async def send(self, request: Request) -> Response:
        """Takes one message: 202 for script, back to the page without."""
        here, ward = self._here(request)
        self._reject_foreign(request)
        if int(request.headers.get("content-length") or 0) > _LONGEST_BODY:
            raise HTTPException(413)
        form = await request.form(max_fields=10, max_part_size=_LONGEST_BODY)
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        text, button, key = fields.get("text", ""), fields.get("button"), fields.get("message_id", "")
        chat = self.sessions.chat_of(request) or new_chat()
        if not 8 <= len(key) <= 80:
            raise HTTPException(400)
        address = request.client.host if request.client else ""
        if not (self.own_minute.allows(chat) and self.address_minute.allows(address)):
            raise HTTPException(429)
        if text.strip() or button:
            incoming = Incoming(
                "web",
                chat,
                f"{chat[:24]}:{key}",
                datetime.now(UTC),
                text,
                button,
                place=ward,
                network=chat_hash(self.service.secret_key, "network", address),
            )
            await to_thread.run_sync(self.service.take, incoming)
        scripted = "application/json" in request.headers.get("accept", "")
        response: Response = JSONResponse({}, 202) if scripted else RedirectResponse(f"{here or '/'}#text", 303)
        self.sessions.keep(request, response, chat)
        return response

    async def photo(self, request: Request) -> Response:
        """A photo: a receipt's code is read in memory and goes into the conversation; the photo itself goes nowhere but
        to a helper, where somebody is with one."""
        here, ward = self._here(request)
        self._reject_foreign(request)
        if int(request.headers.get("content-length") or 0) > LARGEST + _LONGEST_BODY:
            raise HTTPException(413)
        chat = self.sessions.chat_of(request) or new_chat()
        address = request.client.host if request.client else ""
        if not (self.own_minute.allows(chat) and self.address_minute.allows(address)):
            raise HTTPException(429)
        async with request.form(max_files=1, max_fields=3) as form:
            file = form.get("photo")
            data = await file.read() if isinstance(file, UploadFile) else b""
        if data:
            seen = await to_thread.run_sync(self.service.read_photo, data)
            network = chat_hash(self.service.secret_key, "network", address)
            key = f"{chat[:24]}:{secrets.token_hex(8)}"
            incoming = Incoming(
                "web", chat, key, datetime.now(UTC), photo="upload", place=ward, network=network, seen=seen
            )
            await to_thread.run_sync(self.service.take, incoming)
        response = RedirectResponse(f"{here or '/'}#text", 303)
        self.sessions.keep(request, response, chat)
        return response

    async def large(self, request: Request) -> Response:
        """Switches the large text on or off."""
        here, _ = self._here(request)
        self._reject_foreign(request)
        response = RedirectResponse(here or "/", 303)
        self.sessions.keep_large(response, request.cookies.get(LARGE) != "1")
        return response

    async def events(self, request: Request) -> Response:
        """Everything said in this chat after `Last-Event-ID`, and whatever follows."""
        chat = self.sessions.chat_of(request)
        after = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
        if chat is None or not after.isdigit():
            return Response(status_code=204)  # tells the browser to stop asking
        here, _ = self._here(request)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(chat, int(after), here), media_type="text/event-stream", headers=headers)

    async def _stream(self, chat: str, after: int, here: str) -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        quiet = 0.0
        while not self.stop.is_set():
            try:
                entries = await to_thread.run_sync(self.service.transcript, chat, after)
                if entries and after and await to_thread.run_sync(self._was_deleted, chat, after):
                    yield "event: gone\ndata: -\n\n"  # the page shows what is no longer kept: it loads anew
                    return
            except StoreAway:
                entries = ()
            for entry in entries:
                yield self._event(entry, here)
                after, quiet = entry.seq, 0.0
            await self.service.bell.wait(("web", chat), _LOOK_AGAIN_SECONDS)
            quiet += _LOOK_AGAIN_SECONDS
            if quiet >= _PING_SECONDS:
                yield ": ping\n\n"
                quiet = 0.0

    def _was_deleted(self, chat: str, after: int) -> bool:
        """Whether what the page has shown so far is gone: the oldest that is kept is newer."""
        return self.service.transcript(chat, 0)[0].seq > after

    def _event(self, entry: Entry, here: str) -> str:
        html = page("bubble.html", self.service.texts(), b=bubble(entry), here=here, message_id=secrets.token_hex(8))
        lines = "".join(f"data: {line}\n" for line in html.splitlines())
        return f"id: {entry.seq}\n{lines}\n"

    async def static(self, request: Request) -> Response:
        """A static file; its address changes with its content, so it may be kept for a year."""
        path = STATIC / request.path_params["name"]
        if path.parent != STATIC or not path.is_file():
            raise HTTPException(404)
        fresh = request.path_params["version"] == static_version()
        return FileResponse(path, headers={"Cache-Control": f"public, max-age={31536000 if fresh else 60}"})

    async def picture(self, request: Request) -> Response:
        """The picture of a guide step; with its version in the address it may be kept for a year."""
        where = request.path_params
        return self._picture(request, await to_thread.run_sync(self.service.picture, where["guide"], where["name"]))

    async def timeline(self, request: Request) -> Response:
        """How far a dossier is; the address says all that is drawn, and not whose it is."""
        return self._picture(request, await to_thread.run_sync(self.service.timeline, request.path_params["name"]))

    async def announced(self, request: Request) -> Response:
        """The picture of an announcement; what is at an address never changes."""
        data = await to_thread.run_sync(self.service.announced, request.path_params["name"])
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=31536000"})

    async def sent_picture(self, request: Request) -> Response:
        """A picture of a ticket, for the browser whose conversation it is; no copy stays in it."""
        chat = self.sessions.chat_of(request)
        number = int(request.path_params["number"])
        data = await to_thread.run_sync(self.service.sent_picture, chat, number) if chat and number < 2**31 else None
        if data is None:
            raise HTTPException(404)
        return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})

    def _picture(self, request: Request, made: Made | None) -> Response:
        if made is None:
            raise HTTPException(404)
        fresh = request.query_params.get("v") == made.version
        headers = {"Cache-Control": f"public, max-age={31536000 if fresh else 300}"}
        return Response(made.data, media_type=made.media, headers=headers)

    async def leaflet(self, request: Request) -> Response:
        """A topic or guide as a sheet to print."""
        _, ward = self._here(request)
        address = request.client.host if request.client else ""
        if not self.address_minute.allows(address):
            raise HTTPException(429)
        key = request.path_params["key"]
        data = await to_thread.run_sync(self.service.leaflet, key, request.path_params.get("place") and ward)
        if data is None:
            raise HTTPException(404)
        headers = {"Content-Disposition": f'inline; filename="{key}.pdf"', "Cache-Control": "public, max-age=3600"}
        return Response(data, media_type="application/pdf", headers=headers)

    async def favicon(self, request: Request) -> Response:
        """Some browsers ask for it whatever the page says."""
        return FileResponse(STATIC / "icon.svg", media_type="image/svg+xml")

    async def healthz(self, request: Request) -> Response:
        """The process is alive."""
        return JSONResponse({"alive": True})

    async def readyz(self, request: Request) -> Response:
        """The process can serve: its database answers."""
        try:
            await to_thread.run_sync(self.service.ping)
        except StoreAway:
            return JSONResponse({"ready": False, "database": "away"}, 503)
        return JSONResponse({"ready": True})

    def _here(self, request: Request) -> tuple[str, str | None]:
        """The path prefix of this page and its ward; an unknown ward is no page of ours."""
        place = request.path_params.get("place")
        if place is None:
            return "", self.service.default_place
        if place not in self.service.places():
            raise HTTPException(404)
        return f"/p/{place}", place

    def _reject_foreign(self, request: Request) -> None:
        """A form of another site must not speak for the resident."""
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        hosts = {request.url.netloc, request.headers.get("host", ""), urlsplit(self.service.public_url).netloc}
        if site not in ("same-origin", "none") or (origin and urlsplit(origin).netloc not in hosts):
            raise HTTPException(403)
