"""`causo train`: from the written messages to what reads messages; an hour or so on two cores, nothing from outside."""

from collections.abc import Collection
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from knowledge.load import load
from knowledge.made import PARTS


def train(
    only: Annotated[
        list[str] | None, typer.Option("--only", help="encoder, linear or confidence; several times.")
    ] = None,
) -> None:
    """Train what reads messages anew from the content, with a progress bar. Needs the extra `train` (make train)."""
    parts: Collection[str] = only or PARTS
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        raise typer.BadParameter(f"there is no part {', '.join(unknown)}; choose from {', '.join(PARTS)}")
    try:
        from knowledge.training.pipeline import train as run
    except ImportError as error:
        typer.echo(f"Training needs more packages ({error.name} is missing): use `make train`.", err=True)
        raise typer.Exit(2) from None
    names = TextColumn("{task.description:<11}")
    columns = (names, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console) as bars:
        tasks = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        record = run(load(), report, parts)
    seconds = max((task.finished_time or 0.0) for task in bars.tasks) if bars.tasks else 0.0
    took = timedelta(seconds=round(seconds))
    typer.echo(f"trained {', '.join(parts)} on {record.messages} messages, {len(record.labels)} labels ({took})")
