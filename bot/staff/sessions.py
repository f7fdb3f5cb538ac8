"""Signing in to the desk: a password, a second factor where one is set, a session that ends by itself."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import CausoError
from bot.seal import unseal
from bot.staff.audit import record
from bot.staff.passwords import code_matches, matches
from bot.store.staff_tables import DeskSession, Staff
from bot.tries import MOST, Tries
from knowledge.fold import folded

LONGEST = timedelta(hours=12)
IDLE = timedelta(minutes=60)


class SignInRefused(CausoError):
    """`why` is "wrong" (name, password or code: which is not said) or "rest" (too many wrong ones, an hour's rest)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def sign_in(session: Session, key: str, name: str, password: str, code: str, address: str, now: datetime) -> str:
    """The token for the cookie. Raises `SignInRefused`; wrong ones count for the name and for the network address."""
    tries = [Tries(session, key, f"desk|{about}", now) for about in (folded(name), f"address|{address}")]
    if not all(one.left for one in tries):
        raise SignInRefused("rest")
    wanted = folded(name)
    everybody = session.scalars(select(Staff).where(Staff.active)).all()
    staff = next((one for one in everybody if folded(one.name) == wanted), None)
    right = matches(staff.password if staff else None, password)
    if staff and right and staff.totp:
        secret = unseal(key, staff.totp)
        used = Tries(session, key, f"totp|{staff.id}|{code.strip()}", now)  # a code that was seen works no second time
        right = secret is not None and code_matches(secret, code, now) and used.failed() == MOST - 1
    if staff is None or not right:
        for one in tries:
            one.failed()
        raise SignInRefused("wrong")
    tries[0].succeeded()
    token = secrets.token_urlsafe(32)
    session.add(DeskSession(digest=_digest(token), staff_id=staff.id, seen_at=now, expires_at=now + LONGEST))
    record(session, staff.id, "signed in", "desk", now)
    return token


def who(session: Session, token: str, now: datetime) -> Staff | None:
    """Whose session this is; None when it ended, was revoked, or lay idle too long. Being seen keeps it alive."""
    row = session.get(DeskSession, _digest(token)) if token else None
    if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
        return None
    staff = session.get(Staff, row.staff_id)
    if staff is None or not staff.active:
        return None
    if now - row.seen_at > timedelta(minutes=1):
        row.seen_at = now
    return staff


def sign_out(session: Session, token: str) -> None:
    session.execute(delete(DeskSession).where(DeskSession.digest == _digest(token)))


def revoke(session: Session, staff: int) -> None:
    """Every session of this member ends now."""
    session.execute(delete(DeskSession).where(DeskSession.staff_id == staff))


def forget_ended(session: Session, now: datetime) -> None:
    """Sessions that ended are cleared away."""
    session.execute(delete(DeskSession).where(DeskSession.expires_at <= now))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
