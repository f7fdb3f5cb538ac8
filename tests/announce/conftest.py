"""A hall whose staff announces things."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.announce import acts
from bot.announce.audience import Forecast, forecast
from bot.announce.report import Report, report
from bot.app import App, build
from bot.library import Library
from bot.settings import Settings
from bot.staff import directory
from bot.store.announce_tables import Announcement
from bot.store.staff_tables import Role, Staff
from bot.store.tables import Conversation
from bot.stored_state import Stored, dump
from tests.conftest import KEY
from tests.tickets.hall import Hall

TELEGRAM, ZALO = "telegram", "zalo_oa"


class Ward(Hall):
    """`announces` writes, submits and approves; what then goes out goes out when somebody looks."""

    def employs(self, name: str, role: Role = "officer", area: str | None = None) -> Staff:
        with self.app.store.write() as session:
            where = directory.add_area(session, area) if area else None
            return directory.add_staff(session, name, role, where)

    def lives(self, chat: str, channel: str = "console", person: str | None = None, **ago: float) -> None:
        """A chat that last wrote so long ago."""
        with self.app.store.write() as session:
            known = {"state": dump(Stored()), "seq": 0, "last_at": self.now - timedelta(**ago), "person": person}
            session.add(Conversation(channel=channel, chat=chat, **known))

    def announces(self, text: str = "Mai cúp nước.", audience: str = "all", at: datetime | None = None, **more) -> int:  # type: ignore[no-untyped-def]
        author, approver = self.employs("Hoa"), self.employs("Minh", "operator")
        with self.app.store.write() as session:
            made = acts.write(session, author, acts.Draft(text, audience, **more), self.now)
            assert acts.submit(session, made, author, self.now)
            assert acts.approve(session, made, approver, at or self.now, self.now)
        return made.id

    def act(self, number: int, act: Callable[..., bool], *more: object) -> bool:
        with self.app.store.write() as session:
            announcement = acts.locked(session, number)
            assert announcement is not None
            return act(session, announcement, *more, None, self.now)

    def one(self, number: int) -> Announcement:
        with self.app.store.read() as session:
            return session.get_one(Announcement, number)

    def report(self, number: int) -> Report:
        with self.app.store.read() as session:
            return report(session, session.get_one(Announcement, number))

    def forecast(self, number: int) -> Forecast:
        with self.app.store.read() as session:
            found = session.get_one(Announcement, number)
            return forecast(session, found, self.app.announcer.scope, self.now)

    def look(self) -> int:
        return self.app.announcer.look()

    def conversation(self, chat: str) -> Conversation:
        with self.app.store.read() as session:
            return session.scalars(select(Conversation).where(Conversation.chat == chat)).one()


@pytest.fixture
def ward(database_url: str, library: Library) -> Iterator[Ward]:
    """With Telegram and Zalo, whose messages wait in the outbox: nothing sends them here."""
    settings = Settings(
        database_url=database_url,
        secret_key=KEY,  # type: ignore[arg-type]
        place="phuong-ngo-quyen",
        telegram_token="1:a",  # type: ignore[arg-type]
        zalo_oa_id="1",
        zalo_oa_app_id="2",
        zalo_oa_app_secret="a",  # type: ignore[arg-type]
        zalo_oa_secret_key="b",  # type: ignore[arg-type]
    )

    def start(clock: Callable[[], datetime]) -> App:
        return build(settings, library, clock)

    made = Ward(start)
    yield made
    made.close()
