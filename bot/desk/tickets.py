"""Tickets on the desk: who waits, the talk, and what can be done."""

from datetime import date

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import Ask, Desk, back, route, shown
from bot.dossiers.receipt import LARGEST, codes_in
from bot.tickets.visits import plan_visit
from handlers.bridge_words import about_ticket
from handlers.ticket_ports import TicketView
from handlers.turn import Photographed

OUTCOMES = ("done", "explained", "visit", "office", "unreached")


def ticket_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "", _list),
        route(desk, "/phieu/{ticket}", _ticket),
        route(desk, "/phieu/{ticket}/anh/{number}", _picture),
        route(desk, "/phieu/{ticket}/{act}", _act, method="POST"),
    ]


def _list(desk: Desk, ask: Ask) -> Response:
    tools = desk.tools()
    with desk.store.read() as session:
        member = desk.member(session, ask.staff)
        waiting = [(one, about_ticket(tools, one)) for one in member.waiting()]
        mine = [(one, about_ticket(tools, one)) for one in member.mine()]
        others = [(one, about_ticket(tools, one)) for one in member.others()]
    now = desk.clock()
    return shown(desk, ask, "tickets.html", waiting=waiting, mine=mine, others=others, now=now)


def _ticket(desk: Desk, ask: Ask) -> Response:
    with desk.store.read() as session:
        member = desk.member(session, ask.staff)
        view = member.view(ask.number("ticket"))
        if view is None:
            raise HTTPException(404)
        colleagues = member.colleagues(view.id)
    title = about_ticket(desk.tools(), view)
    prepared = {key: text for key, text in desk.texts.items() if key.startswith("prepared_")}
    outcomes = [(name, desk.texts[f"field_outcome_{name}"]) for name in OUTCOMES]
    return shown(
        desk,
        ask,
        "ticket.html",
        ticket=view,
        title=title,
        colleagues=colleagues,
        prepared=prepared,
        outcomes=outcomes,
    )


def _picture(desk: Desk, ask: Ask) -> Response:
    """A picture of the talk, for who may see the ticket."""
    with desk.store.read() as session:
        data = desk.member(session, ask.staff).picture(ask.number("number"))
    if data is None:
        raise HTTPException(404)
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


def _act(desk: Desk, ask: Ask) -> Response:
    """One thing done with a ticket; what came too late is said, and nothing is lost: the words stay in the form."""
    ticket, act, text = ask.number("ticket"), ask.path["act"], ask.form.get("text", "").strip()
    sent = Photographed(readable=False)
    if act == "noi" and ask.file:
        sent = codes_in(ask.file.file.read(LARGEST + 1), desk.clock().date())
        if not sent.jpeg:
            return back(f"/phieu/{ticket}", "card" if sent.card else "no_picture")
        text = text or desk.texts["ticket_picture"]
    with desk.store.write() as session:
        member = desk.member(session, ask.staff)
        view: TicketView | None = member.view(ticket)
        if view is None:
            raise HTTPException(404)
        match act:
            case "nhan":
                done = member.claim(ticket) is not None
            case "noi" | "ghi" | "duyet" if not text:
                return back(f"/phieu/{ticket}", "empty")
            case "noi":
                done = member.say(ticket, text, sent.jpeg)
            case "ghi":
                done = member.note(ticket, text)
            case "duyet":
                done = member.draft(ticket, text)
            case "quyet":
                done = member.decide(ask.number("entry"), ask.form.get("verdict") == "ok")
            case "chuyen":
                done = member.pass_on(ticket, ask.number("to"))
            case "hen":
                done = view.mine and plan_visit(
                    session, desk.key, ticket, ask.staff.id, text, _day(ask.form.get("day")), desk.clock()
                )
            case "dong":
                outcome = next((name for name in OUTCOMES if name == ask.form.get("outcome")), None)
                done = outcome is not None and member.close(ticket, outcome)  # type: ignore[arg-type]
            case _:
                raise HTTPException(404)
    desk.bell.ring("", "")
    if act in ("dong", "chuyen") and done:
        return back("", act)
    return back(f"/phieu/{ticket}", act if done else "late")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
