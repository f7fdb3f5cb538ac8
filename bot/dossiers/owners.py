"""The `Owners` port: four digits, a few tries, and what they open, in the turn's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot.dossiers.identity import fits
from bot.store.identity_tables import DossierProof
from bot.store.tables import Conversation, DossierRow
from bot.tries import Tries
from handlers.ports import Private

KEPT = timedelta(hours=24)
_MOST_OF_ALL = 20  # wrong tries at one dossier within an hour, from whatever chats


class TableOwners:
    """One chat and the dossiers of our own table; `key` is that with which the import locked the digits."""

    def __init__(self, session: Session, conversation: Conversation, key: str, now: datetime) -> None:
        self._session, self._conversation, self._key, self._now = session, conversation, key, now

    def proved(self, code: str) -> Private | None:
        proof = self._session.get(DossierProof, (self._conversation.id, code))
        if proof is None or proof.until <= self._now:
            return None
        return _private(self._session.get(DossierRow, code))

    def prove(self, code: str, digits: str) -> tuple[Private | None, int]:
        """The same work is done whatever is known of the dossier, so that its time tells nothing."""
        mine = Tries(self._session, self._key, f"digits|{self._conversation.id}|{code}", self._now)
        everybody = Tries(self._session, self._key, f"digits|{code}", self._now, _MOST_OF_ALL)
        row = self._session.get(DossierRow, code)
        right = fits(self._key, code, digits, row.proofs if row else None)
        if not mine.left or not everybody.left:
            return None, 0
        if not right:
            everybody.failed()
            return None, mine.failed()
        mine.succeeded()
        proof = DossierProof(conversation_id=self._conversation.id, code=code, until=self._now + KEPT)
        self._session.merge(proof)
        return _private(row), mine.left


def _private(row: DossierRow | None) -> Private:
    return Private(row.owner if row else None, row.note if row else None)


def forget_proofs(session: Session, conversation: Conversation) -> None:
    """What this chat has shown to be its own it has to show again."""
    session.execute(delete(DossierProof).where(DossierProof.conversation_id == conversation.id))
