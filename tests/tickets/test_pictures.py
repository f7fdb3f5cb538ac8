"""Pictures between a resident and who helps them: both see them, nobody else does, and they go."""

import io
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import func, select

from bot.retention import Retention
from bot.store.ticket_tables import TicketPicture
from bot.tickets.pictures import for_chat, to_send
from tests.conftest import KEY
from tests.dossiers.test_receipt import photographed, qr
from tests.tickets.hall import Hall

CARD = "001099012345|999999999|Nguyễn Thị Mẫu|01011960|Nữ|12 Phố Mẫu|01012022"


def photo(colour: str = "navy", side: int = 3000) -> bytes:
    """As from a phone, with where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "a phone"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    Image.new("RGB", (side, side // 2), colour).save(out, "JPEG", exif=exif)
    return out.getvalue()


def helped(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "gặp người thật", channel="web")
    hall.says("Lan", button="ve:nhan:1")
    hall.hears("Lan")
    hall.hears("bà Tư")


def count(hall: Hall) -> int:
    with hall.app.store.read() as session:
        return session.scalar(select(func.count()).select_from(TicketPicture)) or 0


@pytest.fixture
def seeing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> Hall:
    """The terminal shows no pictures; here it stands for a chat app, which does."""
    limits = dict(hall.app.engine.limits)
    monkeypatch.setattr(hall.app.engine, "limits", {**limits, "console": limits["web"]})
    return hall


def test_a_picture_goes_over_and_another_comes_back(seeing: Hall) -> None:
    hall = seeing
    helped(hall)
    hall.shows("bà Tư", photo(), "man hinh no the nay", channel="web")
    assert "Em chuyển ảnh cho người giúp rồi" in hall.hears("bà Tư")
    assert "man hinh no the nay" in hall.hears("Lan")
    (address,) = hall.sees("Lan")
    data = to_send(hall.app.store, KEY, address)
    assert data is not None
    with Image.open(io.BytesIO(data)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (1600, 800), {})
    hall.shows("Lan", photo("darkred", 800))
    assert "👤 Lan: (gửi một tấm ảnh)" in hall.hears("bà Tư")
    (answer,) = hall.sees("bà Tư")
    assert answer != address
    number = int(answer.rsplit("/", 1)[1])
    assert for_chat(hall.app.store, KEY, number, "web", "bà Tư")
    assert for_chat(hall.app.store, KEY, number, "console", "Lan")
    hall.says("ông Năm", "chào em")
    assert for_chat(hall.app.store, KEY, number, "console", "ông Năm") is None
    assert for_chat(hall.app.store, KEY, number, "web", "nobody") is None
    assert to_send(hall.app.store, KEY, "/phieu-anh/99") is None


def test_what_was_sent_before_anybody_came_is_seen_by_who_comes(seeing: Hall) -> None:
    hall = seeing
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "gặp người thật")
    hall.shows("bà Tư", photo())
    assert hall.sees("Lan") == []
    hall.says("Lan", button="ve:nhan:1")
    assert hall.sees("Lan") == ["/phieu-anh/1"]
    assert "Bà con: (gửi một tấm ảnh)" in hall.hears("Lan")


def test_a_card_and_what_cannot_be_opened_go_nowhere(seeing: Hall) -> None:
    hall = seeing
    helped(hall)
    hall.shows("bà Tư", photographed(qr(CARD)), channel="web")
    assert "đừng gửi ảnh căn cước" in hall.hears("bà Tư")
    assert hall.hears("Lan") == ""
    hall.shows("Lan", photographed(qr(CARD)))
    assert "không chuyển và không giữ" in hall.hears("Lan")
    hall.shows("bà Tư", b"no picture", channel="web")
    assert "chưa mở được" in hall.hears("bà Tư")
    assert "chưa chuyển được" in hall.hears("Lan")
    hall.says("Lan", button="ve:ghi")
    hall.hears("Lan")
    hall.shows("Lan", photo())
    assert "gõ chữ giúp em" in hall.hears("Lan")
    assert count(hall) == 0
    hall.says("bà Tư", "con do khong chau", channel="web")
    assert "con do khong chau" in hall.hears("Lan"), "the talk goes on"


def test_three_days_after_the_end_they_go(seeing: Hall) -> None:
    hall = seeing
    helped(hall)
    hall.shows("bà Tư", photo(), channel="web")
    retention = Retention(hall.app.store, 0, lambda: hall.now)
    hall.now += timedelta(days=30)
    retention.sweep()
    assert count(hall) == 1, "the ticket is open"
    hall.says("Lan", button="ve:dong:done")
    hall.now += timedelta(days=2)
    retention.sweep()
    assert count(hall) == 1
    hall.now += timedelta(days=1, minutes=1)
    assert retention.due()["ticket_picture"] == 1
    retention.sweep()
    assert count(hall) == 0


def test_forgotten_at_once_and_named_among_what_is_kept(seeing: Hall) -> None:
    hall = seeing
    helped(hall)
    hall.shows("bà Tư", photo(), channel="web")
    hall.hears("bà Tư")
    hall.says("bà Tư", "/dulieu", channel="web")
    assert "1 tấm ảnh đã gửi qua lại" in hall.hears("bà Tư")
    hall.says("bà Tư", "quên tôi đi", channel="web")
    hall.says("bà Tư", button="cmd:quen-that", channel="web")
    hall.says("bà Tư", "có", channel="web")
    assert count(hall) == 0
