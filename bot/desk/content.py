"""The content on the desk: what the check says, what a resident sees, and a good answer as a draft for the editor."""

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.desk.base import LEADS, OFFICERS, Ask, Desk, route, shown
from bot.dossiers.table import NoDossiers
from bot.staff.audit import record
from bot.tickets.lessons import drafted
from bot.tickets.people import local
from bot.web.render import rich
from handlers.dispatch import dispatch
from handlers.ports import Tools
from handlers.states import Idle
from handlers.turn import Incoming, Memory, Profile, TextPart, Turn
from knowledge.check import check


def content_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/kho", _report, OFFICERS),
        route(desk, "/phieu/{ticket}/kho", _draft, LEADS),
    ]


def _report(desk: Desk, ask: Ask) -> Response:
    """Problems of the content as it is in the folder, and how the bot answers what is typed or chosen."""
    now = local(desk.clock())
    _, problems = check(desk.library.folder, now.date())
    content = desk.library.current.content
    topics = sorted((topic.everyday, key) for key, topic in content.procedures.items())
    chosen, said = ask.query.get("chu-de", ""), ask.query.get("cau", "").strip()[:500]
    bubbles: list[str] = []
    buttons: tuple[str, ...] = ()
    if chosen in content.procedures or said:
        tap = f"t:{chosen}" if chosen in content.procedures else None
        incoming = Incoming("console", "preview", "preview", now, "" if tap else said, tap)
        turn = Turn(incoming, Idle(), Memory(greeted=True), Profile(), now)
        reply = dispatch(turn, _tools(desk))
        bubbles = [rich(part.text) for part in reply.parts if isinstance(part, TextPart)]
        buttons = tuple(button.label for button in reply.buttons)
    return shown(
        desk,
        ask,
        "content.html",
        problems=[(str(problem), problem.level) for problem in problems],
        broken=desk.library.problems,
        topics=topics,
        chosen=chosen,
        words=said,
        bubbles=bubbles,
        buttons=buttons,
    )


def _tools(desk: Desk) -> Tools:
    known = desk.library.current
    place = desk.settings.place
    return Tools(known.content, known.reader, known.intent, NoDossiers(), place, desk.settings.address)


def _draft(desk: Desk, ask: Ask) -> Response:
    """A FAQ entry in YAML with who answered and who approved, to be completed by the editor: nothing is published."""
    with desk.store.write() as session:
        view = desk.member(session, ask.staff).view(ask.number("ticket"))
        if view is None:
            raise HTTPException(404)
        text = drafted(view, desk.texts, local(desk.clock()).date(), ask.staff.name)
        record(session, ask.staff.id, "drafted for content", f"ticket {view.id}", desk.clock())
    headers = {"Content-Disposition": f'attachment; filename="phieu-{view.id}.yaml"', "Cache-Control": "no-store"}
    return PlainTextResponse(text, headers=headers, media_type="application/yaml; charset=utf-8")
