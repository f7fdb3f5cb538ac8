"""Announcements on the desk over HTTP: written, previewed, tried, approved by a second person, sent, stopped."""

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from bot.announce.message import message
from bot.clock import TIME_ZONE, now
from bot.retention import Retention
from bot.staff import directory
from bot.store.announce_tables import Announcement
from bot.store.staff_tables import Audit, Staff
from bot.store.tables import Conversation
from handlers.turn import PicturePart
from tests.desk.conftest import Office, fields
from tests.tickets.test_pictures import photo

WORDS = {"text": "Sáng mai cúp nước ở cả phường.", "audience": "all"}


def csrf(browser: httpx.Client) -> dict[str, str]:
    return fields(browser.get("/ban").text, "/ban/ra")


def written(browser: httpx.Client, **more: str) -> httpx.Response:
    return browser.post("/ban/thong-bao/viet", data={**csrf(browser), **WORDS, **more})


def test_from_the_draft_of_a_lead_to_what_residents_read(office: Office) -> None:
    office.employs("Anh Ba", "lead", "Khu phố 1")
    office.employs("Hoa", "officer")
    office.hall.says("bà Tư", "chào em")
    office.hall.hears("bà Tư")
    ba, hoa = office.signs_in("Anh Ba"), office.signs_in("Hoa")
    page = written(ba, to1="t:dang-ky-khai-sinh", label1="Khai sinh").text
    assert "Đang soạn" in page
    assert "1 người" in page
    assert "[Khai sinh]" in page
    assert "[Thôi nhận tin]" in page
    assert "gõ “dừng”" in page
    form = csrf(ba)
    assert "Đã trình duyệt" in ba.post("/ban/thong-bao/1/trinh", data=form).text
    assert ba.post("/ban/thong-bao/1/duyet", data=form).status_code == 403
    page = hoa.get("/ban/thong-bao/1").text
    assert "Chờ duyệt" in page
    assert "Người viết Anh Ba" in page
    assert "Đã duyệt" in hoa.post("/ban/thong-bao/1/duyet", data={**csrf(hoa), "at": ""}).text
    at = office.hall.app.engine.clock().astimezone(TIME_ZONE).replace(hour=10)
    announcer = office.hall.app.announcer
    announcer.clock = lambda: at + timedelta(days=1)
    assert announcer.look() == 1
    assert "Sáng mai cúp nước" in office.hall.hears("bà Tư")
    page = hoa.get("/ban/thong-bao/1").text
    assert "Đã xong" in page
    assert "Đã tới: <strong>1</strong>" in page
    assert "Sáng mai cúp nước" in hoa.get("/ban/thong-bao").text
    with office.hall.app.store.read() as session:
        acts = [row.act for row in session.scalars(select(Audit).order_by(Audit.id)) if "announcement" in row.act]
    assert acts == ["announcement written", "announcement submitted", "announcement approved"]


def test_an_officer_does_not_approve_what_they_wrote(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    written(hoa)
    form = csrf(hoa)
    page = hoa.post("/ban/thong-bao/1/trinh", data=form).text
    assert "không tự duyệt được" in page
    assert "/duyet" not in page
    assert "không tự duyệt được" in hoa.post("/ban/thong-bao/1/duyet", data=form).text
    with office.hall.app.store.read() as session:
        assert session.get_one(Announcement, 1).state == "submitted"


def test_paused_resumed_cancelled_and_too_late(office: Office) -> None:
    office.employs("Hoa", "officer")
    office.employs("Minh", "operator")
    hoa, minh = office.signs_in("Hoa"), office.signs_in("Minh")
    written(hoa)
    form = csrf(minh)
    hoa.post("/ban/thong-bao/1/trinh", data=csrf(hoa))
    assert "chưa đúng" in minh.post("/ban/thong-bao/1/duyet", data={**form, "at": "mai"}).text
    page = minh.post("/ban/thong-bao/1/duyet", data={**form, "at": "2099-01-02T23:30"}).text
    assert "Gửi lúc 07:00 03/01/2099" in page
    assert "Tạm ngưng" in minh.post("/ban/thong-bao/1/dung", data=form).text
    assert "Gửi tiếp từ chỗ đang dở" in minh.post("/ban/thong-bao/1/tiep", data=form).text
    assert "Đã trả lại" in minh.post("/ban/thong-bao/1/tra", data=form).text
    assert "Đã hủy" in minh.post("/ban/thong-bao/1/huy", data=form).text
    assert "Chậm mất rồi" in minh.post("/ban/thong-bao/1/tiep", data=form).text
    assert minh.post("/ban/thong-bao/1/bay", data=form).status_code == 404
    assert minh.get("/ban/thong-bao/9").status_code == 404
    assert minh.post("/ban/thong-bao/1/dung", data={}).status_code == 403, "a form of another page"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"text": " "}, "chưa gõ nội dung"),
        ({"text": "a" * 1501}, "Dài quá"),
        ({"audience": "area:9"}, "chọn lại người nhận"),
        ({"link1": "http://a.vn", "label1": "A"}, "bắt đầu bằng https://"),
        ({"link1": "https://a.vn"}, "chữ trên nút"),
        ({"to2": "t:khong-co"}, "Mỗi nút mở"),
        ({"picture": "https://a.vn/a.jpg"}, "một câu tả hình"),
    ],
)
def test_what_cannot_be_announced_is_said_and_nothing_typed_is_lost(
    office: Office, wrong: dict[str, str], why: str
) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    answer = written(hoa, **{"label3": "Chữ đã gõ", **wrong})
    assert answer.status_code == 400
    assert why in answer.text
    assert "Chữ đã gõ" in answer.text


def test_a_draft_is_changed_and_a_lead_cancels_their_own(office: Office) -> None:
    office.employs("Anh Ba", "lead")
    ba = office.signs_in("Anh Ba")
    written(ba, link1="https://quangninh.gov.vn/lich", label1="Lịch", picture="https://a.vn/a.jpg", alt="Vòi nước")
    page = ba.get("/ban/thong-bao/1/sua").text
    assert 'value="https://quangninh.gov.vn/lich"' in page
    assert 'value="Vòi nước"' in page
    changed = {**csrf(ba), **WORDS, "text": "Chiều mai cúp điện."}
    page = ba.post("/ban/thong-bao/1/sua", data=changed).text
    assert "Chiều mai cúp điện." in page
    assert "Vòi nước" not in page
    ba.post("/ban/thong-bao/1/trinh", data=csrf(ba))
    assert ba.get("/ban/thong-bao/1/sua").status_code == 404
    assert "Chậm mất rồi" in ba.post("/ban/thong-bao/1/sua", data=changed).text
    assert ba.post("/ban/thong-bao/1/dung", data=csrf(ba)).status_code == 403
    assert "Đã hủy" in ba.post("/ban/thong-bao/1/huy", data=csrf(ba)).text


def test_a_trial_goes_to_ones_own_chat_alone(office: Office) -> None:
    office.employs("Hoa", "officer")
    office.hall.says("bà Tư", "chào em")
    office.hall.says("máy của Hoa", "chào em")
    for chat in ("bà Tư", "máy của Hoa"):
        office.hall.hears(chat)
    hoa = office.signs_in("Hoa")
    written(hoa)
    assert "chưa nối Zalo hay Telegram" in hoa.post("/ban/thong-bao/1/thu", data=csrf(hoa)).text
    with office.hall.app.store.write() as session:
        chat = session.scalars(select(Conversation).where(Conversation.chat == "máy của Hoa")).one()
        directory.join_chat(session, chat, session.scalars(select(Staff)).one())
    assert "Đã gửi thử" in hoa.post("/ban/thong-bao/1/thu", data=csrf(hoa)).text
    heard = office.hall.hears("máy của Hoa")
    assert "Đây là bản gửi thử" in heard
    assert "Sáng mai cúp nước" in heard
    assert office.hall.hears("bà Tư") == ""


def test_a_picture_from_the_phone_is_kept_shown_and_taken_away(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")

    def sent(where: str, file: bytes, **more: str) -> str:
        files = {"upload": ("a.jpg", file, "image/jpeg")}
        return hoa.post(where, data={**csrf(hoa), **WORDS, **more}, files=files).text

    assert "không mở được" in sent("/ban/thong-bao/viet", b"no picture", alt="Vòi nước")
    page = sent("/ban/thong-bao/viet", photo())
    assert "một câu tả hình" in page
    (address,) = set(re.findall(r"/thong-bao-anh/\w{32}\.jpg", page))
    assert WORDS["text"] in page, "nothing that was typed is lost, nor the picture"
    page = written(hoa, picture=address, alt="Vòi nước").text
    assert f'<img src="{address}" alt="Vòi nước">' in page
    picture = httpx.get(f"{office.site.url}{address}")
    assert (picture.status_code, picture.content[:2]) == (200, b"\xff\xd8")
    assert httpx.get(f"{office.site.url}/thong-bao-anh/{'0' * 32}.jpg").status_code == 404
    page = sent("/ban/thong-bao/1/sua", photo("green"), alt="Vòi nước", picture=address)
    assert address not in page
    assert "/thong-bao-anh/" in page
    with office.hall.app.store.write() as session:
        one = session.get_one(Announcement, 1)
        for channel in ("web", "telegram"):
            shown = message(one, channel, office.hall.app.library.current.content.texts).parts[0]
            assert shown == PicturePart(one.picture or "", "Vòi nước")
        kept, newer = one.picture or "", Retention(office.hall.app.store, 0, lambda: now() + timedelta(days=2))
    newer.sweep()
    assert httpx.get(f"{office.site.url}{address}").status_code == 404, "in no announcement any more"
    assert httpx.get(f"{office.site.url}{kept}").status_code == 200
    hoa = office.signs_in("Hoa")  # the sweep two days later ended the session too
    given = {**csrf(hoa), **WORDS, "picture": kept, "alt": "x", "no_picture": "1"}
    assert "/thong-bao-anh/" not in hoa.post("/ban/thong-bao/1/sua", data=given).text
