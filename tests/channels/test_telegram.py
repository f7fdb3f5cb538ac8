"""Telegram at the wire: the unpatched transport against a double whose schema is another team's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram import types
from sqlalchemy import text

from bot.app import App, build, channels, site, take
from bot.channels.contract import Outgoing
from bot.channels.secrets import webhook_secret
from bot.channels.telegram import Telegram
from bot.dossiers.table import load_sample
from bot.errors import RetryLater, StoreAway, Undeliverable
from bot.library import Library
from bot.logs import set_up_logs
from bot.outbox import Outbox
from bot.settings import Settings
from bot.store.connect import upgrade
from bot.store.ticket_tables import Ticket
from bot.tickets.pictures import keep
from bot.tickets.rows import write
from handlers.turn import Button, FilePart, Incoming, PicturePart, TextPart
from tests.conftest import KEY, NOW
from tests.dossiers.test_receipt import photographed, qr
from tests.doubles.telegram import TOKEN, serving
from tests.doubles.telegram import Telegram as Double
from tests.tickets.test_pictures import photo


@pytest.fixture
def double() -> Iterator[Double]:
    with Double().running() as made:
        yield made


@pytest.fixture
async def channel(double: Double) -> AsyncIterator[Telegram]:
    made = Telegram(TOKEN, double.url)
    made.user_name = "causo_bot"
    yield made
    await made.close()


@pytest.fixture
def app(double: Double, tmp_path: Path, library: Library) -> Iterator[App]:
    url = f"sqlite:///{tmp_path / 'telegram.sqlite3'}"
    upgrade(url)
    settings = {"database_url": url, "secret_key": KEY, "telegram_token": TOKEN, "telegram_api_url": double.url}
    made = build(Settings(**settings), library)  # type: ignore[arg-type]
    yield made
    made.store.close()


async def until(condition: Any, seconds: float = 8) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


class Crashed(BaseException):
    """As if the process had ended here."""


class Polling:
    """The whole bot on long polling, until the block ends."""

    def __init__(self, app: App, taker: Any = None) -> None:
        self.app, self.taker, self.stop = app, taker or take(app), asyncio.Event()

    async def __aenter__(self) -> None:
        telegram = self.app.telegram
        assert telegram is not None
        await telegram.set_up("polling", "", "", {"start": "Bắt đầu"})
        outbox = Outbox(self.app.store, channels(self.app), self.app.bell)
        self.tasks = [
            asyncio.create_task(telegram.poll(self.taker, self.stop)),
            asyncio.create_task(outbox.run(self.stop)),
        ]

    async def __aexit__(self, *_: object) -> None:
        self.stop.set()
        await asyncio.gather(*self.tasks)
        assert self.app.telegram is not None
        await self.app.telegram.close()


async def test_a_question_is_answered_and_a_button_leads_on(app: App, double: Double) -> None:
    async with Polling(app):
        double.person_writes("làm khai sinh cho bé cần giấy tờ gì")
        await until(lambda: double.sent)
        _, text, buttons = double.sent[-1]
        assert "Giấy chứng sinh" in text
        assert "**" not in text
        data = dict(buttons)["Tốn bao nhiêu tiền"]
        double.person_taps(data)
        await until(lambda: "8.000 đồng" in double.texts()[-1])
        await until(lambda: double.calls["answercallbackquery"])
    assert double.rejected == []


async def test_a_crash_between_taking_and_the_next_poll_loses_and_doubles_nothing(app: App, double: Double) -> None:
    taken: list[str] = []

    async def dies_after_commit(incoming: Incoming) -> None:
        await take(app)(incoming)
        taken.append(incoming.message_id)
        raise Crashed

    first = Telegram(TOKEN, double.url)
    await first.set_up("polling", "", "", {})
    double.person_writes("chào em")
    with pytest.raises(Crashed):
        await first.poll(dies_after_commit, asyncio.Event())
    await first.close()
    async with Polling(app):
        double.person_writes("đăng ký kết hôn")
        await until(lambda: len(double.sent) >= 2)
        await asyncio.sleep(0.5)
    assert len([text for text in double.texts() if "em là Cầu Số" in text]) == 1


async def test_an_update_is_asked_for_again_while_the_database_is_away(app: App, double: Double) -> None:
    tries = 0

    async def away_once(incoming: Incoming) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise StoreAway("test")
        await take(app)(incoming)

    async with Polling(app, away_once):
        double.person_writes("chào em")
        await until(lambda: double.sent)
    assert tries == 2


async def test_documents_and_photos_go_out(channel: Telegram, double: Double) -> None:
    await channel.send("7", Outgoing(PicturePart("https://example.org/a.png", "Bước 1")))
    await channel.send("7", Outgoing(FilePart("https://example.org/a.pdf", "Tờ hướng dẫn")))
    assert double.texts() == ["[photo] Bước 1", "[document] Tờ hướng dẫn"]


async def test_a_picture_of_a_ticket_is_uploaded_since_telegram_may_not_fetch_it(app: App, double: Double) -> None:
    assert app.telegram is not None
    with app.store.write() as session:
        given = {"channel": "telegram", "why": "x", "state": "open", "level": 0, "opened_at": NOW, "due_at": NOW}
        session.add(Ticket(**given))
        session.flush()
        entry = write(session, 1, NOW, "resident", "message", "(gửi một tấm ảnh)")
        part = keep(session, KEY, entry, photo(), app.escalation.wording())
    await app.telegram.send("7", Outgoing(part, caption="Phiếu 1: đây ạ"))
    await app.telegram.send("7", Outgoing(replace(part, url="/phieu-anh/2"), caption="Phiếu 1: đã xóa"))
    await app.telegram.close()
    assert double.texts() == ["[photo] Phiếu 1: đây ạ", "Phiếu 1: đã xóa"]
    assert double.photos[0].startswith(b"\xff\xd8")


async def test_a_guide_goes_on_in_one_photo_with_its_text_and_buttons(app: App, double: Double) -> None:
    async with Polling(app):
        double.person_taps("go:vneid-muc-2")
        await until(lambda: double.sent)
        double.person_taps("s:to:da-co-tin-nhan:the-con-han")
        await until(lambda: [shown for shown in double.shown.values() if shown.edits])
    (shown,) = double.shown.values()
    assert shown.text.startswith("[photo] Bước 2: Xem thẻ căn cước\n\nLấy thẻ ra xem.")
    assert "Có chip và còn hạn" in dict(shown.buttons)
    assert [photo[:4] for photo in double.photos] == [b"\x89PNG", b"\x89PNG"]
    assert max(map(len, double.photos)) < 40_000
    assert double.rejected == []


async def test_a_list_is_ticked_in_its_place_and_a_question_is_answered_below(app: App, double: Double) -> None:
    async with Polling(app):
        double.person_taps("ds:dang-ky-khai-sinh")
        await until(lambda: double.sent)
        tick = next(value for _, value in double.sent[-1][2] if value.startswith("tk:"))
        double.person_taps(tick)
        await until(lambda: [shown for shown in double.shown.values() if shown.edits])
        double.person_writes("lệ phí đăng ký kết hôn")
        await until(lambda: len(double.sent) > 1)
    assert [shown.edits for shown in double.shown.values()] == [1, *[0] * (len(double.shown) - 1)]
    assert len(double.sent) == len(double.shown)


async def test_what_cannot_take_a_place_goes_out_anew_and_nothing_twice(channel: Telegram, double: Double) -> None:
    await channel.send("7", Outgoing(TextPart("một"), (Button("Tiếp", "x"),)))
    (number,) = double.shown
    edit = Outgoing(TextPart("hai"), (Button("Tiếp", "y"),), replaces=str(number))
    await channel.send("7", edit)
    await channel.send("7", edit)  # the process died before it noted that it was sent
    assert double.texts() == ["một"]
    assert (double.shown[number].text, double.shown[number].edits) == ("hai", 1)
    picture = Outgoing(PicturePart("https://example.org/a.png", "Hình"), (), "ba", replaces=str(number))
    await channel.send("7", picture)  # a picture may take a text's place
    assert double.shown[number].text == "[photo] ba"
    await channel.send("7", edit)  # but a text never a picture's
    await channel.send("7", Outgoing(TextPart("bốn"), replaces="4711"))  # deleted long ago
    assert double.texts() == ["một", "hai", "bốn"]


async def test_the_text_goes_out_where_the_picture_is_gone_or_refused(channel: Telegram, double: Double) -> None:
    gone = Outgoing(PicturePart("/pictures/khong-co/khong-co.svg", "Hình"), (Button("Xong", "x"),), "**Bước 1**")
    await channel.send("7", gone)
    double.refuse_photos = True
    await channel.send("7", Outgoing(PicturePart("https://example.org/a.png", "Hình"), (), "Bước 2"))
    assert double.texts() == ["Bước 1", "Bước 2"]
    assert double.sent[0][2] == [("Xong", "x")]


async def test_markup_is_translated_and_signs_are_escaped(channel: Telegram, double: Double) -> None:
    await channel.send("7", Outgoing(TextPart("**Đậm** & <b>thường</b>\n- một")))
    assert double.texts() == ["Đậm & <b>thường</b>\n• một"]


async def test_it_says_how_long_to_wait_and_who_is_gone(channel: Telegram, double: Double) -> None:
    double.slow_down = [7]
    with pytest.raises(RetryLater) as wait:
        await channel.send("7", Outgoing(TextPart("chào")))
    assert wait.value.after == 7
    double.blocked.add("8")
    with pytest.raises(Undeliverable, match="blocked"):
        await channel.send("8", Outgoing(TextPart("chào")))
    double.broken = 1
    with pytest.raises(RetryLater):
        await channel.send("7", Outgoing(TextPart("chào")))
    with pytest.raises(Undeliverable, match=r"(?i)button"):
        await channel.send("7", Outgoing(TextPart("chào"), (Button("Nút", "x" * 65),)))


async def test_the_token_never_reaches_an_error_or_a_log(double: Double, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    set_up_logs()
    channel = Telegram(TOKEN.replace("test", "wrong"), double.url)
    with pytest.raises((Undeliverable, RetryLater)) as refused:
        await channel.send("7", Outgoing(TextPart("chào")))
    await channel.close()
    assert "wrong-token" not in str(refused.value)
    assert "wrong-token" not in caplog.text


GROUP = types.Chat(id=-100, type="supergroup", title="Tổ 5")
SOMEBODY = types.User(id=7, is_bot=False, first_name="Tư")


def mention(text: str, kind: str, length: int) -> dict[str, Any]:
    return {"text": text, "entities": [types.MessageEntity(type=kind, offset=0, length=length)], "chat_object": GROUP}


async def read(channel: Telegram, update: object) -> list[Incoming]:
    seen: list[Incoming] = []

    async def keep(incoming: Incoming) -> None:
        seen.append(incoming)

    await channel.receive(update, keep)
    return seen


async def test_a_group_is_answered_only_when_it_speaks_to_the_bot(channel: Telegram, double: Double) -> None:
    assert await read(channel, double.person_writes("mọi người ơi", chat_object=GROUP)) == []
    (asked,) = await read(channel, double.person_writes(**mention("@causo_bot đăng ký tạm trú", "mention", 10)))
    assert (asked.chat, asked.text) == ("-100", "đăng ký tạm trú")
    (command,) = await read(channel, double.person_writes(**mention("/menu@causo_bot", "bot_command", 15)))
    assert command.text == "/menu"
    assert await read(channel, double.person_writes(**mention("/menu@other_bot", "bot_command", 15))) == []


async def test_in_a_group_only_what_everybody_may_hear_is_said(app: App, double: Double) -> None:
    with app.store.write() as session:
        code = load_sample(session, app.engine.clock().date())[0]
    said = f"@causo_bot hồ sơ {code} tới đâu rồi"
    async with Polling(app):
        double.person_writes(**mention("@causo_bot lệ phí khai sinh", "mention", 10))
        await until(lambda: double.texts(-100))
        double.person_writes(**mention(said, "mention", 10))
        await until(lambda: "nhắn riêng" in double.texts(-100)[-1])
    assert "đồng" in double.texts(-100)[0]
    assert not any(code in text for text in double.texts(-100))
    with app.store.read() as session:
        kept = session.execute(text("SELECT text FROM inbox")).scalars().all()
    assert not any(code in (line or "") for line in kept), "nothing of a private matter stays"


async def test_bots_channel_posts_and_kinds_never_asked_for_are_passed_over(channel: Telegram, double: Double) -> None:
    robot = types.User(id=9, is_bot=True, first_name="Bot")
    assert await read(channel, double.person_writes("xin chào", from_user=robot)) == []
    poll = {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True}
    assert (
        await read(channel, {"update_id": 1, "poll": {**poll, "type": "regular", "allows_multiple_answers": False}})
        == []
    )
    post = {"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "x"}, "text": "tin"}
    assert await read(channel, {"update_id": 2, "channel_post": post}) == []


@pytest.mark.parametrize(
    "update",
    [
        None,
        [],
        "x",
        {},
        {"update_id": "one"},
        {"update_id": 1, "message": {"text": 5}},
        {"update_id": 1, "message": "hi"},
    ],
)
async def test_a_malformed_update_is_passed_over(channel: Telegram, update: object) -> None:
    assert await read(channel, update) == []


async def test_photos_voices_stickers_and_places_are_told_apart(channel: Telegram, double: Double) -> None:
    sizes = [types.PhotoSize(file_id=name, file_unique_id=name, width=1, height=1) for name in ("small", "large")]
    (photo,) = await read(channel, double.person_writes(photo=sizes))
    assert photo.photo == "large"
    voice = types.Voice(file_id="v", file_unique_id="v", duration=1)
    (spoken,) = await read(channel, double.person_writes(voice=voice))
    assert spoken.other == "voice"
    (place,) = await read(channel, double.person_writes(location=types.Location(latitude=20.8, longitude=106.7)))
    assert place.location is not None
    assert place.location.latitude == 20.8


async def test_a_photographed_receipt_is_answered(app: App, double: Double) -> None:
    with app.store.write() as session:
        code = load_sample(session, app.engine.clock().date())[0]
    double.files["receipt"] = photographed(qr(code))
    receipt = types.PhotoSize(file_id="receipt", file_unique_id="r", width=1, height=1)
    gone = types.PhotoSize(file_id="gone", file_unique_id="g", width=1, height=1)
    async with Polling(app):
        double.person_writes(photo=[receipt])
        await until(lambda: double.sent)
        assert code in double.texts()[-1]
        double.person_writes(photo=[gone])
        await until(lambda: "Em chưa mở được hình" in double.texts()[-1])


async def test_an_edited_message_is_another_message(channel: Telegram, double: Double) -> None:
    update = double.person_writes("sai")
    (first,) = await read(channel, update)
    edited = {
        "update_id": 900,
        "edited_message": {**update["message"], "text": "đúng", "edit_date": update["message"]["date"] + 5},
    }
    (second,) = await read(channel, edited)
    assert second.edited
    assert second.message_id != first.message_id


async def _announced(api_url: str, public_url: str, secret: str) -> None:
    channel = Telegram(TOKEN, api_url)
    await channel.set_up("webhook", public_url, secret, {"start": "Bắt đầu"})
    await channel.close()


@pytest.fixture
def webhook(app: App, double: Double) -> Iterator[Double]:
    webhooks = App(
        **{
            **{name: getattr(app, name) for name in app.__dataclass_fields__},
            "settings": app.settings.model_copy(update={"telegram_mode": "webhook"}),
        }
    )
    with serving(site(webhooks, asyncio.Event())) as url:
        assert app.telegram is not None
        secret = webhook_secret(app.key, "telegram")
        asyncio.run(_announced(double.url, url, secret))
        app.telegram.user_name = "causo_bot"
        yield double


def test_the_webhook_answers_200_only_after_the_turn_is_kept(webhook: Double, app: App) -> None:
    update = webhook.person_writes("chào em")
    assert webhook.deliver(update) == 200
    assert webhook.deliver(update) == 200  # Telegram may send it again
    with app.store.read() as session:
        rows = session.connection().exec_driver_sql("SELECT count(*) FROM inbox").scalar()
    assert rows == 1


def test_a_wrong_secret_is_turned_away(webhook: Double) -> None:
    update = webhook.person_writes("chào em")
    assert webhook.deliver(update, tries=1, secret="wrong") == 403
    assert webhook.deliver(update, tries=1, secret="") == 403


def test_what_is_not_understood_is_acknowledged(webhook: Double) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.webhook["secret_token"]}
    for body in (b"", b"{", b"[]", b'{"update_id": 1}', b"\xff\xfe", b"[" * 100_000):
        assert httpx.post(webhook.webhook["url"], content=body, headers=headers).status_code == 200


def test_a_database_that_is_away_makes_telegram_send_again(webhook: Double, app: App, tmp_path: Path) -> None:
    file = tmp_path / "telegram.sqlite3"
    app.store.close()
    file.rename(tmp_path / "gone")
    file.mkdir()
    update = webhook.person_writes("chào em")
    assert webhook.deliver(update, tries=1) == 503
    file.rmdir()
    (tmp_path / "gone").rename(file)
    assert webhook.deliver(update) == 200
