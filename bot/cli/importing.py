"""`causo import`: bringing outside data in."""

from pathlib import Path
from typing import Annotated

import typer
import yaml

from knowledge.load import FOLDER
from knowledge.portal import read_portal

app = typer.Typer(help="Bring outside data in.", no_args_is_help=True)


@app.command()
def catalogue(
    folder: Annotated[Path, typer.Argument(help="Folder of the portal's pages, one JSON a procedure.", exists=True)],
    on: Annotated[str, typer.Option(help="The month in which the portal was read, as 2026-07.")],
    out: Annotated[Path, typer.Option(help="The content folder to write to.")] = FOLDER,
) -> None:
    """Write the catalogue: every procedure in which the commune level takes part. Running it again gives the same."""
    imported = read_portal(folder)
    records = [record.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for record in imported.records]
    file = out / "catalogue" / "portal.yaml"
    text = yaml.safe_dump({"on": on, "records": records}, allow_unicode=True, sort_keys=False, width=1000)
    head = "# Written by `causo import catalogue`; not edited by hand.\n"
    file.write_text(head + text, encoding="utf-8")
    typer.echo(f"{len(records)} records written to {file.name}")
    for part, count in sorted(imported.unread.items()):
        typer.echo(f"  without a readable {part}: {count}")
    for problem in imported.problems:
        typer.echo(f"  not read: {problem}", err=True)
