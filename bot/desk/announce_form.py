"""Writing an announcement on the desk: what may be chosen, and reading what was typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.announce.acts import Draft, change, locked, write
from bot.announce.audience import AREA, EVERYBODY, TOPIC
from bot.announce.message import LONGEST, buttons_of
from bot.announce.pictures import keep, ours
from bot.desk.base import LEADS, Ask, Desk, back, route, shown
from bot.dossiers.receipt import LARGEST, codes_in
from bot.staff import directory
from bot.store.announce_tables import Announcement

BUTTONS = 3
_LABEL = 40  # characters
_ADDRESS = 300  # characters
_HTTPS = "https://"


class Unfit(Exception):
    """What was typed cannot be announced; the text `desk_announce_wrong_<why>` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Choices:
    """(value, name) of what an announcement may go to and lead to."""

    areas: Sequence[tuple[str, str]]
    topics: Sequence[tuple[str, str]]
    guides: Sequence[tuple[str, str]]

    def audience(self, value: str) -> str | None:
        """Its name, None when there is no such khu phố or topic; empty for everybody."""
        known = {EVERYBODY: "", **dict(self.areas), **{f"{TOPIC}{key}": name for key, name in self.topics}}
        return known.get(value)


def form_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/thong-bao/viet", _blank, LEADS),
        route(desk, "/thong-bao/viet", _written, LEADS, "POST"),
        route(desk, "/thong-bao/{one}/sua", _filled, LEADS),
        route(desk, "/thong-bao/{one}/sua", _changed, LEADS, "POST"),
    ]


def choices(desk: Desk, session: Session) -> Choices:
    content = desk.library.current.content
    areas = [(f"{AREA}{area.id}", area.name) for area in directory.areas(session)]
    topics = sorted(((key, one.everyday) for key, one in content.procedures.items()), key=lambda pair: pair[1])
    guides = sorted(((key, one.name) for key, one in content.guides.items()), key=lambda pair: pair[1])
    return Choices(areas, topics, guides)


def read_draft(form: Mapping[str, str], known: Choices) -> Draft:
    """Raises `Unfit`."""
    text = form.get("text", "").replace("\r\n", "\n").strip()
    if not text:
        raise Unfit("empty")
    if len(text) > LONGEST:
        raise Unfit("long")
    if known.audience(form.get("audience", "")) is None:
        raise Unfit("audience")
    picture, alt = form.get("picture", "").strip(), " ".join(form.get("alt", "").split())
    if form.get("no_picture"):
        picture = ""
    if picture and (not (_address(picture) or ours(picture)) or not alt):
        raise Unfit("picture")
    buttons = [pair for number in range(1, BUTTONS + 1) if (pair := _button(form, known, number))]
    return Draft(text, form["audience"], buttons, picture or None, alt[:200] if picture else None)


def _button(form: Mapping[str, str], known: Choices, number: int) -> tuple[str, str] | None:
    label = " ".join(form.get(f"label{number}", "").split())
    where, link = form.get(f"to{number}", ""), form.get(f"link{number}", "").strip()
    names = {f"t:{key}": name for key, name in known.topics} | {f"g:{key}": name for key, name in known.guides}
    if link:
        if not _address(link) or not label or where:
            raise Unfit("link")
        return label[:_LABEL], link
    if not where:
        return None
    if where not in names:
        raise Unfit("link")
    return (label or names[where])[:_LABEL], where


def _address(text: str) -> bool:
    return text.startswith(_HTTPS) and len(text) <= _ADDRESS and not any(sign in text for sign in " \n\t\"'<>")


def _uploaded(desk: Desk, ask: Ask) -> Mapping[str, str]:
    """The form with the address of the picture that came with it; it stays even where something else does not fit.
    Raises `Unfit`."""
    if ask.file is None:
        return ask.form
    seen = codes_in(ask.file.file.read(LARGEST + 1), desk.clock().date())
    if not seen.jpeg:
        raise Unfit("upload")
    with desk.store.write() as session:
        return {**ask.form, "picture": keep(session, seen.jpeg, desk.clock()), "no_picture": ""}


def _blank(desk: Desk, ask: Ask) -> Response:
    return _form(desk, ask, {"audience": EVERYBODY})


def _written(desk: Desk, ask: Ask) -> Response:
    form = ask.form
    try:
        form = _uploaded(desk, ask)
        with desk.store.write() as session:
            draft = read_draft(form, choices(desk, session))
            made = write(session, ask.staff, draft, desk.clock())
    except Unfit as unfit:
        return _form(desk, ask, form, unfit.why)
    return back(f"/thong-bao/{made.id}", "saved")


def _filled(desk: Desk, ask: Ask) -> Response:
    with desk.store.read() as session:
        one = session.get(Announcement, ask.number("one"))
    if one is None or one.state != "draft":
        raise HTTPException(404)
    values = {"text": one.text, "audience": one.audience, "picture": one.picture or "", "alt": one.alt or ""}
    for number, (label, value) in enumerate(buttons_of(one), 1):
        values |= {f"label{number}": label, f"{'link' if value.startswith(_HTTPS) else 'to'}{number}": value}
    return _form(desk, ask, values)


def _changed(desk: Desk, ask: Ask) -> Response:
    number, form = ask.number("one"), ask.form
    try:
        form = _uploaded(desk, ask)
        with desk.store.write() as session:
            one = locked(session, number)
            if one is None:
                raise HTTPException(404)
            done = change(session, one, ask.staff, read_draft(form, choices(desk, session)), desk.clock())
    except Unfit as unfit:
        return _form(desk, ask, form, unfit.why)
    return back(f"/thong-bao/{number}", "saved" if done else "announce_late")


def _form(desk: Desk, ask: Ask, values: Mapping[str, str], wrong: str = "") -> Response:
    """The form with what was typed: nothing is lost where something does not fit."""
    with desk.store.read() as session:
        known = choices(desk, session)
    why = desk.said(f"desk_announce_wrong_{wrong}", most=LONGEST) if wrong else ""
    action = f"/ban/thong-bao/{ask.path['one']}/sua" if "one" in ask.path else "/ban/thong-bao/viet"
    there = {"known": known, "values": values, "wrong": why, "action": action, "most": LONGEST}
    return shown(desk, ask, "announce_form.html", 400 if wrong else 200, numbers=range(1, BUTTONS + 1), **there)
