"""The `Dossiers` port over our own table and a source outside: whichever knows the newer."""

from bot.dossiers.remote import Remote
from handlers.ports import Dossier, Dossiers


class KnownDossiers:
    """Inside the turn's transaction; the source was asked ahead of it and is not asked here."""

    def __init__(self, table: Dossiers, remote: Remote) -> None:
        self.table, self.remote = table, remote

    def find(self, code: str) -> Dossier | None:
        kept = self.table.find(code)
        answer = self.remote.answer(code)
        heard = answer.dossier if answer else None
        if kept and heard:
            return max(kept, heard, key=lambda dossier: dossier.as_of)
        return heard or kept

    def away(self, code: str) -> bool:
        """Also where the source was never asked and nothing is known, as in another process than the one that offered
        the code: nobody is told that a code is unknown unless the source said so."""
        never_asked = self.remote.answer(code) is None
        return self.remote.failed(code) or (never_asked and self.table.find(code) is None)
