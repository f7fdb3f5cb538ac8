"""A one-time code with which a member joins in their own chat."""

import json
from datetime import datetime

from sqlalchemy.orm import Session

from bot.codes import issue
from bot.store.staff_tables import Staff
from handlers.codes import STAFF
from knowledge.short_codes import spoken

INVITED_MINUTES = 3 * 24 * 60


def invite(session: Session, key: str, staff: Staff, now: datetime) -> str:
    """A fresh code for this member, in two halves to be read out; it works once, within three days."""
    payload = json.dumps({"id": staff.id, "name": staff.name}, ensure_ascii=False)
    return spoken(issue(session, key, STAFF, payload, now, INVITED_MINUTES))
