"""One evening of a ward: thirty residents over four channels, six members in three khu phố, one officer.

What is counted at its end is what was played: every ticket ended, every word between two people arrived once.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.announce import acts
from bot.app import App, build
from bot.library import Library
from bot.reports.periods import period
from bot.reports.ward import Span, ward_sections
from bot.settings import Settings
from bot.staff import directory
from bot.staff.numbers import help_numbers
from bot.store.feedback_tables import Rating
from bot.store.staff_tables import Leave
from bot.store.tables import Conversation, Inbox
from bot.store.ticket_tables import Parcel, Ticket, TicketEntry
from tests.conftest import KEY, NOW
from tests.doubles.telegram import TOKEN
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_KEY
from tests.tickets.hall import Hall
from tests.tickets.test_races import at_once

CHANNELS = ("console", "web", "telegram", "zalo_oa")
TEAM = {"Lan": 1, "Minh": 1, "Huệ": 2, "Tùng": 2, "Dung": 3, "Sơn": 3}  # by khu phố
ASKED = ("lam khai sinh can giay gi", "dang ky tam tru mat bao lau", "le phi dang ky ket hon")


class Evening(Hall):
    """Counts what is said, to be held against what was kept."""

    def __init__(self, start: Callable[[Callable[[], datetime]], App]) -> None:
        super().__init__(start)
        self.played: Counter[str] = Counter()
        self.words: Counter[tuple[str, str]] = Counter()  # (who should hear, what)

    def resident(self, number: int, said: str = "", button: str | None = None) -> None:
        self.played["messages"] += 1
        self.says(f"r{number}", said, button, CHANNELS[number % len(CHANNELS)])

    def asks_for_a_person(self, number: int, area: int) -> int:
        """The number of the new ticket."""
        self.resident(number, "gặp người thật")
        self.resident(number, button=f"nh:kp:{area}")
        self.played["tickets"] += 1
        self.hears(f"r{number}")
        return self.played["tickets"]

    def member(self, name: str, said: str = "", button: str | None = None) -> None:
        self.says(name, said, button)

    def talks(self, name: str, number: int) -> None:
        """A word each way; each must arrive once, and with nobody else."""
        there, back = f"{name} nói với {number} nhé", f"bà con {number} trả lời {name}"
        self.member(name, there)
        self.resident(number, back)
        assert self.hears(f"r{number}").count(there) == 1
        assert self.hears(name).count(back) == 1
        self.played["words"] += 2

    def ends(self, name: str, outcome: str) -> None:
        self.member(name, button=f"ve:dong:{outcome}")
        self.played[f"ticket {outcome}"] += 1


@pytest.fixture
def evening(database_url: str, library: Library) -> Iterator[Evening]:
    def start(clock: Callable[[], datetime]) -> App:
        zalo = {"zalo_oa_id": OA_ID, "zalo_oa_app_id": APP_ID, "zalo_oa_app_secret": APP_SECRET}
        given = {"secret_key": KEY, "place": "phuong-ngo-quyen", "telegram_token": TOKEN, "zalo_oa_secret_key": OA_KEY}
        return build(Settings(database_url=database_url, **given, **zalo), library, clock)  # type: ignore[arg-type]

    made = Evening(start)
    made.now = NOW + timedelta(hours=9, minutes=30)  # half past six
    yield made
    made.close()


def played(evening: Evening) -> None:
    for name, area in TEAM.items():
        evening.joins(name, "lead" if name == "Sơn" else "member", area=f"Khu phố {area}")
    evening.joins("Chị Hoa", role="officer")
    for number in range(30):
        evening.resident(number, ASKED[number % 3])
        evening.hears(f"r{number}")
        evening.played["questions"] += 1
        if number < 14:
            evening.resident(number, "👍" if number < 10 else "👎")
            evening.played["useful" if number < 10 else "not useful"] += 1
    # Six residents, each helped by somebody of their khu phố.
    for number, (name, area) in enumerate(TEAM.items()):
        ticket = evening.asks_for_a_person(number, area)
        evening.member(name, button=f"ve:nhan:{ticket}")
        evening.hears(name), evening.hears(f"r{number}")
        evening.talks(name, number)
        evening.ends(name, "done" if number < 4 else "explained")
    # Two members reach for one ticket at the same moment.
    ticket = evening.asks_for_a_person(6, 1)
    claim = f"ve:nhan:{ticket}"
    evening.hears("Lan"), evening.hears("Minh")
    at_once(lambda: evening.member("Lan", button=claim), lambda: evening.member("Minh", button=claim))
    evening.app.relay.hand_over()
    winner = "Lan" if "Anh/chị gõ gì em chuyển" in evening.hears("Lan") else "Minh"
    evening.hears("Minh"), evening.hears("r6")
    evening.talks(winner, 6)
    evening.ends(winner, "done")
    # A resident gives up at the moment somebody takes the ticket.
    ticket = evening.asks_for_a_person(7, 2)
    at_once(
        lambda: evening.member("Huệ", button=f"ve:nhan:{ticket}"),
        lambda: evening.says("r7", "hủy", channel=CHANNELS[7 % 4]),
    )
    evening.played["messages"] += 1
    evening.app.relay.hand_over()
    evening.played["ticket withdrawn"] += 1
    # Lan goes home: from now on her khu phố's tickets are Minh's.
    with evening.app.store.write() as session:
        lan, day = directory.find_staff(session, "Lan"), evening.now.date()
        session.add(Leave(staff_id=lan.id, first=day, last=day))
    evening.hears("Lan"), evening.hears("Minh")
    ticket = evening.asks_for_a_person(8, 1)
    assert f"Phiếu {ticket}" in evening.hears("Minh")
    assert evening.hears("Lan") == ""
    evening.member("Minh", button=f"ve:nhan:{ticket}")
    # The process dies between a word and its delivery, and comes up again.
    evening.hears("Minh"), evening.hears("r8")
    evening.says("r8", "màn hình đen thui", channel=CHANNELS[8 % 4])
    evening.played["messages"] += 1
    evening.played["words"] += 1
    evening.crash()
    evening.app.relay.hand_over()
    assert evening.hears("Minh").count("màn hình đen thui") == 1
    evening.talks("Minh", 8)
    evening.ends("Minh", "office")
    # Nobody of khu phố 2 answers in time: it goes up to the lead, and from there to the officer.
    ticket = evening.asks_for_a_person(9, 2)
    evening.wait(minutes=31)
    assert "quá giờ hẹn" in evening.hears("Sơn")
    evening.wait(minutes=31)
    assert "quá giờ hẹn" in evening.hears("Chị Hoa")
    evening.member("Chị Hoa", button=f"ve:nhan:{ticket}")
    evening.hears("Chị Hoa"), evening.hears("r9")
    evening.talks("Chị Hoa", 9)
    evening.ends("Chị Hoa", "done")
    # Huệ helps six neighbours at the cultural house.
    for outcome in ("done", "done", "done", "done", "stuck", "done"):
        for said, button in (
            ("/giup", None),
            ("", "gl:tuoi:60_plus"),
            ("", "gl:dongy"),
            ("", "go:vneid-muc-2"),
            ("", "gl:xong"),
            ("", f"gl:kq:{outcome}"),
            ("10", None),
        ):
            evening.member("Huệ", said, button)
        evening.played[f"helped {outcome}"] += 1
        evening.played["minutes"] += 10
    announced(evening)


def announced(evening: Evening) -> None:
    """Sơn writes, Chị Hoa approves; the process dies before all is brought out."""
    for number in range(30):
        evening.hears(f"r{number}")
    for name in (*TEAM, "Chị Hoa"):
        evening.hears(name)
    with evening.app.store.write() as session:
        author, approver = (directory.find_staff(session, name) for name in ("Sơn", "Chị Hoa"))
        made = acts.write(session, author, acts.Draft("Sáng mai cúp nước đến trưa.", "all"), evening.now)
        assert acts.submit(session, made, author, evening.now)
        assert acts.approve(session, made, approver, evening.now, evening.now)
    evening.app.announcer.look()
    evening.crash()
    evening.app.announcer.look()
    for number in range(30):
        assert evening.hears(f"r{number}").count("Sáng mai cúp nước") == 1
    for name in TEAM:
        assert "cúp nước" not in evening.hears(name)


def test_what_is_counted_is_what_was_played(evening: Evening) -> None:
    played(evening)
    day = evening.now.date()
    with evening.app.store.read() as session:
        tickets = session.scalars(select(Ticket)).all()
        assert len(tickets) == evening.played["tickets"] == 10
        assert {ticket.state for ticket in tickets} == {"closed"}
        ended = Counter(f"ticket {ticket.outcome}" for ticket in tickets)
        assert ended == {key: count for key, count in evening.played.items() if key.startswith("ticket ")}
        words = session.scalar(select(func.count()).where(TicketEntry.kind == "message"))
        assert words == evening.played["words"]
        assert session.scalar(select(func.count()).select_from(Parcel)) == 0, "nothing waits between two people"
        residents = select(Conversation.id).where(Conversation.chat.like("r%"))
        heard = session.scalar(select(func.count()).where(Inbox.conversation_id.in_(residents)))
        assert heard == evening.played["messages"]
        good = session.scalar(select(func.count()).where(Rating.useful.is_(True)))
        bad = session.scalar(select(func.count()).where(Rating.useful.is_(False)))
        assert (good, bad) == (evening.played["useful"], evening.played["not useful"])
        helped = help_numbers(session, day, day)
        sections = ward_sections(session, Span(*period("month", day)), day, evening.app.library.current.content)
    told = {line.name: line.number for section in sections for line in section.lines}
    assert told["Bà con hỏi"] == evening.played["questions"] + evening.played["tickets"] == 40
    assert told["Trả lời được"] == evening.played["questions"]
    assert told["Chuyển cho người thật"] == evening.played["tickets"]
    assert (told["Có ích"], told["Chưa được"]) == (evening.played["useful"], evening.played["not useful"])
    assert (told["Phiếu mở"], told["Đã xong"], told["Quá giờ hẹn, phải chuyển lên"]) == (10, 10, 1)
    outcomes = next(one for one in sections if one.title == "Phiếu kết thúc ra sao")
    assert sum(line.number for line in outcomes.lines) == 10
    *shown, rest = outcomes.lines
    assert [(line.name, line.number) for line in shown] == [("Làm xong rồi", 6)]
    assert rest.name == "Khác, hoặc dưới 5 người", "groups under five are not broken down"
    assert helped.people == told["Số người được giúp"] == 6
    assert helped.outcomes == {"done": evening.played["helped done"], "stuck": evening.played["helped stuck"]}
    assert helped.minutes == evening.played["minutes"]
    assert helped.members == {"Huệ": 6}
