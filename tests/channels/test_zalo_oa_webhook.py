"""Zalo's webhook: who signed it, once only, in time, and what is passed over; the commands around it."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from typer.testing import CliRunner

from bot.channels.zalo_oa_parse import parse
from bot.channels.zalo_oa_webhook import ZaloOaWebhook
from bot.channels.zalo_signature import VARIANTS, Signer
from bot.channels.zalo_window import Windows
from bot.cli import app as command
from bot.cli.doctor_zalo import zalo_findings
from bot.errors import NotUnderstood, StoreAway
from bot.library import Library
from bot.settings import read_settings
from bot.store.connect import open_store
from bot.store.tables import Inbox
from bot.store.zalo_tables import ZaloToken
from handlers.turn import Incoming
from tests.channels.test_zalo_oa import Bench, running
from tests.conftest import KEY, NOW
from tests.doubles.telegram import serving
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_KEY, PERSON
from tests.doubles.zalo_oa import ZaloOa as Double


@pytest.fixture
def double() -> Iterator[Double]:
    with Double().running() as made:
        yield made


@pytest.fixture
async def bench(double: Double, database_url: str, library: Library) -> AsyncIterator[Bench]:
    async with running(double, database_url, library) as made:
        yield made


def taken(bench: Bench) -> list[str]:
    with bench.app.store.read() as session:
        return list(session.scalars(select(Inbox.message_id).order_by(Inbox.id)))


async def test_what_is_sent_again_is_taken_once(bench: Bench, double: Double) -> None:
    event = double.writes("chào em")
    assert [await bench.hears(event) for _ in range(3)] == [200, 200, 200]
    assert len(taken(bench)) == 1
    assert len([text for text in double.texts() if "em là Cầu Số" in text]) == 1
    follow = double.event("follow")
    assert [await bench.hears(follow) for _ in range(2)] == [200, 200]
    assert len(taken(bench)) == 2


async def test_a_changed_byte_or_a_wrong_secret_is_turned_away(bench: Bench, double: Double) -> None:
    event = double.writes("chào em")
    body, headers = double.signed(event)
    for content, sent in (
        (body.replace(b"em", b"ai"), headers),
        (body, {}),
        (body, {"X-ZEvent-Signature": "mac="}),
        (body, {"X-ZEvent-Signature": "mac=é"}),
    ):
        raw = [(name.encode(), value.encode()) for name, value in sent.items()]
        assert (await asyncio.to_thread(httpx.post, double.hook, content=content, headers=raw)).status_code == 403
    double.signs = (APP_ID, APP_SECRET)  # real, but not the one that is set
    assert await bench.hears(event) == 403
    assert taken(bench) == []


@pytest.mark.parametrize(
    ("variant", "signs"),
    [
        ("app_id+oa_key", (APP_ID, OA_KEY)),
        ("app_id+app_secret", (APP_ID, APP_SECRET)),
        ("oa_id+oa_key", (OA_ID, OA_KEY)),
        ("oa_id+app_secret", (OA_ID, APP_SECRET)),
    ],
)
async def test_whichever_secret_is_set_is_the_one_that_counts(
    double: Double, database_url: str, library: Library, variant: str, signs: tuple[str, str]
) -> None:
    async with running(double, database_url, library, zalo_oa_signature=variant) as bench:
        double.signs = signs
        assert await bench.hears(double.writes("chào em")) == 200
        double.signs = (signs[0], "another")
        assert await bench.hears(double.writes("chào em")) == 403


async def test_our_own_echoes_and_receipts_are_never_answered(bench: Bench, double: Double) -> None:
    message = {"msg_id": "echo-1", "text": "chào em"}
    for name in (
        "oa_send_text",
        "oa_send_image",
        "user_received_message",
        "user_seen_message",
        "add_user_to_tag",
        "oa_send_group_text",
        "user_send_group_text",
        "change_template_status",
    ):
        event = double.event(name, message={**message, "msg_id": f"echo-{name}", "msg_ids": ["a"]})
        assert await bench.hears(event) == 200
    assert taken(bench) == []
    assert double.sent == []


async def test_what_is_not_understood_is_acknowledged(bench: Bench, double: Double) -> None:
    for body in (b'{"timestamp": "1"}', b"[]", b"{", b'{"event_name": 5}', b'{"event_name":"user_send_text"}', b"\xff"):
        signer = Signer(APP_ID, OA_ID, OA_KEY, APP_SECRET)
        stamp = "1" if b"timestamp" in body else ""
        headers = {"X-ZEvent-Signature": f"mac={signer.signature('app_id+oa_key', body, stamp)}"}
        assert (await asyncio.to_thread(httpx.post, double.hook, content=body, headers=headers)).status_code == 200
    assert taken(bench) == []
    assert (await asyncio.to_thread(httpx.post, double.hook, content=b"x" * 1_000_001)).status_code == 413


async def test_a_message_of_another_account_is_passed_over(bench: Bench, double: Double) -> None:
    event = double.writes("chào em")
    event["recipient"]["id"] = "another"
    assert await bench.hears(event) == 200
    assert taken(bench) == []


def test_a_turn_that_takes_too_long_is_503_and_taken_when_it_comes_again(double: Double, database_url: str) -> None:
    store = open_store(database_url)
    go_on, began = threading.Event(), list[str]()

    async def take(incoming: Incoming) -> None:
        began.append(incoming.message_id)
        await asyncio.to_thread(go_on.wait)

    signer = Signer(APP_ID, OA_ID, OA_KEY, APP_SECRET)
    webhook = ZaloOaWebhook(signer, "app_id+oa_key", Windows(store, lambda: NOW), take, lambda: NOW, seconds=0.2)
    with serving(Starlette(routes=[webhook.route()])) as url:
        double.hook = f"{url}/webhooks/zalo-oa"
        event = double.writes("chào em")
        assert double.deliver(event, tries=1) == 503
        go_on.set()
        assert double.deliver(event, tries=1) == 200
    assert len(began) == 2
    store.close()


def test_a_database_that_is_away_makes_zalo_send_again(double: Double, database_url: str) -> None:
    store = open_store(database_url)
    away = [True]

    async def take(incoming: Incoming) -> None:
        if away.pop():
            away.append(False)
            raise StoreAway("test")
        away.append(False)

    signer = Signer(APP_ID, OA_ID, OA_KEY, APP_SECRET)
    webhook = ZaloOaWebhook(signer, "app_id+oa_key", Windows(store, lambda: NOW), take, lambda: NOW)
    with serving(Starlette(routes=[webhook.route()])) as url:
        double.hook = f"{url}/webhooks/zalo-oa"
        assert double.deliver(double.writes("chào em")) == 200
    assert double.deliveries == [503, 200]
    store.close()


# --- reading events


def read(event: dict[str, Any]) -> Incoming:
    contact = parse(event, OA_ID, NOW)
    assert contact is not None
    assert contact.incoming is not None
    return contact.incoming


def test_kinds_of_messages_are_told_apart() -> None:
    zalo = Double()
    zalo.now = lambda: NOW.timestamp()
    where = {"coordinates": {"latitude": "20.86", "longitude": "106.68"}}
    place = read(zalo.sends("location", where))
    assert place.location is not None
    assert place.location.latitude == 20.86
    assert read(zalo.sends("image", {"url": "https://f.zdn.vn/a.jpg"})).photo == "https://f.zdn.vn/a.jpg"
    kinds = {"audio": "voice", "video": "document", "file": "document", "sticker": "sticker", "gif": "sticker"}
    for kind, other in {**kinds, "business_card": "contact", "link": "unsupported"}.items():
        assert read(zalo.sends(kind, {"url": "https://x"})).other == other
    assert read(zalo.sends("link", {"url": "https://x"}, text="xem giúp")).text == "xem giúp"
    shared = read(zalo.event("user_submit_info", info={"name": "Tư", "phone": "84901234567", "address": "x"}))
    assert shared.text == "0901234567"
    assert "Tư" not in repr(shared)


def test_an_event_without_its_person_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        parse({"event_name": "user_send_text", "timestamp": "1", "message": {"msg_id": "1", "text": "a"}}, None, NOW)
    with pytest.raises(NotUnderstood):
        parse({"event_name": "user_send_text", "sender": {"id": "1"}, "message": "a"}, None, NOW)


@pytest.mark.parametrize("stamp", ["", "x", "-1e99", "9" * 40, str(int(NOW.timestamp() * 1000) + 10**9)])
def test_a_time_that_cannot_be_is_now(stamp: str) -> None:
    event = {"event_name": "user_send_text", "timestamp": stamp, "sender": {"id": "1"}, "message": {"text": "a"}}
    contact = parse(event, None, NOW)
    assert contact is not None
    assert contact.at == NOW


# --- commands


@pytest.fixture
def terminal(double: Double, database_url: str, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name, value in {
        "DATABASE_URL": database_url,
        "SECRET_KEY": KEY,
        "PUBLIC_URL": "https://hoi.example.vn",
        "ZALO_OA_ID": OA_ID,
        "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET_KEY": OA_KEY,
        "ZALO_OA_API_URL": double.url,
        "ZALO_OA_OAUTH_URL": double.url,
    }.items():
        monkeypatch.setenv(f"CAUSO_{name}", value)
    return CliRunner()


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_command_finds_which_secret_signs(
    terminal: CliRunner, double: Double, tmp_path: Path, variant: str
) -> None:
    who, secret = variant.split("+")
    double.signs = (APP_ID if who == "app_id" else OA_ID, OA_KEY if secret == "oa_key" else APP_SECRET)
    body, headers = double.signed(double.writes("chào"))
    (tmp_path / "body").write_bytes(body)
    given = ["zalo", "verify-signature", str(tmp_path / "body"), headers["X-ZEvent-Signature"]]
    done = terminal.invoke(command, given)
    assert done.exit_code == 0
    assert f"CAUSO_ZALO_OA_SIGNATURE={variant}" in done.output
    (tmp_path / "body").write_bytes(body + b" ")
    assert terminal.invoke(command, given).exit_code == 1


def test_consent_leads_to_tokens(terminal: CliRunner, double: Double, database_url: str) -> None:
    help_ = terminal.invoke(command, ["zalo", "authorize"])
    challenge = help_.output.split("code challenge: ")[1].split()[0]
    assert challenge == terminal.invoke(command, ["zalo", "authorize"]).output.split("code challenge: ")[1].split()[0]
    double.codes["abc"] = challenge
    refused = terminal.invoke(command, ["zalo", "authorize", "--code", "wrong"])
    assert refused.exit_code != 0
    done = terminal.invoke(command, ["zalo", "authorize", "--code", "abc"])
    assert done.exit_code == 0, done.output
    assert "https://hoi.example.vn/webhooks/zalo-oa" in done.output
    state = terminal.invoke(command, ["zalo", "token"]).output
    assert "works until" in state
    assert "access-1" not in state
    store = open_store(database_url)
    with store.read() as session:
        assert session.get_one(ZaloToken, APP_ID).version == 1
    store.close()


def test_a_token_from_the_explorer_is_taken(terminal: CliRunner, double: Double) -> None:
    assert "no token yet" in terminal.invoke(command, ["zalo", "token"]).output
    assert terminal.invoke(command, ["zalo", "token", "--new"], input="refresh-0\n").exit_code == 0
    assert "waits to be used" in terminal.invoke(command, ["zalo", "token"]).output


def test_the_doctor_says_what_is_missing(terminal: CliRunner, double: Double, monkeypatch: pytest.MonkeyPatch) -> None:
    said = [(one.level, one.text) for one in zalo_findings(read_settings())]
    assert ("wrong", "Zalo OA has no tokens: run `causo zalo authorize`") in said
    assert any("no event came from Zalo yet" in text for _, text in said)
    double.codes["abc"] = terminal.invoke(command, ["zalo", "authorize"]).output.split("challenge: ")[1].split()[0]
    terminal.invoke(command, ["zalo", "authorize", "--code", "abc"])
    assert ("good", "Zalo's tokens are in order") in [(one.level, one.text) for one in zalo_findings(read_settings())]
    monkeypatch.setenv("CAUSO_PUBLIC_URL", "http://hoi.example.vn")
    monkeypatch.delenv("CAUSO_ZALO_OA_SECRET_KEY")
    wrong = [one.text for one in zalo_findings(read_settings()) if one.level == "wrong"]
    assert len(wrong) == 2
    monkeypatch.delenv("CAUSO_ZALO_OA_APP_SECRET")
    assert [one.level for one in zalo_findings(read_settings())] == ["wrong"]
    monkeypatch.delenv("CAUSO_ZALO_OA_APP_ID")
    assert [one.level for one in zalo_findings(read_settings())] == ["warning"]


def test_the_doctor_looks_at_a_database_that_was_never_prepared(
    terminal: CliRunner, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    if database_url.startswith("postgresql"):
        store = open_store(database_url)
        with store.write() as session:
            session.connection().exec_driver_sql("DROP TABLE zalo_token")
        store.close()
        empty = database_url
    monkeypatch.setenv("CAUSO_DATABASE_URL", empty)
    assert "wrong" not in [one.level for one in zalo_findings(read_settings())]


def test_bodies_are_json_that_zalo_would_send() -> None:
    zalo = Double()
    body, headers = zalo.signed(zalo.writes("chào"))
    assert json.loads(body)["sender"]["id"] == PERSON
    assert headers["X-ZEvent-Signature"].startswith("mac=")
