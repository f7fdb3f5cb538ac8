"""The `causo` command: one module for each group of subcommands."""

import sys

import typer

from bot.cli import (
    announce,
    ask,
    backup,
    content,
    database,
    doctor,
    dossier_numbers,
    evaluate,
    import_dossiers,
    importing,
    leaflet,
    learn,
    month,
    new,
    outbox,
    serve,
    staff,
    team_numbers,
    training,
    zalo,
)
from bot.errors import CausoError, StoreAway
from bot.logs import set_up_logs
from knowledge.load import FOLDER, ContentError
from knowledge.wording import Wording, said

app = typer.Typer(
    name="causo",
    help="Cầu Số: gets residents through online public services, in Zalo, Telegram and a web page.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(serve.run)
app.command("chat")(ask.chat)
app.command("ask")(ask.ask)
app.command("check")(content.check)
app.command("show")(content.show)
app.command("schema")(content.schema)
app.command("eval")(evaluate.evaluate)
app.command("train")(training.train)
app.command("leaflet")(leaflet.leaflet)
app.command("poster")(leaflet.poster)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.add_typer(database.app, name="db")
importing.app.command("dossiers")(import_dossiers.dossiers)
app.add_typer(importing.app, name="import")
dossier_numbers.app.command("helping")(team_numbers.helping)
dossier_numbers.app.command("month")(month.month)
app.add_typer(dossier_numbers.app, name="report")
app.add_typer(new.app, name="new")
app.add_typer(learn.app, name="learn")
app.add_typer(staff.app, name="staff")
app.add_typer(zalo.app, name="zalo")
app.add_typer(outbox.app, name="outbox")
app.add_typer(announce.app, name="announce")


def _sentence(error: CausoError) -> str:
    if isinstance(error, StoreAway):
        return f"the database cannot be reached ({error}); see CAUSO_DATABASE_URL"
    return str(error)


def main() -> None:
    """Run the command; an error on purpose is one clear line and exit code 2, never a traceback."""
    set_up_logs(as_json=not sys.stderr.isatty())
    try:
        app()
    except ContentError as error:
        for problem in error.problems:
            typer.echo(str(problem), err=True)
        typer.echo(Wording(FOLDER)(said("check_see_check")), err=True)
        sys.exit(2)
    except CausoError as error:
        typer.echo(f"causo: {_sentence(error)}", err=True)
        sys.exit(2)
