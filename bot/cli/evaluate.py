"""`causo eval`: how well messages are read, on files of judging messages."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.cli.ask import Conversation, passing_app
from bot.evaluation import BadLine, Report, Share, judge
from bot.settings import read_settings
from handlers.turn import Reply


def evaluate(
    files: Annotated[list[Path], typer.Argument(help="JSON lines to judge by.", exists=True, dir_okay=False)],
    worst: Annotated[int, typer.Option("--worst", help="List so many misses.", min=0)] = 0,
    pairs: Annotated[int, typer.Option("--pairs", help="List so many pairs of topics that are mixed up.", min=0)] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as data.")] = False,
) -> None:
    """Top-1, top-3, answered outright and how many of these right, facets, dialogues and false answers, by style."""
    lines = [line for file in files for line in _lines(file)]
    report = Report()
    with passing_app(read_settings()) as app:
        chats: dict[str, Conversation] = {}

        def ask(chat: str, text: str) -> Reply:
            return chats.setdefault(chat, Conversation(app, chat)).say(text)

        shown = track(lines, "reading", console=Console(stderr=True), disable=as_json, transient=True)
        try:
            for group, verdict in judge(shown, ask):
                report.add(group, verdict)
        except BadLine as error:
            raise typer.BadParameter(str(error)) from None
    if as_json:
        typer.echo(json.dumps(_data(report, worst, pairs), ensure_ascii=False, indent=1))
    else:
        _print(report, worst, pairs)


def _lines(file: Path) -> list[dict[str, object]]:
    found = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise typer.BadParameter(f"{file}, line {number} is not JSON: {error.msg}") from None
        if not isinstance(data, dict):
            raise typer.BadParameter(f"{file}, line {number} must be an object")
        found.append(data)
    return found


def _data(report: Report, worst: int, pairs: int) -> dict[str, object]:
    return {
        "figures": {name: value.as_json() for name, value in report.figures().items()},
        "styles": {name: value.as_json() for name, value in report.by_style().items()},
        "reliability": {name: value.as_json() for name, value in report.reliability() if value.of},
        "pairs": [{"wanted": wanted, "got": got, "count": count} for wanted, got, count in report.pairs()[:pairs]],
        "worst": [
            {
                "q": v.question, "wanted": v.wanted, "ranked": v.ranked[:3], "outcome": str(v.outcome),
                "confidence": round(v.confidence, 3), "style": v.style,
            }
            for v in report.worst()[:worst]
        ],
    }  # fmt: skip


def _print(report: Report, worst: int, pairs: int) -> None:
    console = Console()
    for title, rows in (
        ("", list(report.figures().items())),
        ("by style", list(report.by_style().items())),
        ("how sure, how right", [row for row in report.reliability() if row[1].of]),
    ):
        table = Table("", "%", "95 %", "of", title=title or None)
        for name, value in rows:
            table.add_row(name, *_cells(value))
        console.print(table)
    for wanted_topic, got_topic, count in report.pairs()[:pairs]:
        console.print(f"{count} x {wanted_topic} taken for {got_topic}", markup=False, highlight=False)
    for verdict in report.worst()[:worst]:
        got = ", ".join(verdict.ranked[:3]) or "-"
        wanted = ", ".join(verdict.wanted) or "none"
        console.print(f"{verdict.confidence:.2f} {verdict.outcome}: {verdict.question}", markup=False, highlight=False)
        console.print(f"     wanted {wanted}; got {got}", markup=False, highlight=False)


def _cells(value: Share) -> tuple[str, str, str]:
    low, high = value.interval
    return f"{value.percent:.1f}", f"{low:.1f} to {high:.1f}", str(value.of)
