"""The numbers on the desk: what each role sees, a period and the one before, what can be taken away."""

import io
import os
import re
import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from typer.testing import CliRunner

from bot.cli import app as commands
from bot.clock import now
from bot.reports.plots import bars, columns
from bot.reports.sections import Line, Section
from bot.reports.ward import _few
from bot.store.report_tables import Tally
from bot.store.ticket_tables import Ticket
from tests.conftest import KEY
from tests.desk.conftest import Office, fields


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def asked(office: Office, people: int) -> None:
    for number in range(people):
        office.hall.says(f"bà {number}", "lam khai sinh can giay gi")
        office.hall.says(f"bà {number}", "👍" if number else "👎")


def opened(page: str) -> str:
    found = re.search(r"Phiếu mở</th><td>(\d+)</td>", page)
    assert found
    return found[1]


def test_a_lead_sees_the_ward_and_a_member_their_own_part(office: Office) -> None:
    office.employs("Ba", "lead")
    office.employs("Lan", "member", "Khu phố 1")
    office.employs("Bình", "member")
    office.employs("Tám", "member", "Khu phố 2")
    asked(office, 6)
    lead, member = office.signs_in("Ba"), office.signs_in("Lan")
    page = lead.get("/ban/so-lieu").text
    assert "Bà con hỏi" in page
    assert "<svg" in page
    assert "Làm giấy khai sinh cho bé" in page
    assert "Chưa có số liệu" not in page
    one, two = office.number("Khu phố 1"), office.number("Khu phố 2")
    for resident, area in (("bà Tư", one), ("ông Sáu", two), ("bà Bảy", two)):
        office.hall.says(resident, "gặp người thật")
        with office.hall.app.store.write() as session:
            session.execute(update(Ticket).where(Ticket.area.is_(None)).values(area=area))
    for query in ("", f"?kp={two}", "?kp=0"):
        own = member.get(f"/ban/so-lieu{query}").text
        assert opened(own) == "1", "their khu phố, whatever they ask for"
        assert "Bà con hỏi" not in own, "what the whole ward asked is not theirs"
    assert opened(lead.get(f"/ban/so-lieu?kp={two}").text) == "2"
    assert opened(office.signs_in("Bình").get("/ban/so-lieu").text) == "0", "no khu phố, nothing"
    assert member.post("/ban/so-lieu/so-hoa").status_code == 403
    for query in ("?ky=day", "?ky=half&truoc=1", "?ky=nonsense&kp=99", "?kp=abc"):
        assert lead.get(f"/ban/so-lieu{query}").status_code == 200
    earlier = lead.get("/ban/so-lieu?ky=month&truoc=1").text
    assert "Làm giấy khai sinh cho bé" not in earlier


@pytest.mark.skipif(
    shutil.which("pdftotext") is None and not os.environ.get("CAUSO_NO_SKIP"), reason="needs poppler-utils"
)
def test_excel_and_one_page_have_the_same_figures(office: Office, tmp_path: Path) -> None:
    office.employs("Hoa", "officer")
    asked(office, 7)
    browser = office.signs_in("Hoa")
    book = load_workbook(io.BytesIO(browser.get("/ban/so-lieu.xlsx").content))
    figures = {row[0]: row[1] for row in book.active.iter_rows(values_only=True)}  # type: ignore[union-attr]
    assert (figures["Bà con hỏi"], figures["Có ích"], figures["Chưa được"]) == (7, 6, 1)
    file = tmp_path / "thang.pdf"
    file.write_bytes(browser.get("/ban/so-lieu.pdf").content)
    assert "Pages:           1" in run("pdfinfo", str(file))
    text = run("pdftotext", str(file), "-")
    assert "BÁO CÁO THÁNG" in text
    assert "Phường Ngô Quyền" in text
    assert "Bà con hỏi" in text


def test_the_command_writes_the_month(
    office: Office, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked(office, 5)
    monkeypatch.setenv("CAUSO_DATABASE_URL", database_url)
    monkeypatch.setenv("CAUSO_SECRET_KEY", KEY)
    call, today = CliRunner().invoke, date.today()
    for suffix in ("pdf", "xlsx"):
        file = tmp_path / f"thang.{suffix}"
        done = call(commands, ["report", "month", "--month", f"{today:%Y-%m}", "--out", str(file)])
        assert done.exit_code == 0, done.output
        assert file.stat().st_size > 3000
    for wrong in (["--month", "2026-13", "--out", "a.pdf"], ["--out", "a.docx"]):
        assert call(commands, ["report", "month", *wrong]).exit_code == 2


def test_a_small_group_cannot_be_told_by_subtraction() -> None:
    texts = {"report_team_others": "Khác"}
    section = _few("x", [("a", 20), ("b", 6), ("c", 3)], str, texts)
    assert [(line.name, line.number) for line in section.lines] == [("a", 20), ("Khác", 9)], "c alone would be 29 - 26"
    both = _few("x", [("a", 20), ("b", 4), ("c", 3)], str, texts)
    assert [(line.name, line.number) for line in both.lines] == [("a", 20), ("Khác", 7)]
    assert _few("x", [("a", 5)], str, texts).lines == (Line("a", 5),)


def test_bars_are_drawn_for_who_cannot_see_them_too() -> None:
    drawn = bars("Hỏi <nhiều>", Section("x", (Line("Khai sinh & kết hôn", 1234, 2000), Line("Tạm trú", 0))).lines)
    assert "<title>Hỏi &lt;nhiều&gt;</title>" in drawn
    assert "Khai sinh &amp; kết hôn: 1.234; Tạm trú: 0" in drawn
    assert "61,7 %" in drawn
    assert "style=" not in drawn


def test_bars_stand_beside_those_of_the_period_before() -> None:
    drawn = bars("Câu hỏi", [Line("Bà con hỏi", 20, before=40), Line("Trả lời được", 10, before=0)], "kỳ trước")
    assert re.findall(r'<rect [^>]*width="([\d.]+)" height="(\d+)"', drawn) == [
        ("111.0", "14"),
        ("222.0", "5"),
        ("55.5", "14"),
        ("1.0", "5"),
    ]
    assert "Bà con hỏi: 20 (kỳ trước 40); Trả lời được: 10 (kỳ trước 0)" in drawn


def test_why_answers_did_not_help_is_told_of_five_people_and_more(office: Office) -> None:
    office.employs("Hoa", "officer")
    for number in range(6):
        for text in ("lam khai sinh can giay gi", "👎", "Nói sai" if number < 5 else "Khó hiểu"):
            office.hall.says(f"bà {number}", text)
    page = office.signs_in("Hoa").get("/ban/so-lieu").text
    assert "Chưa được vì sao" in page
    assert re.search(r"Việc được chấm[^<]*</h2>.*?Làm giấy khai sinh cho bé.*?>6<", page, re.S)
    assert "Khó hiểu" not in page, "one person is not told apart"


def test_digitised_documents_as_the_first_seed_reported_them(office: Office) -> None:
    office.employs("Hoa", "officer")
    hoa = office.signs_in("Hoa")
    form = fields(hoa.get("/ban/so-lieu").text, "/ban/so-lieu/so-hoa")
    for first, last, done, total in (
        ("2022-01-01", "2022-06-30", 1053, 1053),
        ("2021-01-01", "2021-12-31", 3000, 3015),
        ("2021-01-01", "2021-12-31", 3015, 3015),  # counted again later
        ("2014-01-01", "2020-12-31", 3154, 12396),
    ):
        counts = {"first": first, "last": last, "done": str(done), "total": str(total)}
        page = hoa.post("/ban/so-lieu/so-hoa", data={**form, **counts}).text
        assert "Đã ghi số văn bản" in page
    for dates, done, share in (
        ("từ 01/01/2022 đến 30/06/2022, trên 1.053", "1.053", "100,0 %"),
        ("2021, trên 3.015", "3.015", "100,0 %"),
        ("2014–2020, trên 12.396", "3.154", "25,4 %"),
    ):
        row = page.split(f"Văn bản {dates}</th>")[1].split("</tr>")[0]
        assert f"<td>{done}</td><td>{share}</td>" in row
    assert page.count("Văn bản 2021") == 1
    wrong = {"first": "2022-01-01", "last": "2021-01-01", "done": "5", "total": "3"}
    for broken in (wrong, {**wrong, "last": "2022-02-01"}, {**wrong, "first": "hôm qua"}, {"done": "x"}):
        assert "Số chưa đúng" in hoa.post("/ban/so-lieu/so-hoa", data={**form, **broken}).text


def test_columns_stand_in_the_order_of_time() -> None:
    drawn = columns("Câu hỏi & trả lời", [Line("tháng 10/2026", 1200), Line("tháng 11/2026", 0)], ["T10", "T11"])
    assert "<title>Câu hỏi &amp; trả lời</title><desc>tháng 10/2026: 1.200; tháng 11/2026: 0</desc>" in drawn
    assert [float(x) for x in re.findall(r'<rect [^>]*height="([\d.]+)"', drawn)] == [110.0, 1.0]
    assert re.findall(r">([^<>]+)</text>", drawn) == ["1.200", "T10", "0", "T11"]


def test_months_are_drawn_once_there_are_two(office: Office) -> None:
    office.employs("Ba", "lead")
    asked(office, 3)
    lead = office.signs_in("Ba")
    assert "Câu hỏi qua từng tháng" not in lead.get("/ban/so-lieu").text
    today = now().date()
    with office.hall.app.store.write() as session:
        session.add(Tally(day=today - timedelta(days=45), outcome="answered", topic="khai-sinh", number=40))
    page = lead.get("/ban/so-lieu").text
    assert "Câu hỏi qua từng tháng" in page
    assert re.search(r"<desc>tháng [\d/]+: 40; ", page)
