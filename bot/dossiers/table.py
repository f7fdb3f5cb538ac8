"""Dossiers kept in our own table, and the sample that a first start brings along."""

import csv
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.dossiers.identity import initials, locked
from bot.store.tables import DossierRow
from handlers.ports import Dossier, Status

SAMPLE = Path(__file__).with_name("sample.csv")


class TableDossiers:
    """The `Dossiers` port on the table, inside the turn's transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def find(self, code: str) -> Dossier | None:
        row = self.session.get(DossierRow, code)
        if row is None:
            return None
        status = Status(row.status) if row.status in set(Status) else Status.UNKNOWN
        return Dossier(
            row.code,
            row.procedure,
            status,
            row.status_words,
            row.received_on,
            row.due_on,
            row.as_of,
            row.status_since,
            row.holder,
        )

    def away(self, code: str) -> bool:
        return False


class NoDossiers:
    """Where dossiers are not asked for."""

    def find(self, code: str) -> Dossier | None:
        return None

    def away(self, code: str) -> bool:
        return False


def sample_procedures() -> tuple[str, ...]:
    """What the dossiers of the sample are for; no real one is called so."""
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        return tuple(line["procedure"] for line in csv.DictReader(file))


def load_sample(session: Session, today: date, key: str | None = None) -> tuple[str, ...]:
    """Put the sample dossiers into an empty table, dated around `today`; the codes that were added. With `key` one of
    them has an owner, who proves it with the last four digits of the sample."""
    if session.scalar(select(func.count()).select_from(DossierRow)):
        return ()
    with SAMPLE.open(encoding="utf-8", newline="") as file:
        rows = [_row(line, today, key) for line in csv.DictReader(file)]
    session.add_all(rows)
    return tuple(row.code for row in rows)


def _row(line: Mapping[str, str], today: date, key: str | None) -> DossierRow:
    received = today - timedelta(days=int(line["received_days_ago"]))
    due = today + timedelta(days=int(line["due_in_days"]))
    code = line["code"].format(day=f"{received:%y%m%d}")
    return DossierRow(
        code=code,
        procedure=line["procedure"],
        status=line["status"],
        status_words=line["status_words"],
        received_on=received,
        due_on=due,
        as_of=datetime.combine(today, time(7), UTC),
        note=line["note"] or None,
        owner=initials(line["owner"]) if key else None,
        proofs=locked(key, code, line["digits"]) if key and line["digits"] else None,
    )
