"""What became of an announcement, by channel: from its own rows in the outbox."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.store.announce_tables import Announcement, AnnouncementTold
from bot.store.tables import Conversation, Outbox

RESULTS = ("sent", "waiting", "window", "blocked", "given_up", "older")


@dataclass(frozen=True, slots=True)
class Report:
    """People by channel and result: "sent"; "waiting" to be sent; "window": waits until they are in touch; "blocked":
    the platform refused; "given_up": tried too often; "older": their messages are not kept any more. `left_out` were
    not told."""

    left_out: int
    channels: dict[str, dict[str, int]] = field(default_factory=dict)

    def total(self, result: str) -> int:
        return sum(one.get(result, 0) for one in self.channels.values())

    def totals(self) -> Iterator[tuple[str, int]]:
        return ((result, self.total(result)) for result in RESULTS if self.total(result))


def report(session: Session, announcement: Announcement) -> Report:
    """How it stands now. Of several messages to one person the last decides, which has the buttons."""
    last = and_(Outbox.conversation_id == AnnouncementTold.conversation_id, Outbox.seq == AnnouncementTold.last_seq)
    gave_up = func.coalesce(Outbox.reason, "").startswith("gave up")
    rows = (
        select(Conversation.channel, AnnouncementTold.last_seq.is_(None), Outbox.status, gave_up, func.count())
        .select_from(AnnouncementTold)
        .join(Conversation, Conversation.id == AnnouncementTold.conversation_id)
        .outerjoin(Outbox, last)
        .where(AnnouncementTold.announcement_id == announcement.id)
        .group_by(Conversation.channel, AnnouncementTold.last_seq.is_(None), Outbox.status, gave_up)
    )
    found = Report(announcement.left_out)
    for channel, refused, status, given_up, count in session.execute(rows):
        into = found.channels.setdefault(channel, dict.fromkeys(RESULTS, 0))
        into[_result(refused, status, given_up)] += count
    return found


def _result(refused: bool, status: str | None, given_up: bool) -> str:
    match status:
        case _ if refused:
            return "blocked"
        case "dead":
            return "given_up" if given_up else "blocked"
        case "parked":
            return "window"
        case None:
            return "older"
    return status
