"""The report on the content for whoever keeps it true: as tables in the terminal and as a page to print."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers.words import capital, day, money, partial_day
from knowledge.load import Content, Problem
from knowledge.model import Confidence
from knowledge.report import Count, Expiry, Gap, Report, report

_KINDS = ("guides", "faq", "places", "units", "dossiers")
_GAPS = {"to_supply": "supply_", "conflicts": "field_", "unknowns": "field_", "ask_desk": "field_"}


class Texts(dict[str, str]):
    """The texts of the content; one that is missing shows its key, so that a report can be had of broken content."""

    def __missing__(self, key: str) -> str:
        return key.split("_", 1)[-1]


class Page:
    """One report in words."""

    def __init__(self, found: Report, texts: Mapping[str, str], problems: Iterable[Problem]) -> None:
        self.report, self.t = found, Texts(texts)
        self.problems = [problem for problem in problems if problem.level == "error"]
        self.counts = sorted(found.counts, key=lambda count: (count.key in _KINDS, -count.items))
        self.items = sum(count.items for count in self.counts)

    def name(self, count: Count) -> str:
        return self.t[f"report_kind_{count.key}" if count.key in _KINDS else f"group_{count.key}"]

    def as_of(self) -> str:
        return self.t["report_as_of"].format(day=day(self.report.on))

    def summary(self) -> str:
        of = {count.key: count.items for count in self.counts}
        return self.t["report_summary"].format(
            topics=self.report.topics,
            guides=of.get("guides", 0),
            faqs=of.get("faq", 0),
            places=of.get("places", 0),
            catalogue=self.report.catalogue,
            month=partial_day(self.report.catalogue_on),
        )

    def expiry(self, item: Expiry) -> str:
        return self.t[f"report_what_{item.what}"].format(text=item.text)

    def expiring(self) -> list[tuple[date, str, str, list[Expiry]]]:
        """Day by day and file by file: the day, the file, its name, and what happens."""
        order = sorted(self.report.expiring, key=lambda item: (item.on, item.name, item.what != "review"))
        by = groupby(order, lambda item: (item.on, item.file, item.name))
        return [(on, file, name, list(items)) for (on, file, name), items in by]

    def html(self) -> str:
        """The whole page, with nothing to load from elsewhere."""
        pages = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined)
        sizes = [(key, len(getattr(self.report, key))) for key in ("expiring", *_GAPS)]
        return pages.get_template("report.html").render(
            r=self.report,
            t=self.t,
            problems=self.problems,
            jumps=[("counts", None), *sizes],
            counts=self.counts,
            items=self.items,
            levels=list(Confidence),
            name=self.name,
            as_of=self.as_of(),
            summary=self.summary(),
            day=day,
            sentence=capital,
            money=money,
            expiry=self.expiry,
            expiring=self.expiring(),
            grouped=grouped,
        )

    def show(self, console: Console) -> None:
        """The same as tables."""
        console.print(f"[bold]{self.t['report_title']}[/]. {self.as_of()}.")
        console.print(self.summary(), markup=False, highlight=False)
        levels = [self.t[f"report_{level}"] for level in Confidence]
        table = self._table("counts", "report_part")
        for heading in (self.t["report_items"], *levels):
            table.add_column(heading, justify="right")
        for count in self.counts:
            table.add_row(self.name(count), str(count.items), *(money(count.facts[level]) for level in Confidence))
        table.add_section()
        total = (money(self.report.facts[level]) for level in Confidence)
        table.add_row(self.t["report_total"], str(self.items), *total)
        console.print(table)
        table = self._table("expiring", "report_day", "report_where", "report_what")
        for on, _, name, items in self.expiring():
            late = f"\n{self.t['report_overdue']}" if on < self.report.on else ""
            table.add_row(day(on) + late, escape(name), escape("\n".join(map(self.expiry, items))))
        console.print(table if table.rows else f"{table.title}: {self.t['report_nothing']}")
        for key in _GAPS:
            self._show_gaps(console, key)

    def show_notes(self, console: Console) -> None:
        """Only what sources differ on, what is not known, and what the ward must supply."""
        for key in ("conflicts", "unknowns", "to_supply"):
            self._show_gaps(console, key)

    def _show_gaps(self, console: Console, key: str) -> None:
        table = self._table(key, "report_where", "report_note")
        for _, name, gaps in grouped(getattr(self.report, key)):
            for number, gap in enumerate(gaps):
                about = capital(self.t[_GAPS[key] + gap.about]) if gap.about else ""
                note = f"{about}: {gap.text}" if about and gap.text else about or gap.text
                table.add_row(escape(name) if number == 0 else "", escape(note))
        console.print(table if table.rows else f"{table.title}: {self.t['report_nothing']}")

    def _table(self, key: str, *columns: str) -> Table:
        return Table(
            *(self.t[column] for column in columns), title=self.t[f"report_{key}"], title_justify="left", expand=True
        )


def grouped(gaps: Iterable[Gap]) -> list[tuple[str, str, list[Gap]]]:
    """The gaps file by file: its path, its name, its gaps."""
    return [(file, name, list(found)) for (file, name), found in groupby(gaps, lambda gap: (gap.file, gap.name))]


def page(content: Content, problems: Iterable[Problem], on: date) -> Page:
    """The report on `content` as of `on`."""
    return Page(report(content, on), content.texts, problems)
