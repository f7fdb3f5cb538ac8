"""Every page of the staff's desk."""

import asyncio

from starlette.routing import BaseRoute

from bot.desk.announcements import announcement_routes
from bot.desk.base import Desk
from bot.desk.content import content_routes
from bot.desk.dossiers import dossier_routes
from bot.desk.live import live_route
from bot.desk.numbers import number_routes
from bot.desk.people import people_routes
from bot.desk.questions import question_routes
from bot.desk.records import record_routes
from bot.desk.sign import sign_routes
from bot.desk.tickets import ticket_routes
from bot.desk.visits import visit_routes


def desk_routes(desk: Desk, stop: asyncio.Event) -> list[BaseRoute]:
    """`stop` ends the open streams."""
    return [
        *sign_routes(desk),
        live_route(desk, stop),
        *content_routes(desk),
        *ticket_routes(desk),
        *visit_routes(desk),
        *question_routes(desk),
        *people_routes(desk),
        *dossier_routes(desk),
        *announcement_routes(desk),
        *number_routes(desk),
        *record_routes(desk),
    ]
