"""Taking back what an announcement has waiting in the outbox: as if those people had not been told yet."""

from collections import defaultdict

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from bot.store.announce_tables import AnnouncementTold
from bot.store.tables import Outbox

_CHUNK = 300  # people in one statement


def take_back(session: Session, announcement: int, parked: bool) -> int:
    """How many people that are. What is being sent, and what a part of went out, stays. `parked`: also what waits for
    its resident to be in touch."""
    status = ("waiting", "parked") if parked else ("waiting",)
    of_it = and_(
        AnnouncementTold.conversation_id == Outbox.conversation_id,
        Outbox.seq.between(AnnouncementTold.first_seq, AnnouncementTold.last_seq),
    )
    its = AnnouncementTold.announcement_id == announcement
    found = (
        select(Outbox.id, AnnouncementTold.conversation_id, AnnouncementTold.first_seq, AnnouncementTold.last_seq)
        .join(AnnouncementTold, of_it)
        .where(its, Outbox.status.in_(status), Outbox.lease_owner.is_(None))
        .with_for_update(of=Outbox, skip_locked=True)
    )
    rows, wanted = defaultdict[int, list[int]](list), dict[int, int]()
    for row, chat, first, last in session.execute(found):
        rows[chat].append(row)
        wanted[chat] = (last or 0) - (first or 0) + 1
    whole = [chat for chat, count in wanted.items() if len(rows[chat]) == count]
    for begin in range(0, len(whole), _CHUNK):
        some = whole[begin : begin + _CHUNK]
        messages = [row for chat in some for row in rows[chat]]
        session.execute(delete(Outbox).where(Outbox.id.in_(messages)))
        session.execute(delete(AnnouncementTold).where(its, AnnouncementTold.conversation_id.in_(some)))
    return len(whole)
