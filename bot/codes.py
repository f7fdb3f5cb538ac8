"""Six characters that hand something from one chat to another: given out once, typed once, then worth nothing."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.store.code_tables import OneTimeCode
from bot.store.tables import Conversation
from bot.tries import Tries
from handlers.ports import Redeemed
from knowledge.short_codes import DIGITS, LETTERS, read_code

_LENGTH = 6


class OneTimeCodes:
    """The `Codes` port on the tables, for one chat, inside its turn's transaction."""

    def __init__(self, session: Session, conversation: Conversation, key: str, now: datetime) -> None:
        self._session, self._conversation, self._key, self._now = session, conversation, key, now

    def issue(self, kind: str, payload: str, minutes: int) -> str:
        return issue(self._session, self._key, kind, payload, self._now, minutes, self._conversation.id)

    def redeem(self, text: str) -> Redeemed | None:
        """None too after five wrong ones from this chat, for an hour: codes are not to be found by trying."""
        code = read_code(text)
        tries = Tries(self._session, self._key, f"code|{self._conversation.id}", self._now)
        if code is None or not tries.left:
            return None
        row = self._session.get(OneTimeCode, _digest(self._key, code), with_for_update=True)
        if row is None or row.expires_at <= self._now:
            tries.failed()
            return None
        tries.succeeded()
        self._session.delete(row)
        return Redeemed(row.kind, row.payload, row.conversation_id)


def issue(
    session: Session, key: str, kind: str, payload: str, now: datetime, minutes: int, conversation: int | None = None
) -> str:
    """A fresh code that does `kind` with `payload` for so many minutes; what ran out is cleared away."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at <= now))
    code = _fresh()
    while session.get(OneTimeCode, _digest(key, code)) is not None:
        code = _fresh()
    until = now + timedelta(minutes=minutes)
    row = OneTimeCode(
        digest=_digest(key, code), kind=kind, payload=payload, conversation_id=conversation, expires_at=until
    )
    session.add(row)
    session.flush()
    return code


def forget_codes(session: Session, conversation: Conversation) -> None:
    """The codes this chat gave out no longer work."""
    session.execute(delete(OneTimeCode).where(OneTimeCode.conversation_id == conversation.id))


def _fresh() -> str:
    """Letters and digits both, so that no word is taken for a code."""
    while True:
        code = "".join(secrets.choice(LETTERS + DIGITS) for _ in range(_LENGTH))
        if read_code(code):
            return code


def _digest(key: str, code: str) -> str:
    return hmac.new(key.encode(), f"code|{code}".encode(), hashlib.sha256).hexdigest()[:32]
