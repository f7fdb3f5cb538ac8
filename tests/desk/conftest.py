"""The desk on a loopback port, with people who can sign in, and a hall of residents beside it."""

import re
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest
from sqlalchemy import select

from bot.app import App, build
from bot.library import Library
from bot.settings import Settings
from bot.staff import directory
from bot.staff.passwords import hashed
from bot.store.staff_tables import Area, Role
from tests.conftest import KEY
from tests.tickets.hall import Hall
from tests.web.conftest import Site

PASSWORD = "mot mat khau that dai"


class Office:
    """`site` is the running page; `hall` people in chats on the same database, at the real time."""

    def __init__(self, site: Site, hall: Hall) -> None:
        self.site, self.hall = site, hall
        self.browsers: list[httpx.Client] = []

    def employs(self, name: str, role: Role = "member", area: str | None = None) -> None:
        with self.hall.app.store.write() as session:
            where = directory.add_area(session, area) if area else None
            staff = directory.add_staff(session, name, role, where)
            staff.password = hashed(PASSWORD)

    def number(self, area: str) -> int:
        """Of a khu phố, as addresses have it."""
        with self.hall.app.store.read() as session:
            return session.scalars(select(Area.id).where(Area.name == area)).one()

    def signs_in(self, name: str, password: str = PASSWORD, **more: str) -> httpx.Client:
        """A browser without script that has signed in."""
        client = httpx.Client(base_url=self.site.url, follow_redirects=True, timeout=60)
        self.browsers.append(client)
        self.answer = client.post("/ban/vao", data={"name": name, "password": password, "code": "", **more})
        return client


@pytest.fixture
def office(database_url: str, library: Library) -> Iterator[Office]:
    def start(clock: Callable[[], datetime]) -> App:
        settings = Settings(database_url=database_url, secret_key=KEY, place="phuong-ngo-quyen")  # type: ignore[arg-type]
        return build(settings, library)

    site = Site(database_url, library, place="phuong-ngo-quyen")
    site.start()
    hall = Hall(start)
    made = Office(site, hall)
    yield made
    for client in made.browsers:
        client.close()
    hall.close()
    site.stop()


def fields(html: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this action."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', html, re.DOTALL)
    assert form, f"no form for {action}"
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1]))
