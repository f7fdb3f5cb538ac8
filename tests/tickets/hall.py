"""Several people at once on one real engine: what each says, and what each then hears."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.app import App
from bot.codes import issue
from bot.dossiers.receipt import codes_in
from bot.staff import directory
from bot.store.payload import load
from bot.store.staff_tables import Duty, Role
from bot.store.tables import Conversation, Outbox
from handlers.codes import STAFF
from handlers.turn import Button, Incoming, PicturePart, Reply, TextPart
from tests.conftest import KEY, NOW


class Hall:
    """`start` builds the app anew, as after a crash. The clock stands still unless it is moved."""

    def __init__(self, start: Callable[[Callable[[], datetime]], App]) -> None:
        self.now, self.count, self.start = NOW, 0, start
        self.app = start(lambda: self.now)
        self._heard: dict[str, int] = {}

    def says(self, chat: str, said: str = "", button: str | None = None, channel: str = "console") -> Reply | None:
        self.count += 1
        reply = self.app.engine.take(
            Incoming(channel, chat, f"{chat}:{self.count}", self.now, said, button)  # the clock's own time
        )
        self.app.relay.hand_over()
        return reply

    def shows(self, chat: str, photo: bytes, said: str = "", channel: str = "console") -> Reply | None:
        """Sends a photo, which is looked at as the channels do it."""
        self.count += 1
        seen = codes_in(photo, self.now.date())
        given = Incoming(channel, chat, f"{chat}:{self.count}", self.now, said, photo="photo", seen=seen)
        reply = self.app.engine.take(given)
        self.app.relay.hand_over()
        return reply

    def sees(self, chat: str) -> list[str]:
        """The addresses of the pictures sent to this chat, ever."""
        with self.app.store.read() as session:
            mine = select(Outbox.payload).where(Outbox.chat == chat).order_by(Outbox.id)
            parts = [load(payload).part for payload in session.scalars(mine)]
        return [part.url for part in parts if isinstance(part, PicturePart)]

    def hears(self, chat: str) -> str:
        """Everything written to this chat since it was last asked."""
        return "\n".join(text for text, _ in self._new(chat))

    def offered(self, chat: str) -> list[Button]:
        """The buttons under what was written since it was last asked."""
        return [button for _, buttons in self._new(chat) for button in buttons]

    def _new(self, chat: str) -> list[tuple[str, tuple[Button, ...]]]:
        after = self._heard.get(chat, 0)
        with self.app.store.read() as session:
            mine = select(Outbox).where(Outbox.chat == chat, Outbox.id > after).order_by(Outbox.id)
            rows = list(session.scalars(mine))
        if rows:
            self._heard[chat] = rows[-1].id
        messages = [load(row.payload) for row in rows]
        return [(m.part.text if isinstance(m.part, TextPart) else m.caption, m.buttons) for m in messages]

    def joins(self, name: str, role: Role = "member", area: str | None = None, on_duty: bool = True) -> None:
        """A member of the team whose chat is called as they are; on duty from 7 to 21, or never."""
        with self.app.store.write() as session:
            where = directory.add_area(session, area) if area else None
            staff = directory.add_staff(session, name, role, where)
            if on_duty:
                session.add_all(Duty(staff_id=staff.id, weekday=day, begins=7 * 60, ends=21 * 60) for day in range(7))
            code = issue(session, KEY, STAFF, f'{{"id": {staff.id}, "name": "{name}"}}', self.now, 60)
        self.says(name, f"mã {code}")
        assert "tổ công nghệ số" in self.hears(name)

    def state(self, chat: str) -> str:
        with self.app.store.read() as session:
            return session.scalars(select(Conversation.state).where(Conversation.chat == chat)).one()

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.app.escalation.look()
        self.app.relay.hand_over()

    def crash(self) -> None:
        self.app.store.close()
        self.app = self.start(lambda: self.now)

    def close(self) -> None:
        self.app.store.close()
