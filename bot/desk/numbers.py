"""The numbers on the desk: a period beside the one before, as figures and bars, to take away as Excel or one page."""

import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import OFFICERS, Ask, Desk, back, route, shown
from bot.reports.book import write_book
from bot.reports.digitised import count_digitised
from bot.reports.month import report_page
from bot.reports.periods import Period, before, period
from bot.reports.plots import bars, columns
from bot.reports.sections import Line, Section
from bot.reports.ward import Span, by_month, ward_sections
from bot.staff import directory
from bot.staff.audit import record
from bot.tickets.people import local
from handlers.words import day, money

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def number_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/so-lieu", _page),
        route(desk, "/so-lieu.xlsx", _book),
        route(desk, "/so-lieu.pdf", _sheet),
        route(desk, "/so-lieu/so-hoa", _digitised, OFFICERS, "POST"),
    ]


def _span(desk: Desk, ask: Ask) -> tuple[Period, Span]:
    """What was asked for in the address; whatever is not there or not known is the whole ward's month. A member sees
    their own khu phố and no other."""
    kind: Period = next((one for one in get_args(Period) if one == ask.query.get("ky")), "month")
    first, last = period(kind, local(desk.clock()).date())
    if ask.query.get("truoc"):
        first, last = before(first, last)
    area = str(ask.staff.area_id or 0) if ask.staff.role == "member" else ask.query.get("kp", "")
    return kind, Span(first, last, int(area) if area.isdigit() and len(area) < 10 else None)


def _counted(desk: Desk, session: Session, span: Span) -> tuple[str, list[Section]]:
    content = desk.library.current.content
    title = desk.said("report_ward_title", first=day(span.first), last=day(span.last))
    return title, ward_sections(session, span, _on(desk, span), content)


def _on(desk: Desk, span: Span) -> date:
    """Dossiers are overdue as of today, or as of the day after a period that is over."""
    return min(local(desk.clock()).date(), span.last + timedelta(days=1))


def _page(desk: Desk, ask: Ask) -> Response:
    kind, span = _span(desk, ask)
    with desk.store.read() as session:
        areas = list(directory.areas(session))
        title, sections = _counted(desk, session, span)
        months = by_month(session, span.last) if span.area is None else []
    told = [(one, _drawn(desk, one)) for one in sections if one.lines]
    if len(months) > 1:
        told.insert(0, _over_time(desk, months))
    chosen = {"ky": kind, "truoc": ask.query.get("truoc", ""), "kp": ask.query.get("kp", "")}
    return shown(desk, ask, "numbers.html", title=title, sections=told, areas=areas, chosen=chosen, money=money)


def _drawn(desk: Desk, section: Section) -> Markup | None:
    """A breakdown as bars alone; below a table those lines that can be held against the period before."""
    lines = section.lines
    if not section.chart:
        compared = (line for line in section.lines if line.before is not None and not line.minutes)
        lines = tuple(replace(line, whole=0) for line in compared)
        if not any(line.before for line in lines):
            return None
    return Markup(bars(section.title, lines, desk.texts["report_ward_before"].lower()))  # noqa: S704  bars escapes


def _over_time(desk: Desk, months: list[tuple[date, int]]) -> tuple[Section, Markup]:
    """What was asked in each month, as columns side by side."""
    title = desk.texts["desk_numbers_months"]
    lines = tuple(Line(desk.said("desk_numbers_of_month", month=f"{one:%m/%Y}"), number) for one, number in months)
    short = [desk.said("desk_numbers_of_month_short", month=one.month) for one, _ in months]
    return Section(title, lines, chart=True), Markup(columns(title, lines, short))  # noqa: S704  columns escapes


def _book(desk: Desk, ask: Ask) -> Response:
    _, span = _span(desk, ask)
    with desk.store.read() as session:
        title, sections = _counted(desk, session, span)
    heads = [desk.texts[f"report_ward_{head}"] for head in ("what", "number", "share", "before")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "so-lieu.xlsx"
        write_book(path, title, sections, heads)
        data = path.read_bytes()
    return Response(data, media_type=_XLSX, headers=_attached(span, "xlsx"))


def _sheet(desk: Desk, ask: Ask) -> Response:
    _, span = _span(desk, ask)
    with desk.store.read() as session:
        title, sections = _counted(desk, session, span)
    ward = desk.library.current.content.places.get(desk.settings.place or "")
    name = ward.name if ward else desk.texts["desk_name"]
    data = report_page(title, name, sections, span, local(desk.clock()).date(), desk.texts)
    return Response(data, media_type="application/pdf", headers=_attached(span, "pdf"))


def _digitised(desk: Desk, ask: Ask) -> Response:
    """What the ward counted of its documents."""
    try:
        first, last = (date.fromisoformat(ask.form.get(name, "")) for name in ("first", "last"))
        done, total = ask.number("done"), ask.number("total")
        now = desk.clock()
        with desk.store.write() as session:
            count_digitised(session, first, last, done, total, local(now).date())
            record(session, ask.staff.id, "digitised counted", f"{first} {last}: {done}/{total}", now)
    except (ValueError, HTTPException):
        return back("/so-lieu", "not_counted")
    return back("/so-lieu", "counted")


def _attached(span: Span, suffix: str) -> dict[str, str]:
    name = f"so-lieu-{span.first}-{span.last}.{suffix}"
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
