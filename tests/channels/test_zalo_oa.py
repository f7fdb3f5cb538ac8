"""A Zalo Official Account at the wire: conversation, windows, error codes, pictures, against a small Zalo."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import func, select, update

from bot.app import App, build, channels, site
from bot.channels.contract import Outgoing
from bot.channels.fit import fit
from bot.channels.zalo_oa import ZaloOa
from bot.channels.zalo_oa_parse import parse
from bot.clock import TIME_ZONE
from bot.dossiers.table import load_sample
from bot.errors import NotNow, RetryLater, SettingsError, Undeliverable, WindowClosed
from bot.library import Library
from bot.logs import set_up_logs
from bot.outbox import Outbox
from bot.settings import Settings
from bot.staff.directory import add_staff, join_chat
from bot.store.connect import upgrade
from bot.store.tables import Conversation, PaceRow
from bot.store.tables import Outbox as Row
from bot.store.ticket_tables import Parcel
from bot.store.zalo_tables import ZaloChat, ZaloUpload
from handlers.turn import Button, FilePart, LinkPart, Outcome, PicturePart, Reply, TextPart
from tests.conftest import KEY, NOW
from tests.dossiers.test_receipt import photographed, qr
from tests.doubles.telegram import serving
from tests.doubles.zalo_oa import APP_ID, APP_SECRET, OA_ID, OA_KEY, PERSON
from tests.doubles.zalo_oa import ZaloOa as Double

HELLO = Outgoing(TextPart("chào"))


class Bench:
    """The whole program with one account; its clock and Zalo's move by hand."""

    def __init__(self, double: Double, url: str, library: Library, **more: object) -> None:
        self.double, self.url, self.library, self.more, self.now = double, url, library, more, NOW
        double.now = lambda: self.now.timestamp()
        self.app = self.built()

    def built(self, **more: object) -> App:
        settings: dict[str, Any] = {
            "database_url": self.url,
            "secret_key": KEY,
            "place": "phuong-ngo-quyen",
            "zalo_oa_id": OA_ID,
            "zalo_oa_app_id": APP_ID,
            "zalo_oa_app_secret": APP_SECRET,
            "zalo_oa_secret_key": OA_KEY,
            "zalo_oa_refresh_token": "refresh-0",
            "zalo_oa_api_url": self.double.url,
            "zalo_oa_oauth_url": self.double.url,
            "zalo_oa_per_minute": 60_000,
        }
        return build(Settings(**{**settings, **self.more, **more}), self.library, lambda: self.now)

    @property
    def channel(self) -> ZaloOa:
        assert self.app.zalo_oa is not None
        return self.app.zalo_oa

    async def hears(self, event: dict[str, Any]) -> int:
        """Delivers an event over HTTP, and sends what is due."""
        status = await asyncio.to_thread(self.double.deliver, event)
        await self.drain()
        return status

    async def drain(self) -> None:
        outbox = Outbox(self.app.store, channels(self.app), self.app.bell, lambda: self.now)
        for _ in range(8):
            await outbox.step()
            await outbox.settle()
            self.now += timedelta(milliseconds=2)

    async def says(self, text: str) -> str:
        """What is answered to this text."""
        before = len(self.double.sent)
        assert await self.hears(self.double.writes(text)) == 200
        return "\n".join(text for _, text, _ in self.double.sent[before:])

    def queue(self, text: str, *buttons: Button) -> None:
        """Something nobody asked for, in the conversation that is there."""
        assert self.app.engine.say("zalo_oa", PERSON, Reply(Outcome.DONE, (TextPart(text),), buttons))

    def states(self) -> list[str]:
        with self.app.store.read() as session:
            return list(session.scalars(select(Row.status).order_by(Row.id)))


@pytest.fixture
def double() -> Iterator[Double]:
    with Double().running() as made:
        yield made


@contextlib.asynccontextmanager
async def running(double: Double, url: str, library: Library, **more: object) -> AsyncIterator[Bench]:
    bench = Bench(double, url, library, **more)
    stop = asyncio.Event()
    with serving(site(bench.app, stop)) as address:
        double.hook = f"{address}/webhooks/zalo-oa"
        yield bench
    await bench.channel.close()
    bench.app.store.close()


@pytest.fixture
async def bench(double: Double, database_url: str, library: Library) -> AsyncIterator[Bench]:
    async with running(double, database_url, library) as made:
        yield made


async def test_a_question_is_answered_and_a_number_or_a_button_leads_on(bench: Bench, double: Double) -> None:
    answer = await bench.says("làm khai sinh cho bé cần giấy tờ gì")
    assert "Giấy chứng sinh" in answer
    assert "**" not in answer
    number = next(line for line in answer.splitlines() if line.endswith("Tốn bao nhiêu tiền")).split(".")[0]
    assert "8.000 đồng" in await bench.says(number)
    await bench.says("#causo:go:vneid-muc-2")
    before = len(double.sent)
    await bench.hears(double.taps(double.sent[-1][2][0][0]))
    assert len(double.sent) > before
    assert "Bước 2" in "".join(double.texts()[before:])
    assert double.rejected == []


async def test_a_button_of_long_ago_still_means_what_it_meant(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    bench.queue("Bà con hay hỏi", Button("Khai sinh", "t:dang-ky-khai-sinh"))
    await bench.drain()
    for text in ("giờ làm việc của phường", "đăng ký kết hôn cần gì"):
        await bench.says(text)
    before = len(double.sent)
    await bench.hears(double.taps("Khai sinh"))
    assert "Đăng ký khai sinh" in "".join(double.texts()[before:])


@pytest.mark.parametrize("value", ["t:a", "s:to:da-co:the-con-han", "x" * 64, "#causo:cmd:menu", "p: a b"])
async def test_the_value_of_a_button_comes_back_as_it_went(bench: Bench, double: Double, value: str) -> None:
    double.seen_at[PERSON] = bench.now.timestamp() * 1000
    await bench.channel.send(PERSON, Outgoing(TextPart("chọn"), (Button("Nút", value),)))
    contact = parse(double.taps("Nút"), OA_ID, bench.now)
    assert contact is not None
    assert contact.incoming is not None
    assert contact.incoming.button == value


async def test_more_than_five_buttons_become_numbered_lines(bench: Bench, double: Double) -> None:
    reply = Reply(Outcome.ASKED_BACK, (TextPart("chọn"),), tuple(Button(f"Việc {n}", f"t:{n}") for n in range(1, 7)))
    (message,) = fit(reply, bench.channel.limits)
    assert message.buttons == ()
    assert "6. Việc 6" in message.part.text  # type: ignore[union-attr]
    assert "Chào anh/chị" in await bench.says("/start")
    assert "1. Làm khai sinh" in double.texts()[-1]
    assert "khai sinh" in (await bench.says("1")).lower()


async def test_long_answers_are_cut_within_two_thousand_characters(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    bench.queue("Một câu khá dài về giấy tờ. " * 300)
    await bench.drain()
    assert len(double.texts()) >= 5
    assert max(map(len, double.texts())) <= 2000
    assert double.rejected == []


async def test_pictures_are_uploaded_once_and_again_when_zalo_has_forgotten_them(bench: Bench, double: Double) -> None:
    await bench.hears(double.writes("#causo:go:vneid-muc-2"))
    assert any(text.startswith("[picture]") for text in double.texts())
    assert all(data.startswith(b"\x89PNG") for data in double.uploads.values())
    first = len(double.uploads)
    await bench.hears(double.writes("#causo:go:vneid-muc-2"))
    assert len(double.uploads) == first
    with bench.app.store.write() as session:
        session.execute(update(ZaloUpload).values(until=bench.now - timedelta(minutes=1)))
    await bench.hears(double.writes("#causo:go:vneid-muc-2"))
    assert len(double.uploads) > first
    assert double.rejected == []


async def test_a_picture_that_is_gone_or_refused_is_told_in_words(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    await bench.channel.send(PERSON, Outgoing(PicturePart("/pictures/khong/co.svg", "Hình: bấm Đồng ý"), (), ""))
    assert double.texts()[-1] == "Hình: bấm Đồng ý"
    await bench.channel.send(PERSON, Outgoing(PicturePart("https://example.org/a.png", "Hình"), (), "Bước 1"))
    assert double.texts()[-1] == "[picture] Bước 1"
    await bench.channel.send(PERSON, Outgoing(LinkPart("https://example.org", "Trang")))
    assert double.texts()[-1] == "Trang: https://example.org"


async def test_files_go_as_files_and_else_as_their_address(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    double.uploads["to-roi.pdf"] = b"%PDF-1.7"
    await bench.channel.send(PERSON, Outgoing(FilePart(f"{double.url}/files/to-roi.pdf", "Tờ rơi")))
    assert double.texts()[-1] == "[file]"
    await bench.channel.send(PERSON, Outgoing(FilePart(f"{double.url}/files/gone.pdf", "Tờ rơi")))
    await bench.channel.send(PERSON, Outgoing(FilePart(f"{double.url}/files/to-roi.zip", "Gói")))
    assert double.texts()[-2:] == [f"Tờ rơi: {double.url}/files/gone.pdf", f"Gói: {double.url}/files/to-roi.zip"]


async def test_a_photographed_receipt_is_answered(bench: Bench, double: Double) -> None:
    with bench.app.store.write() as session:
        code = load_sample(session, bench.now.date())[0]
    double.uploads["receipt.jpg"] = photographed(qr(code))
    assert await bench.hears(double.sends("image", {"url": f"{double.url}/files/receipt.jpg"})) == 200
    assert code in double.texts()[-1]
    await bench.hears(double.sends("image", {"url": "http://169.254.169.254/latest"}))
    assert "Em chưa mở được hình" in double.texts()[-1]


async def test_whoever_follows_is_welcomed_and_whoever_left_is_left_alone(bench: Bench, double: Double) -> None:
    await bench.hears(double.event("follow"))
    assert "em là Cầu Số" in double.texts()[0]
    bench.now += timedelta(minutes=5)
    await bench.hears(double.event("unfollow"))
    bench.queue("tin mới")
    sent = len(double.sent)
    await bench.drain()
    assert len(double.sent) == sent
    assert bench.states()[-1] == "parked"
    bench.now += timedelta(minutes=5)
    await bench.hears(double.event("follow"))
    assert double.texts()[sent] == "tin mới"


# --- windows


async def test_after_the_free_window_a_message_waits_and_is_told_first_at_the_next_contact(
    bench: Bench, double: Double
) -> None:
    await bench.says("chào em")
    bench.now += timedelta(hours=47, minutes=59)
    bench.queue("trong hạn")
    await bench.drain()
    assert double.texts()[-1] == "trong hạn"
    bench.now += timedelta(minutes=2)
    bench.queue("tin thứ nhất")
    bench.queue("tin thứ hai")
    await bench.drain()
    assert double.texts()[-1] == "trong hạn"
    assert bench.states()[-2:] == ["parked", "parked"]
    before = len(double.sent)
    await bench.says("giờ làm việc của phường")
    assert double.texts()[before : before + 2] == ["tin thứ nhất", "tin thứ hai"]
    assert len(double.texts()) > before + 2
    assert set(bench.states()) == {"sent"}


async def test_where_paying_is_allowed_it_goes_out_until_the_seventh_day(
    double: Double, database_url: str, library: Library
) -> None:
    async with running(double, database_url, library, zalo_oa_paid=True) as bench:
        await bench.says("chào em")
        bench.now += timedelta(days=6, hours=23)
        await bench.channel.send(PERSON, HELLO)
        bench.now += timedelta(hours=2)
        with pytest.raises(WindowClosed):
            await bench.channel.send(PERSON, HELLO)
        assert double.texts().count("chào") == 1


async def test_free_replies_that_are_counted_are_not_overdrawn(bench: Bench, double: Double) -> None:
    double.free[PERSON] = 3
    await bench.says("chào em")
    while double.free[PERSON]:
        await bench.channel.send(PERSON, HELLO)
    with pytest.raises(WindowClosed, match="spent"):
        await bench.channel.send(PERSON, HELLO)
    bench.now += timedelta(minutes=1)
    double.free[PERSON] = 8
    assert await bench.says("giờ làm việc của phường"), "a message opens a new window"


async def test_what_zalo_refuses_closes_the_window_here_too(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    double.errors = [-230]
    with pytest.raises(WindowClosed):
        await bench.channel.send(PERSON, HELLO)
    sent = len(double.sent)
    with pytest.raises(WindowClosed):
        await bench.channel.send(PERSON, HELLO)
    assert len(double.sent) == sent


async def test_of_whom_nothing_is_known_zalo_decides(bench: Bench, double: Double) -> None:
    with pytest.raises(WindowClosed, match="-230"):
        await bench.channel.send("nobody", HELLO)


async def test_news_that_waited_for_two_months_is_not_told_any_more(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    bench.now += timedelta(days=8)
    bench.queue("tin cũ")
    await bench.drain()
    bench.now += timedelta(days=61)
    before = len(double.sent)
    await bench.says("chào em")
    assert "tin cũ" not in double.texts()[before:]
    assert "dead" in bench.states()


async def test_a_template_tells_the_gist_once_and_the_rest_waits(
    double: Double, database_url: str, library: Library
) -> None:
    async with running(double, database_url, library, zalo_oa_template_id="7895417a") as bench:
        await bench.says("chào em")
        bench.now += timedelta(days=8)
        bench.queue("Hồ sơ **H01** đã xong.")
        bench.queue("Mời anh/chị đến lấy. " * 20)
        await bench.drain()
        assert double.templates == [(PERSON, {"noi_dung": "Hồ sơ H01 đã xong."})]
        assert bench.states()[-2:] == ["sent", "parked"]
        bench.now += timedelta(days=1)
        bench.queue("Mời anh/chị đến lấy. " * 20)
        await bench.drain()
        assert len(double.templates) == 2
        assert len(double.templates[1][1]["noi_dung"]) <= 200
        assert bench.states()[-1] == "parked"
        assert double.rejected == []


@pytest.mark.parametrize(("code", "raised"), [(-135, WindowClosed), (-1121, WindowClosed), (-133, RetryLater)])
async def test_a_template_that_is_refused_loses_nothing(
    double: Double, database_url: str, library: Library, code: int, raised: type[Exception]
) -> None:
    async with running(double, database_url, library, zalo_oa_template_id="7895417a") as bench:
        await bench.says("chào em")
        bench.now += timedelta(days=8)
        double.template_errors = [code]
        with pytest.raises(raised):
            await bench.channel.send(PERSON, HELLO)
        assert double.templates == []
        await bench.channel.send(PERSON, HELLO)
        assert double.templates == [(PERSON, {"noi_dung": "chào"})]


# --- error codes


@pytest.mark.parametrize(
    ("code", "raised"),
    [
        (-32, NotNow),
        (-211, NotNow),
        (-321, NotNow),
        (-100, RetryLater),
        (-234, RetryLater),
        (-230, WindowClosed),
        (-213, WindowClosed),
        (-201, Undeliverable),
        (-1121, Undeliverable),
        (-99999, Undeliverable),
    ],
)
async def test_every_code_says_who_acts(bench: Bench, double: Double, code: int, raised: type[Exception]) -> None:
    await bench.says("chào em")
    double.errors = [code]
    with pytest.raises(raised) as error:
        await bench.channel.send(PERSON, HELLO)
    assert type(error.value) is raised
    assert str(code) in str(error.value)


async def test_a_token_that_died_is_renewed_once_and_the_message_goes(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    double.revoke()
    await asyncio.gather(*(bench.channel.send(PERSON, HELLO) for _ in range(20)))
    assert double.renewals == 2
    assert double.texts().count("chào") == 20


async def test_what_goes_only_by_day_is_tried_again_in_the_morning(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    bench.now = datetime(2026, 11, 25, 23, 0, tzinfo=TIME_ZONE)
    double.errors = [-234]
    with pytest.raises(RetryLater) as night:
        await bench.channel.send(PERSON, HELLO)
    assert night.value.after == pytest.approx(7 * 3600 + 60)


async def test_a_used_up_plan_stops_the_whole_account_and_loses_nothing(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    double.errors = [-211]
    bench.queue("một")
    bench.queue("hai")
    await bench.drain()
    assert bench.states()[-2:] == ["waiting", "waiting"]
    with bench.app.store.read() as session:
        rests = session.scalar(select(PaceRow.next_at).where(PaceRow.channel == "zalo_oa", PaceRow.chat == ""))
    assert rests is not None
    assert rests > bench.now + timedelta(minutes=50)
    bench.now += timedelta(minutes=61)
    await bench.drain()
    assert double.texts()[-2:] == ["một", "hai"]


async def test_operators_hear_once_that_a_person_is_needed(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    with bench.app.store.write() as session:
        chat = session.scalars(select(Conversation)).one()
        join_chat(session, chat, add_staff(session, "Hoa", "operator"))
    double.errors = [-321, -321]
    for _ in range(2):
        with pytest.raises(NotNow):
            await bench.channel.send(PERSON, HELLO)
    with bench.app.store.read() as session:
        (parcel,) = session.scalars(select(Parcel)).all()
    assert "-321" in parcel.body


async def test_a_gateway_that_fails_is_tried_again(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    double.broken = 1
    with pytest.raises(RetryLater):
        await bench.channel.send(PERSON, HELLO)


# --- the rest


async def test_a_shared_number_is_kept_for_the_helper(double: Double, database_url: str, library: Library) -> None:
    async with running(double, database_url, library, zalo_oa_contact_image="https://example.org/a.png") as bench:
        asked = Outgoing(TextPart("Anh/chị gõ số điện thoại.", "Để lại số điện thoại"))
        await bench.says("chào em")
        await bench.channel.send(PERSON, asked)
        assert double.texts()[-1] == "[asks for contact] Để lại số điện thoại: Anh/chị gõ số điện thoại."
        double.errors = [-201]
        await bench.channel.send(PERSON, asked)
        assert double.texts()[-1] == "Anh/chị gõ số điện thoại."
        assert double.rejected == []


async def test_asking_for_a_number_is_a_message_of_its_own(bench: Bench) -> None:
    reply = Reply(Outcome.WITH_HELPER, (TextPart("một"), TextPart("số?", asks_contact="Số"), TextPart("hai")))
    assert [message.part for message in fit(reply, bench.channel.limits)] == [
        TextPart("một"),
        TextPart("số?", asks_contact="Số"),
        TextPart("hai"),
    ]


async def test_forgetting_leaves_nothing_of_the_resident(bench: Bench, double: Double) -> None:
    await bench.says("chào em")
    await bench.hears(double.writes("#causo:cmd:quen-that"))
    assert "đã xóa" in double.texts()[-1]
    with bench.app.store.read() as session:
        assert session.scalar(select(func.count()).select_from(ZaloChat)) == 0


async def test_neither_tokens_nor_words_are_logged(
    bench: Bench, double: Double, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    set_up_logs()
    await bench.says("câu hỏi riêng của tôi")
    double.errors = [-201]
    with contextlib.suppress(Undeliverable):
        await bench.channel.send(PERSON, HELLO)
    double.revoke()
    await bench.channel.send(PERSON, HELLO)
    said = capsys.readouterr().err + caplog.text
    structlog.reset_defaults()
    assert "zalo_token_renewed" in said
    for secret in ("access-1", "refresh-1", APP_SECRET, OA_KEY, "câu hỏi riêng", PERSON):
        assert secret not in said


def test_half_of_the_settings_stop_the_start(double: Double, library: Library, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    upgrade(url)
    bench = Bench(double, url, library)
    with pytest.raises(SettingsError, match="CAUSO_ZALO_OA_APP_SECRET"):
        bench.built(zalo_oa_app_secret=None)
    with pytest.raises(SettingsError, match="CAUSO_ZALO_OA_SIGNATURE"):
        bench.built(zalo_oa_secret_key=None)
    assert bench.built(zalo_oa_app_id=None).zalo_oa is None
    bench.app.store.close()
