"""`causo backup` and `causo restore`: everything in one encrypted file, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from sqlalchemy import make_url

from bot.backup import whole
from bot.backup.whole import WouldOverwrite
from bot.clock import now
from bot.errors import CausoError, SettingsError
from bot.secret_key import secret_key
from bot.settings import Settings, read_settings

_SHORTEST = 12  # characters of a passphrase
KeyFile = Annotated[
    Path | None, typer.Option("--key-file", help="A file with the passphrase, instead of CAUSO_BACKUP_KEY.")
]


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write, for instance sao-luu-2026-11-27.causo.")],
    key_file: KeyFile = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Write the database and the secret key into one encrypted file. The program may go on working meanwhile."""
    settings = read_settings()
    passphrase = _passphrase(settings, key_file)
    if file.exists() and not force:
        raise WouldOverwrite(f"{file} exists; choose another name, or --force")
    try:
        with _progress("backup") as tell:
            size = whole.backup(settings.database_url, secret_key(settings), file, passphrase, now(), tell)
        with _progress("checking") as tell:
            whole.look(file, passphrase, tell)
    except OSError as error:
        raise CausoError(f"{file}: {error.strerror}") from None
    typer.echo(f"Backed up to {file} ({size / 1e6:.1f} MB), and read again to its end.")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup made by `causo backup`.")],
    to: Annotated[str | None, typer.Option("--to", help="Another database than CAUSO_DATABASE_URL.")] = None,
    key_file: KeyFile = None,
    force: Annotated[bool, typer.Option("--force", help="Put aside what is there, and restore in its place.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only read the backup to its end and say what it is.")] = False,
    secret_key_to: Annotated[
        Path | None, typer.Option("--secret-key-to", help="Write the backup's secret key to this file.")
    ] = None,
) -> None:
    """Put a backup in the place of the database. Stop the program first; nothing is touched if the backup is bad."""
    settings = read_settings()
    passphrase = _passphrase(settings, key_file)
    url = to or settings.database_url
    try:
        if check:
            with _progress("checking") as tell:
                about, _ = whole.look(file, passphrase, tell)
            typer.echo(f"A whole backup of {about['database']}, made {about['created']}.")
            return
        with _progress("restoring") as tell:
            aside, key = whole.restore(file, url, passphrase, now(), force, tell)
        typer.echo(f"Restored from {file}." + (f" What was there before is kept: {aside}." if aside else ""))
        _give_key(settings, url, key, secret_key_to)
    except OSError as error:
        raise CausoError(f"{error.filename or file}: {error.strerror}") from None


def _give_key(settings: Settings, url: str, key: str, wanted: Path | None) -> None:
    """Codes, sealed numbers and sessions of the restored database need its own key."""
    if wanted:
        _write_key(wanted, key)
        typer.echo(f"Its secret key is in {wanted}.")
    elif settings.secret_key:
        if settings.secret_key.get_secret_value() != key:
            typer.echo(
                "CAUSO_SECRET_KEY differs from the backup's key: restore again with --secret-key-to FILE, set it."
            )
    elif make_url(url).get_backend_name() == "sqlite":
        path = Path(make_url(url).database or "").with_name("secret.key")
        if path.exists() and path.read_text(encoding="ascii").strip() != key:
            aside = path.with_name(f"secret.key.before-restore-{now():%Y%m%d_%H%M%S}")
            path.rename(aside)
            typer.echo(f"The secret key that was there is kept: {aside}.")
        if not path.exists():
            _write_key(path, key)
    else:
        typer.echo("Its secret key was not written: restore with --secret-key-to FILE, and set CAUSO_SECRET_KEY.")


def _write_key(path: Path, key: str) -> None:
    path.touch(mode=0o600, exist_ok=True)
    path.chmod(0o600)
    path.write_text(key, encoding="ascii")


def _passphrase(settings: Settings, key_file: Path | None) -> str:
    if key_file:
        try:
            given = key_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"--key-file: cannot read {key_file}: {error.strerror}") from None
    else:
        given = settings.backup_key.get_secret_value() if settings.backup_key else ""
    if not given:
        raise SettingsError("CAUSO_BACKUP_KEY: set a passphrase for backups, or give --key-file; keep it elsewhere too")
    if len(given) < _SHORTEST:
        raise SettingsError(f"CAUSO_BACKUP_KEY: needs at least {_SHORTEST} characters")
    return given


@contextmanager
def _progress(what: str) -> Iterator[whole.Progress]:
    """A bar on a terminal, nothing in a log."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        console=console,
        disable=not console.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of or None)
