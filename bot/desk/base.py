"""What every page of the staff's desk has in common: who is there, what they may do, forms that are really theirs."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from anyio import to_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.announce.sending import Announcer
from bot.bell import Bell
from bot.library import Library
from bot.settings import Settings
from bot.staff.sessions import who
from bot.store.connect import Store
from bot.store.staff_tables import Role, Staff
from bot.tickets.member import Member
from bot.tickets.wording import Wording
from bot.web.render import rich, static_version
from handlers.ports import Tools

COOKIE = "causo_desk"
HOME = "/ban"
EVERYBODY: tuple[Role, ...] = ("member", "lead", "officer", "operator")
LEADS: tuple[Role, ...] = ("lead", "officer", "operator")
OFFICERS: tuple[Role, ...] = ("officer", "operator")
OPERATORS: tuple[Role, ...] = ("operator",)
LARGEST_UPLOAD = 60_000_000  # bytes; a year of a province's dossiers as xlsx
_pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages need of the program; `tools` is the content alone, without a conversation."""

    store: Store
    library: Library
    settings: Settings
    key: str
    clock: Callable[[], datetime]
    bell: Bell
    tools: Callable[[], Tools]
    announcer: Announcer

    @property
    def texts(self) -> Mapping[str, str]:
        return self.library.current.content.texts

    def said(self, key: str, **values: object) -> str:
        return self.texts[key].format(**values)

    def member(self, session: Session, staff: Staff) -> Member:
        """This member's side of the tickets."""
        return Member(session, staff.id, Wording(self.tools()), self.key, self.clock())


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of somebody who is signed in. `path` are the parts of the address, `query` what stands after it."""

    staff: Staff
    token: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str] = field(default_factory=dict)
    file: UploadFile | None = None

    def number(self, name: str) -> int:
        """A number of the address or the form. Raises 404 when it is none."""
        given = self.path.get(name) or self.form.get(name) or ""
        if not given.isdigit() or len(given) > 12:
            raise HTTPException(404)
        return int(given)


View = Callable[[Desk, Ask], Response]


def route(desk: Desk, path: str, view: View, roles: tuple[Role, ...] = EVERYBODY, method: str = "GET") -> Route:
    """A page for these roles; a POST must come from a form of ours. `view` runs in a thread."""

    async def endpoint(request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        staff = await to_thread.run_sync(_present, desk, token)
        if staff is None:
            return RedirectResponse(f"{HOME}/vao", 303)
        if staff.role not in roles:
            raise HTTPException(403)
        given = await _form(request) if method == "POST" else FormData()
        form = {name: value for name, value in given.items() if isinstance(value, str)}
        files = [value for value in given.values() if isinstance(value, UploadFile) and value.filename]
        if method == "POST" and not (
            of_here(request, desk.settings.public_url) and hmac.compare_digest(form.get("csrf", ""), csrf(desk, token))
        ):
            raise HTTPException(403)
        ask = Ask(staff, token, request.path_params, dict(request.query_params), form, files[0] if files else None)
        try:
            return await to_thread.run_sync(view, desk, ask)
        finally:
            await given.close()

    return Route(f"{HOME}{path}", endpoint, methods=[method])


def _present(desk: Desk, token: str) -> Staff | None:
    with desk.store.write() as session:
        return who(session, token, desk.clock())


async def _form(request: Request) -> FormData:
    if int(request.headers.get("content-length") or 0) > LARGEST_UPLOAD:
        raise HTTPException(413)
    return await request.form(max_files=1, max_fields=60)


def of_here(request: Request, public_url: str | None) -> bool:
    """Whether a form was sent from our own page."""
    origin = request.headers.get("origin")
    hosts = {request.url.netloc, request.headers.get("host", ""), urlsplit(public_url or "").netloc}
    return origin is None or urlsplit(origin).netloc in hosts


def csrf(desk: Desk, token: str) -> str:
    """What a form of this session carries, so that no other page can send it."""
    return hmac.new(desk.key.encode(), f"csrf|{token}".encode(), hashlib.sha256).hexdigest()


def shown(desk: Desk, ask: Ask | None, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page from a template; `t.key` are the texts whose keys begin with desk_."""
    words = {key.removeprefix("desk_"): text for key, text in desk.texts.items() if key.startswith("desk_")}
    known: dict[str, object] = {
        "t": words,
        "all": desk.texts,
        "version": static_version(),
        "me": ask.staff if ask else None,
        "csrf": csrf(desk, ask.token) if ask else "",
        "rich": rich,
        "said": ask.query.get("da", "") if ask else "",
    }
    html = _pages.get_template(template).render({**known, **values})
    return HTMLResponse(html, status, headers={"Cache-Control": "no-store"})


def back(where: str, said: str = "") -> RedirectResponse:
    """After a form: the page again, with a word on what was done (`desk_done_<said>`)."""
    return RedirectResponse(f"{HOME}{where}{'?da=' + said if said else ''}", 303)
