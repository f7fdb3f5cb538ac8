"""Taking back what an announcement has waiting in the outbox: as if those people had not been told yet."""

from collections import defaultdict

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from bot.store.announce_tables import AnnouncementTold
from bot.store.tables import Outbox


def take_back(session: Session, announcement: int, parked: bool) -> int:
    """How many people that are. What is being sent, and what a part of went out, stays. `parked`: also what waits for
    its resident to be in touch."""
    status = ("waiting", "parked") if parked else ("waiting",)
    of_it = and_(
        AnnouncementTold.conversation_id == Outbox.conversation_id,
        Outbox.seq.between(AnnouncementTold.first_seq, AnnouncementTold.last_seq),
    )
    found = (
        select(Outbox, AnnouncementTold)
        .join(AnnouncementTold, of_it)
        .where(AnnouncementTold.announcement_id == announcement, Outbox.status.in_(status))
        .where(Outbox.lease_owner.is_(None))
        .with_for_update(of=Outbox, skip_locked=True)
    )
    rows, told = defaultdict[int, list[int]](list), dict[int, AnnouncementTold]()
    for row, one in session.execute(found):
        rows[one.conversation_id].append(row.id)
        told[one.conversation_id] = one
    whole = {number: one for number, one in told.items() if len(rows[number]) == _count(one)}
    for number, one in whole.items():
        session.execute(delete(Outbox).where(Outbox.id.in_(rows[number])))
        session.delete(one)
    session.flush()
    return len(whole)


def _count(told: AnnouncementTold) -> int:
    return (told.last_seq or 0) - (told.first_seq or 0) + 1
