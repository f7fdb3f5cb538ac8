"""The desk's other pages over HTTP, each by who may use it."""

from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.store.staff_tables import Audit, Duty, Leave, Staff
from bot.store.tables import DossierRow
from tests.data.build_exports import __file__ as exports
from tests.desk.conftest import Office, fields

PAGES = {
    "/ban": "member",
    "/ban/hen": "member",
    "/ban/cau-hoi": "lead",
    "/ban/nguoi": "lead",
    "/ban/thong-bao": "lead",
    "/ban/so-lieu": "member",
    "/ban/kho": "officer",
    "/ban/ho-so": "officer",
    "/ban/suc-khoe": "officer",
    "/ban/nhat-ky": "operator",
}
ROLES = ("member", "lead", "officer", "operator")
TABLES = sorted((Path(exports).parent / "dossiers").glob("*"))


def token(browser: httpx.Client) -> dict[str, str]:
    return fields(browser.get("/ban").text, "/ban/ra")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_decides_which_pages_there_are(office: Office, role: str) -> None:
    office.employs("Hoa", role)  # type: ignore[arg-type]
    hoa = office.signs_in("Hoa")
    home = hoa.get("/ban").text
    for path, least in PAGES.items():
        allowed = ROLES.index(role) >= ROLES.index(least)
        assert hoa.get(path).status_code == (200 if allowed else 403), path
        assert (f'href="{path}"' in home) == allowed, path


def test_a_team_is_set_up_on_the_desk(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    form = token(hoa)
    hoa.post("/ban/nguoi/khu-pho", data={**form, "name": "Khu phố 3"})
    page = hoa.post("/ban/nguoi/them", data={**form, "name": "Trần Lan", "role": "member", "area": "1"})
    assert "Trần Lan" in page.text
    assert "Khu phố 3" in page.text
    hours = {**form, "begins": "18:00", "ends": "21:00", "day0": "1", "day2": "1"}
    assert "18:00 – 21:00" in hoa.post("/ban/nguoi/2/truc", data=hours).text
    assert "chưa đúng" in hoa.post("/ban/nguoi/2/truc", data={**hours, "ends": "17:00"}).text
    assert "chưa đúng" in hoa.post("/ban/nguoi/2/nghi", data={**form, "first": "2026-12-03", "last": "2026-12-01"}).text
    hoa.post("/ban/nguoi/2/nghi", data={**form, "first": "2026-12-01", "last": "2026-12-03"})
    assert "ngắn quá" in hoa.post("/ban/nguoi/2/mat-khau", data={**form, "password": "ngan"}).text
    invited = hoa.post("/ban/nguoi/2/moi", data=form).text
    code = invited.split("<strong>")[1].split("</strong>")[0]
    office.hall.says("máy của Lan", f"mã {code}")
    assert "Chào Trần Lan" in office.hall.hears("máy của Lan")
    with office.hall.app.store.read() as session:
        assert [(row.weekday, row.begins, row.ends) for row in session.scalars(select(Duty))] == [
            (0, 1080, 1260),
            (2, 1080, 1260),
        ]
        assert session.scalars(select(Leave)).one().staff_id == 2
        assert "staff truc" in [row.act for row in session.scalars(select(Audit))]
    hoa.post("/ban/nguoi/2/thoi", data=form)
    assert "Trần Lan" not in hoa.get("/ban/nguoi").text
    with office.hall.app.store.read() as session:
        assert not session.get_one(Staff, 2).active
    office.hall.says("máy của Lan", "phiếu")
    assert "Phiếu đang chờ" not in office.hall.hears("máy của Lan")


def test_a_lead_sets_the_rota_and_invites_nobody(office: Office) -> None:
    office.employs("Anh Ba", "lead")
    office.employs("Lan")
    lead = office.signs_in("Anh Ba")
    form = token(lead)
    hours = {**form, "begins": "18:00", "ends": "21:00", "day0": "1"}
    assert lead.post("/ban/nguoi/2/truc", data=hours).status_code == 200
    for act in ("moi", "mat-khau", "thoi"):
        assert lead.post(f"/ban/nguoi/2/{act}", data=form).status_code == 403, act
    assert lead.post("/ban/nguoi/them", data={**form, "name": "X", "role": "operator"}).status_code == 403


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.name)
def test_a_table_is_uploaded_with_its_report(office: Office, path: Path) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    with path.open("rb") as file:
        page = hoa.post("/ban/ho-so", data=token(hoa), files={"file": (path.name, file)})
    assert page.status_code == 200
    assert path.name in page.text
    with office.hall.app.store.read() as session:
        assert session.scalars(select(DossierRow)).first() is not None


def test_what_is_no_table_is_refused_in_plain_words(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    form = token(hoa)
    assert "không phải bảng" in hoa.post("/ban/ho-so", data=form, files={"file": ("a.pdf", b"%PDF")}).text
    broken = hoa.post("/ban/ho-so", data=form, files={"file": ("a.xlsx", b"no zip at all")})
    assert broken.status_code == 400
    assert "a.xlsx" in broken.text
    assert "/tmp" not in broken.text
    assert "chưa gõ chữ nào" in hoa.post("/ban/ho-so", data=form).text


def test_a_topic_is_seen_as_residents_see_it(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    assert "Làm giấy khai sinh cho bé" in hoa.get("/ban/kho", params={"chu-de": "dang-ky-khai-sinh"}).text
    assert "tạm trú" in hoa.get("/ban/kho", params={"cau": "dang ky tam tru"}).text.lower()


def test_a_good_answer_becomes_a_draft_and_the_draft_is_no_content_yet(office: Office) -> None:
    office.employs("Hoa", "officer")
    office.hall.says("bà Tư", "gặp người thật")
    hoa = office.signs_in("Hoa")
    form = token(hoa)
    hoa.post("/ban/phieu/1/nhan", data=form)
    office.hall.says("bà Tư", "me toi o nuoc ngoai lam giay uy quyen sao")
    hoa.post("/ban/phieu/1/noi", data={**form, "text": "Bà làm ở cơ quan đại diện Việt Nam bên đó ạ"})
    draft = hoa.get("/ban/phieu/1/kho")
    assert draft.headers["content-type"].startswith("application/yaml")
    for part in ("me toi o nuoc ngoai", "cơ quan đại diện", "Người trả lời: Hoa", "Chưa có cán bộ duyệt", "cần điền"):
        assert part in draft.text


def test_what_was_not_understood_teaches_a_topic_only_by_an_officers_tap(office: Office, tmp_path: Path) -> None:
    office.employs("Hoa", "officer")
    for number in range(3):
        office.hall.says(f"ông {number}", "xin giấy ngắm sao băng")
    hoa = office.signs_in("Hoa")
    page = hoa.get("/ban/cau-hoi").text
    assert "ngắm sao băng" in page
    group = page.split("/ban/cau-hoi/")[1].split("/")[0]
    form = token(hoa)
    refused = hoa.post(f"/ban/cau-hoi/{group}/them", data={**form, "topic": "dang-ky-khai-sinh", "phrasing": "x"})
    assert refused.status_code == 400
    assert "Đã bỏ qua" in hoa.post(f"/ban/cau-hoi/{group}/bo", data=form).text
    assert "ngắm sao băng" not in hoa.get("/ban/cau-hoi").text


def test_health_says_what_is_late_and_off(office: Office) -> None:
    office.employs("Hoa", "operator")
    hoa = office.signs_in("Hoa")
    page = hoa.get("/ban/suc-khoe").text
    assert "Telegram: chưa bật" in page
    assert "Không có phiếu nào quá giờ hẹn" in page
    assert "signed in" in hoa.get("/ban/nhat-ky").text
