"""The desk over HTTP: who may see and do what, and that no other page can do it for them."""

from datetime import timedelta

import httpx
import pyotp
from sqlalchemy import select, update

from bot.clock import now
from bot.seal import seal
from bot.staff.sessions import revoke
from bot.store.staff_tables import Audit, DeskSession, Staff
from bot.store.ticket_tables import HomeVisit
from tests.conftest import KEY
from tests.desk.conftest import Office, fields
from tests.dossiers.test_receipt import photographed, qr
from tests.tickets.test_pictures import CARD, photo


def test_nobody_gets_in_without_signing_in(office: Office) -> None:
    office.employs("Lan", area="Khu phố 1")
    stranger = office.signs_in("Lan", "sai mat khau roi")
    assert office.answer.status_code == 403
    assert "chưa đúng" in office.answer.text
    for path in ("/ban", "/ban/phieu/1", "/ban/nguoi", "/ban/nhat-ky"):
        assert str(stranger.get(path).url).endswith("/ban/vao"), path
    assert stranger.get("/ban/su-kien").status_code == 204
    office.signs_in("Không Ai")
    assert "chưa đúng" in office.answer.text, "the same words whether the name exists"


def test_five_wrong_ones_and_a_rest(office: Office) -> None:
    office.employs("Lan")
    for _ in range(5):
        office.signs_in("Lan", "sai mat khau roi")
    office.signs_in("Lan")
    assert "nghỉ một giờ" in office.answer.text


def test_a_second_factor_and_no_code_twice(office: Office) -> None:
    office.employs("Lan")
    secret = pyotp.random_base32()
    with office.hall.app.store.write() as session:
        session.execute(update(Staff).values(totp=seal(KEY, secret)))
    office.signs_in("Lan")
    assert office.answer.status_code == 403
    code = pyotp.TOTP(secret).now()
    office.signs_in("Lan", code=code)
    assert office.answer.status_code == 200
    office.signs_in("Lan", code=code)
    assert office.answer.status_code == 403


def test_a_session_ends_when_idle_revoked_or_signed_out(office: Office) -> None:
    office.employs("Lan")
    store = office.hall.app.store
    idle, revoked, left = (office.signs_in("Lan") for _ in range(3))
    page = left.get("/ban").text
    left.post("/ban/ra", data=fields(page, "/ban/ra"))
    assert str(left.get("/ban").url).endswith("/ban/vao")
    with store.write() as session:
        session.execute(update(DeskSession).values(seen_at=now() - timedelta(minutes=61)))
    assert str(idle.get("/ban").url).endswith("/ban/vao")
    with store.write() as session:
        session.execute(update(DeskSession).values(seen_at=now()))
        revoke(session, session.scalars(select(Staff.id)).one())
    assert str(revoked.get("/ban").url).endswith("/ban/vao")


def test_a_form_of_another_page_does_nothing(office: Office) -> None:
    office.employs("Lan", area="Khu phố 1")
    office.hall.says("bà Tư", "gặp người thật")
    lan = office.signs_in("Lan")
    good = fields(lan.get("/ban").text, "/ban/phieu/1/nhan")
    assert lan.post("/ban/phieu/1/nhan", data={"csrf": "0" * 64}).status_code == 403
    assert lan.post("/ban/phieu/1/nhan", data=good, headers={"Origin": "https://khac.example"}).status_code == 403
    assert "Anh/chị đã nhận phiếu" in lan.post("/ban/phieu/1/nhan", data=good).text


def test_a_ticket_from_claim_to_close_on_the_page(office: Office) -> None:
    office.employs("Lan", area="Khu phố 1")
    office.hall.says("bà Tư", "lam vneid muc 2")
    office.hall.says("bà Tư", "gap nguoi that")
    lan = office.signs_in("Lan")
    page = lan.get("/ban").text
    assert "Phiếu 1, Khu phố 1" in page
    lan.post("/ban/phieu/1/nhan", data=fields(page, "/ban/phieu/1/nhan"))
    office.hall.says("bà Tư", "may no bao loi, so 0912345678")
    page = lan.get("/ban/phieu/1").text
    assert "may no bao loi" in page
    assert "0912345678" not in page
    form = fields(page, "/ban/phieu/1/noi")
    assert "chưa gõ chữ nào" in lan.post("/ban/phieu/1/noi", data={**form, "text": "  "}).text
    office.hall.hears("bà Tư")
    lan.post("/ban/phieu/1/noi", data={**form, "text": "Cô bấm <b>nút</b> đỏ nhé"})
    office.hall.app.relay.hand_over()
    assert "👤 Lan: Cô bấm <b>nút</b> đỏ nhé" in office.hall.hears("bà Tư")
    assert "<b>nút</b>" not in lan.get("/ban/phieu/1").text
    lan.post("/ban/phieu/1/ghi", data={**form, "text": "máy cũ"})
    assert "ghi chú trong tổ" in lan.get("/ban/phieu/1").text
    lan.post("/ban/phieu/1/hen", data={**form, "text": "12 đường Lê Lai", "day": "2026-12-01"})
    with office.hall.app.store.read() as session:
        assert "Lê Lai" not in str(session.scalars(select(HomeVisit)).one().address)
    assert "Đã đóng phiếu" in lan.post("/ban/phieu/1/dong", data={**form, "outcome": "done"}).text
    assert "Chậm mất rồi" in lan.post("/ban/phieu/1/noi", data={**form, "text": "còn gì nữa không"}).text
    with office.hall.app.store.read() as session:
        acts = [row.act for row in session.scalars(select(Audit).order_by(Audit.id))]
    assert acts == ["signed in", "claimed", "visit planned", "closed"]


def test_a_member_sees_their_khu_pho_a_lead_the_ward(office: Office) -> None:
    office.employs("Lan", area="Khu phố 1")
    office.employs("Minh", area="Khu phố 2")
    office.employs("Anh Ba", role="lead")
    office.hall.says("bà Tư", "gặp người thật")
    office.hall.says("bà Tư", button="nh:kp:1")
    lan, minh, lead = office.signs_in("Lan"), office.signs_in("Minh"), office.signs_in("Anh Ba")
    assert "Phiếu 1" in lan.get("/ban").text
    assert "Phiếu 1" not in minh.get("/ban").text
    assert minh.get("/ban/phieu/1").status_code == 404
    assert "Phiếu 1" in lead.get("/ban").text
    form = fields(minh.get("/ban").text, "/ban/ra")
    assert minh.post("/ban/phieu/1/nhan", data=form).status_code == 404
    assert minh.get("/ban/nguoi").status_code == 403


def test_two_browsers_claim_one_hears_it_was_too_late(office: Office) -> None:
    for name in ("Lan", "Minh"):
        office.employs(name, area="Khu phố 1")
    office.hall.says("bà Tư", "gặp người thật")
    lan, minh = office.signs_in("Lan"), office.signs_in("Minh")
    forms = [fields(one.get("/ban").text, "/ban/phieu/1/nhan") for one in (lan, minh)]
    assert "đã nhận phiếu" in lan.post("/ban/phieu/1/nhan", data=forms[0]).text
    late = minh.post("/ban/phieu/1/nhan", data=forms[1]).text
    assert "Chậm mất rồi" in late
    assert "Người giữ Lan" in late


def test_strict_headers_and_no_secret_in_an_address(office: Office) -> None:
    office.employs("Lan")
    lan = office.signs_in("Lan")
    answer = lan.get("/ban")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    jar = {cookie.name: cookie for cookie in lan.cookies.jar}
    assert jar["causo_desk"].has_nonstandard_attr("HttpOnly")
    assert jar["causo_desk"].get_nonstandard_attr("SameSite") == "strict"
    assert jar["causo_desk"].path == "/ban"
    assert jar["causo_desk"].value not in answer.text


def test_a_picture_from_the_desk_to_the_page_and_back(office: Office) -> None:
    office.employs("Lan", "member", "Khu phố 1")
    resident = httpx.Client(base_url=office.site.url, follow_redirects=True, timeout=60)
    office.browsers.append(resident)
    resident.get("/")
    resident.post("/chat", data={"text": "gặp người thật", "message_id": "abcdefgh1"})
    lan = office.signs_in("Lan")
    lan.post("/ban/phieu/1/nhan", data=fields(office.answer.text, "/ban/phieu/1/nhan"))
    page = lan.get("/ban/phieu/1").text
    assert lan.post("/ban/phieu/1/nhan", data=fields(page, "/ban/phieu/1/noi")).status_code == 200
    given = fields(page, "/ban/phieu/1/noi")
    sent = lan.post("/ban/phieu/1/noi", data=given, files={"picture": ("a.jpg", photo(), "image/jpeg")})
    assert "Đã gửi bà con" in sent.text
    assert 'src="/ban/phieu/1/anh/1"' in sent.text
    assert lan.get("/ban/phieu/1/anh/1").headers["content-type"] == "image/jpeg"
    broken = lan.post("/ban/phieu/1/noi", data=given, files={"picture": ("a.jpg", b"x", "image/jpeg")})
    assert "không mở được" in broken.text
    card = lan.post("/ban/phieu/1/noi", data=given, files={"picture": ("a.jpg", photographed(qr(CARD)), "image/jpeg")})
    assert "giấy tờ tùy thân" in card.text
    office.site.app.relay.hand_over()  # type: ignore[union-attr]
    assert 'src="/phieu-anh/1"' in resident.get("/").text
    there = resident.get("/phieu-anh/1")
    assert (there.status_code, there.headers["cache-control"]) == (200, "no-store")
    assert httpx.get(f"{office.site.url}/phieu-anh/1").status_code == 404
    assert httpx.get(f"{office.site.url}/ban/phieu/1/anh/1").status_code == 303, "to the sign-in page"
    resident.post("/anh", files={"photo": ("b.jpg", photo("green"), "image/jpeg")})
    assert "Em chuyển ảnh cho người giúp rồi" in resident.get("/").text
    assert 'src="/ban/phieu/1/anh/2"' in lan.get("/ban/phieu/1").text
    office.employs("Minh", "member", "Khu phố 2")
    minh = office.signs_in("Minh")
    assert minh.get("/ban/phieu/1/anh/2").status_code == 404, "another khu phố's"
