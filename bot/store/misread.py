"""The messages that can be learnt from: asked back, unanswered, or followed by “không phải”; masked, without a chat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.orm import Session

from bot.store.tables import Inbox
from handlers.turn import Outcome
from knowledge.fold import folded

MOST = 2000  # messages looked at, the newest
_BATCH = 500
Why = Literal["asked_back", "no_answer", "not_this"]

_ANSWERING = tuple(map(str, (Outcome.ANSWERED, Outcome.GUIDE_STEP, Outcome.CHECKLIST, Outcome.PLACE_SHOWN)))
# What “không phải” leads to, and the second message in a row without an answer: see handlers/fallback.py.
_AFTER_NO = tuple(map(str, (Outcome.SMALLTALK, Outcome.HANDED_OVER)))
_UNANSWERED = tuple(map(str, (Outcome.NO_ANSWER, Outcome.HANDED_OVER)))


@dataclass(frozen=True, slots=True)
class Misread:
    """`topic` is what the message was taken for: with `not_this` it was wrong."""

    id: int
    at: datetime
    text: str
    why: Why
    topic: str | None


def misread(session: Session, no: Collection[str], since: datetime | None = None, most: int = MOST) -> list[Misread]:
    """The newest first. `no` are the words and buttons that say “không phải”, folded. Emergencies, refused secrets and
    small talk have outcomes of their own and are not among them; nor is what has been dealt with, or says the same."""
    told = Inbox.conversation_id.is_not(None) & Inbox.text.is_not(None)
    turns = (
        select(
            Inbox.id,
            Inbox.received_at,
            Inbox.text,
            Inbox.outcome,
            Inbox.topic,
            Inbox.confidence,
            Inbox.learnt_at,
            func.lead(Inbox.text).over(partition_by=Inbox.conversation_id, order_by=Inbox.seq).label("next_text"),
            func.lead(Inbox.outcome).over(partition_by=Inbox.conversation_id, order_by=Inbox.seq).label("next_outcome"),
        )
        .where(told)
        .subquery()
    )
    row = turns.c
    # A topic that is sure was asked about by a button or a guide: its question back is not about understanding; nor is
    # one of a message that was not read at all (0), such as “quên tôi đi”.
    asked_back = and_(row.outcome == str(Outcome.ASKED_BACK), row.confidence > 0, row.confidence < 1)
    unanswered = row.outcome.in_(_UNANSWERED)
    denied = and_(row.outcome.in_(_ANSWERING), row.next_outcome.in_(_AFTER_NO))
    wanted = select(turns).where(row.learnt_at.is_(None), or_(asked_back, unanswered, denied))
    if since:
        wanted = wanted.where(row.received_at >= since)
    learnt = _learnt(session)
    found: list[Misread] = []
    for item in session.execute(wanted.order_by(row.received_at.desc(), row.id.desc())):
        why: Why = "asked_back" if item.outcome == Outcome.ASKED_BACK else "no_answer"
        if item.outcome in _ANSWERING:
            why = "not_this"
            if folded(item.next_text or "") not in no:
                continue
        if folded(item.text) in no or folded(item.text) in learnt:
            continue
        found.append(Misread(item.id, item.received_at, item.text, why, item.topic))
        if len(found) == most:
            break
    return found


def _learnt(session: Session) -> frozenset[str]:
    texts = session.scalars(select(Inbox.text).where(Inbox.learnt_at.is_not(None), Inbox.text.is_not(None)).distinct())
    return frozenset(folded(text) for text in texts if text)


def dealt_with(session: Session, ids: Sequence[int], now: datetime) -> None:
    """These messages do not come again, nor others with the same words."""
    for start in range(0, len(ids), _BATCH):
        session.execute(update(Inbox).where(Inbox.id.in_(ids[start : start + _BATCH])).values(learnt_at=now))
