"""`causo zalo`: consent, tokens and signatures of the Zalo Official Account, for whoever sets it up."""

import base64
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.channels.secrets import webhook_secret
from bot.channels.zalo_oa_build import oauth_app, signer
from bot.channels.zalo_oa_webhook import PATH
from bot.channels.zalo_oauth import App, Refusal, ask
from bot.channels.zalo_signature import VARIANTS
from bot.channels.zalo_token import keep, replace_refresh
from bot.clock import TIME_ZONE, now
from bot.errors import CausoError, RetryLater, SettingsError
from bot.seal import seal
from bot.secret_key import secret_key
from bot.settings import Settings, read_settings
from bot.store.connect import Store, open_store, upgrade
from bot.store.zalo_tables import ZaloToken

app = typer.Typer(help="Zalo Official Account: consent, tokens, the webhook's signature.", no_args_is_help=True)


class ZaloRefused(CausoError):
    """Zalo did not give a token; the text says why and what to do."""


@app.command("verify-signature")
def verify_signature(
    body: Annotated[Path, typer.Argument(help="The captured body, byte for byte.", exists=True, dir_okay=False)],
    header: Annotated[str, typer.Argument(help="Its X-ZEvent-Signature, “mac=...”.")],
) -> None:
    """Which id and secret sign the webhooks: find the one that fits a captured request."""
    settings = read_settings()
    made, raw = signer(settings), body.read_bytes()
    fitting = [variant for variant in VARIANTS if made.fits(variant, raw, header)]
    if not fitting:
        missing = [variant for variant in VARIANTS if not all(made.parts(variant))]
        typer.echo("none fits: a secret is wrong, or the body is not byte for byte what came", err=True)
        if missing:
            typer.echo(f"not tried, since something of it is not set: {', '.join(missing)}", err=True)
        raise typer.Exit(1)
    typer.echo(f"CAUSO_ZALO_OA_SIGNATURE={fitting[0]}")
    if fitting[0] != settings.zalo_oa_signature:
        typer.echo(f"set it so; now it is {settings.zalo_oa_signature}")


@app.command()
def token(
    new: Annotated[bool, typer.Option("--new", help="Take a new refresh token (asked for, or from a pipe).")] = False,
) -> None:
    """How the tokens are, never what they are; `--new` takes a refresh token from the API Explorer."""
    with _opened() as (settings, service, store):
        if new:
            given = typer.prompt("refresh token", hide_input=True) if sys.stdin.isatty() else input()
            with store.write() as session:
                key = secret_key(settings)
                row = session.get(ZaloToken, service.id, with_for_update=True)
                if row is None:
                    row = ZaloToken(app=service.id, refresh=seal(key, given.strip()), version=0)
                    session.add(row)
                replace_refresh(row, key, given.strip())
                row.given = _hash_of_setting(settings)
            typer.echo("kept; the next message, or `causo run` within a minute, asks for a pair with it")
            return
        with store.read() as session:
            row = session.get(ZaloToken, service.id)
        for line in _state(row):
            typer.echo(line)


def _state(row: ZaloToken | None) -> Iterator[str]:
    if row is None:
        yield "no token yet: `causo zalo authorize`, or `causo zalo token --new`"
        return
    if row.problem:
        yield f"consent is needed, Zalo says: {row.problem}; run `causo zalo authorize`"
    if row.expires_at is None or row.renewed_at is None:
        yield "a refresh token waits to be used"
        return
    until = "works until" if row.access and row.expires_at > now() else "ran out at"
    yield f"the access token {until} {row.expires_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"
    yield f"last renewed {row.renewed_at.astimezone(TIME_ZONE):%Y-%m-%d %H:%M}"


@app.command()
def authorize(
    code: Annotated[str, typer.Option(help="The code from the address Zalo led back to; it lives ten minutes.")] = "",
) -> None:
    """An administrator's consent: first what to enter at developers.zalo.me, then, with --code, the tokens."""
    with _opened() as (settings, service, store):
        key = secret_key(settings)
        verifier = webhook_secret(key, "zalo-pkce")  # one fixed challenge is saved in the console
        if not code:
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            typer.echo(f"1. developers.zalo.me, app {service.id}, Official Account settings")
            typer.echo(f"   callback URL: {settings.address}/")
            typer.echo(f"   code challenge: {challenge}")
            typer.echo("2. open the consent link that the console shows, as administrator of the account, and agree")
            typer.echo("3. within ten minutes: causo zalo authorize --code <code in the address bar>")
            return
        try:
            pair = ask(service, grant_type="authorization_code", code=code, code_verifier=verifier)
        except (Refusal, RetryLater) as error:
            raise ZaloRefused(f"Zalo gave no token: {error}; get a new code and try again") from None
        with store.write() as session:
            row = session.get(ZaloToken, service.id, with_for_update=True)
            if row is None:
                row = ZaloToken(app=service.id, refresh="", version=0)
                session.add(row)
            keep(row, key, pair, now())
            row.given = _hash_of_setting(settings)
    typer.echo(f"the tokens are kept; the webhook to enter in the console: {settings.address}{PATH}")


def _hash_of_setting(settings: Settings) -> str | None:
    """What is kept now is newer than the setting: it is not taken again at the next start."""
    given = settings.zalo_oa_refresh_token
    return hashlib.sha256(given.get_secret_value().encode()).hexdigest() if given else None


@contextmanager
def _opened() -> Iterator[tuple[Settings, App, Store]]:
    settings = read_settings()
    service = oauth_app(settings)
    if service is None:
        raise SettingsError("CAUSO_ZALO_OA_APP_ID: set it first; see docs/vi/zalo-oa.md")
    upgrade(settings.database_url)
    store = open_store(settings.database_url)
    try:
        yield settings, service, store
    finally:
        store.close()
