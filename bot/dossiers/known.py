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
        return self.remote.away(code)
