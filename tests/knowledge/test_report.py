"""The report on the content: what it counts, and the page it makes."""

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.facts import dated, facts
from knowledge.load import load, read
from knowledge.report import report

ON = date(2026, 11, 24)


def test_it_counts_every_topic_and_every_fact_once() -> None:
    content = load()
    found = report(content, ON)
    assert found.topics == len(content.procedures)
    assert found.facts.total() == sum(1 for _, _, item in dated(content) for _ in facts(item))
    groups = {count.key: count.items for count in found.counts}
    assert groups["ho-tich"] == sum(topic.group == "ho-tich" for topic in content.procedures.values())


def test_it_looks_ninety_days_ahead() -> None:
    content = load()
    passport = [item for item in report(content, ON).expiring if item.file == "procedures/ho-chieu-pho-thong.yaml"]
    assert {(str(item.on), item.what) for item in passport} >= {("2026-12-31", "fee"), ("2026-12-31", "review")}
    assert all(item.on <= date(2027, 2, 22) for item in report(content, ON).expiring)
    far = {item.file for item in report(content, date(2026, 7, 1)).expiring}
    assert "procedures/ho-chieu-pho-thong.yaml" not in far


def test_it_says_what_the_ward_must_supply_and_where_sources_differ(folder: Path) -> None:
    found = report(read(folder)[0], ON)
    assert ("Phường Ngô Quyền", "hours") in {(gap.name, gap.about) for gap in found.to_supply}
    assert "Mức lệ phí khi làm quá hạn" in {gap.text for gap in found.ask_desk}
    assert any(gap.file == "procedures/dang-ky-khai-sinh.yaml" and gap.about == "fees" for gap in found.conflicts)
    assert any(gap.file == "procedures/dang-ky-khai-sinh.yaml" for gap in found.unknowns)


def test_the_command_prints_it_and_writes_a_page_that_needs_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    done = CliRunner().invoke(app, ["check", "--report", "--html", str(file), "--on", str(ON)])
    assert "Sắp hết hạn trong 90 ngày tới" in done.output
    assert str(file) in done.output.replace("\n", "")
    page = file.read_text(encoding="utf-8")
    assert page.startswith('<!doctype html>\n<html lang="vi">')
    assert not re.search(r"<link|<script|src=|@import|url\(", page)
    assert set(re.findall(r'href="([^"]+)"', page)) <= {f"#{key}" for key in re.findall(r'id="(\w+)"', page)}
    assert "<h2>Phường, tỉnh cần cung cấp</h2>" in page
    assert "Giờ làm việc" in page
    for leaked in ("{day}", "{text}", "None", "built-in", "report_"):
        assert leaked not in page, leaked


@pytest.mark.parametrize("file", ["texts/report.yaml", "procedures/dang-ky-khai-sinh.yaml"])
def test_broken_content_still_gives_a_report_that_names_the_fault(folder: Path, tmp_path: Path, file: str) -> None:
    (folder / file).write_text("a: [", encoding="utf-8")
    page = tmp_path / "report.html"
    done = CliRunner().invoke(app, ["check", "--html", str(page), "--on", str(ON), "--folder", str(folder)])
    assert done.exit_code == 1
    assert f"<li>{file}:" in page.read_text(encoding="utf-8")
