"""`causo import`: bringing outside data in."""

import re
from pathlib import Path
from typing import Annotated

import typer
import yaml

from knowledge.load import FOLDER, read_other_levels
from knowledge.place import of_commune
from knowledge.portal import read_portal
from knowledge.unit_import import import_units, read_corrections
from knowledge.units import FILE as UNITS

app = typer.Typer(help="Bring outside data in.", no_args_is_help=True)


def _month(value: str) -> str:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise typer.BadParameter("must be a month, as 2026-07")
    return value


@app.command()
def catalogue(
    folder: Annotated[Path, typer.Argument(help="Folder of the portal's pages, one JSON a procedure.", exists=True)],
    on: Annotated[str, typer.Option(help="The month in which the portal was read, as 2026-07.", callback=_month)],
    out: Annotated[Path, typer.Option(help="The content folder to write to.")] = FOLDER,
) -> None:
    """Write the catalogue: every procedure of the commune level, and those of catalogue/other-levels.yaml.

    Running it again gives the same.
    """
    imported = read_portal(folder, [other.code for other in read_other_levels(out)])
    records = [record.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for record in imported.records]
    file = out / "catalogue" / "portal.yaml"
    text = yaml.safe_dump({"on": on, "records": records}, allow_unicode=True, sort_keys=False, width=1000)
    head = "# Written by `causo import catalogue`; not edited by hand.\n"
    file.write_text(head + text, encoding="utf-8")
    commune = sum(of_commune(record.level) for record in imported.records)
    others_too = f"{commune} of the commune level, {len(records) - commune} of others"
    typer.echo(f"{len(records)} records written to {file.name}: {others_too}")
    for part, count in sorted(imported.unread.items()):
        typer.echo(f"  without a readable {part}: {count}")
    for problem in imported.problems:
        typer.echo(f"  not read: {problem}", err=True)


@app.command()
def units(
    folder: Annotated[Path, typer.Argument(help="Folder with new_to_old.json and its LICENSE.", exists=True)],
    out: Annotated[Path, typer.Option(help="The content folder to write to.")] = FOLDER,
) -> None:
    """Write which new ward each ward, district and province of before 1 July 2025 is in; with its licence.

    What the resolutions say otherwise stands in units/corrections.yaml. Running it again gives the same.
    """
    try:
        imported = import_units(folder / "new_to_old.json", read_corrections(out))
    except (OSError, ValueError) as error:
        typer.echo(f"not imported: {error}", err=True)
        raise typer.Exit(1) from None
    (out / UNITS).write_text(imported.text, encoding="utf-8")
    (out / UNITS).with_name("LICENSE").write_text((folder / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")
    typer.echo(f"written to {UNITS.name}: " + ", ".join(f"{n} {what}" for what, n in imported.counts.items()))
    for problem in imported.problems:
        typer.echo(f"  correction does not fit: {problem}", err=True)
