"""Visits at home on the desk: the queue, and done or called off."""

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import Ask, Desk, back, route, shown
from bot.store.ticket_tables import HomeVisit
from bot.tickets.visits import finish, to_do


def visit_routes(desk: Desk) -> list[Route]:
    return [route(desk, "/hen", _list), route(desk, "/hen/{visit}/xong", _finish, method="POST")]


def _list(desk: Desk, ask: Ask) -> Response:
    """A member sees their own, a lead and above everybody's."""
    only = ask.staff.id if ask.staff.role == "member" else None
    with desk.store.read() as session:
        visits = to_do(session, desk.key, only)
    return shown(desk, ask, "visits.html", visits=visits)


def _finish(desk: Desk, ask: Ask) -> Response:
    with desk.store.write() as session:
        row = session.get(HomeVisit, ask.number("visit"))
        if row is None or (ask.staff.role == "member" and row.staff_id != ask.staff.id):
            raise HTTPException(404)
        done = finish(session, row.id, ask.staff.id, ask.form.get("how") == "done", desk.clock())
    return back("/hen", "visit" if done else "late")
