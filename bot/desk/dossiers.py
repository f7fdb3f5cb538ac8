"""Uploading the table that the one-stop system exports; the same import as on the command line, with its report."""

import shutil
import tempfile
from pathlib import Path

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from bot.bell import IMPORTED
from bot.desk.base import OFFICERS, Ask, Desk, back, route, shown
from bot.dossiers.importer import import_table
from bot.dossiers.sheets import UnreadableTable
from bot.dossiers.told import told
from bot.staff.audit import record
from bot.tickets.people import local
from knowledge.dossier_tables import read_table_words

_SUFFIXES = (".xlsx", ".xls", ".ods", ".csv", ".txt")


def dossier_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/ho-so", _form, OFFICERS),
        route(desk, "/ho-so", _import, OFFICERS, "POST"),
    ]


def _form(desk: Desk, ask: Ask) -> Response:
    return shown(desk, ask, "dossiers.html", report=[], wrong="")


def _import(desk: Desk, ask: Ask) -> Response:
    """The file is read as of now and is gone afterwards; names and numbers of people in it are not kept."""
    if ask.file is None:
        return back("/ho-so", "empty")
    name = Path(ask.file.filename or "").name
    if Path(name).suffix.lower() not in _SUFFIXES:
        return shown(desk, ask, "dossiers.html", 400, report=[], wrong=desk.texts["desk_import_kind"])
    now = desk.clock()
    with tempfile.TemporaryDirectory() as folder:
        path = _saved(ask.file, Path(folder) / f"upload{Path(name).suffix.lower()}")
        try:
            words = read_table_words(desk.library.folder, None)
            today = local(now).date()
            reports = import_table(path, words, desk.store, now, today, lambda done, of: None, desk.key)
        except UnreadableTable:
            wrong = desk.said("desk_import_unreadable", file=name)
            return shown(desk, ask, "dossiers.html", 400, report=[], wrong=wrong)
    desk.bell.ring(*IMPORTED)
    with desk.store.write() as session:
        rows = sum(report.rows for report in reports)
        record(session, ask.staff.id, "dossiers imported", f"{rows} rows", now)
    return shown(desk, ask, "dossiers.html", report=list(told(name, reports, desk.texts)), wrong="")


def _saved(file: UploadFile, path: Path) -> Path:
    with path.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
    return path
