"""Every page of the staff's desk."""

import asyncio

from starlette.routing import BaseRoute

from bot.desk.base import Desk
from bot.desk.live import live_route
from bot.desk.sign import sign_routes
from bot.desk.tickets import ticket_routes


def desk_routes(desk: Desk, stop: asyncio.Event) -> list[BaseRoute]:
    """`stop` ends the open streams."""
    return [*sign_routes(desk), live_route(desk, stop), *ticket_routes(desk)]
