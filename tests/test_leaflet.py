"""Leaflets and posters: the PDF as a reader of its text, its fonts, and a camera looking at it find them."""

import io
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image, ImageOps
from typer.testing import CliRunner

from bot.cli import app

pytestmark = pytest.mark.skipif(
    shutil.which("pdftotext") is None and not os.environ.get("CAUSO_NO_SKIP"), reason="needs poppler-utils"
)
ADDRESS = "https://causo.example.vn"
SHEETS = [(key, size) for key in ("dang-ky-khai-sinh", "vneid-muc-2", "dang-ky-tam-tru") for size in ("A4", "A5")]
WIDTHS = {"A4": 595, "A5": 420, "A3": 842}  # points


@pytest.fixture(autouse=True)
def _address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CAUSO_PUBLIC_URL", ADDRESS)
    monkeypatch.setenv("CAUSO_TELEGRAM_NAME", "causo_bot")
    monkeypatch.setenv("CAUSO_CACHE_DIR", str(tmp_path / "cache"))


def made(tmp_path: Path, *arguments: str) -> Path:
    out = tmp_path / "sheet.pdf"
    result = CliRunner().invoke(app, [*arguments, "--place", "phuong-ngo-quyen", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert result.stdout.strip() == str(out)
    return out


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def pages(file: Path) -> list[Image.Image]:
    run("pdftoppm", "-r", "110", "-png", str(file), str(file.with_suffix("")))
    return [Image.open(path).convert("L") for path in sorted(file.parent.glob("sheet-*.png"))]


@pytest.mark.parametrize(("key", "size"), SHEETS)
def test_a_leaflet_reads_looks_and_links_right(tmp_path: Path, key: str, size: str) -> None:
    file = made(tmp_path, "leaflet", key, "--size", size)
    text = " ".join(run("pdftotext", "-layout", str(file), "-").split())
    assert "46 Lê Lai" in text
    assert "02253.666.122" in text
    assert re.search(r"Kiểm tra ngày \d\d/\d\d/2026", text)
    assert "**" not in text
    fonts = run("pdffonts", str(file)).splitlines()[2:]
    assert fonts
    assert all(re.search(r"\byes\s+(yes|no)\s+yes\b", line) for line in fonts), fonts  # embedded, and mapped to letters
    assert abs(float(re.search(r"Page size:\s+([\d.]+)", run("pdfinfo", str(file)))[1]) - WIDTHS[size]) < 1  # type: ignore[index]
    looked = pages(file)
    for page in looked:
        left, _, right, _ = ImageOps.invert(page).point(lambda value: value if value > 60 else 0).getbbox()
        assert left > page.width * 0.04
        assert right < page.width * 0.96
    found = [code.text for code in zxingcpp.read_barcodes(looked[0])]
    assert found == [f"{ADDRESS}/p/phuong-ngo-quyen/m/{key}"]


def test_a_topic_tells_papers_fee_and_steps(tmp_path: Path) -> None:
    text = " ".join(run("pdftotext", str(made(tmp_path, "leaflet", "dang-ky-khai-sinh")), "-").split())
    for words in ("Làm giấy khai sinh cho bé", "Giấy tờ phải nộp", "Giấy chứng sinh", "8.000 đồng", "Các bước", "1."):
        assert words in text
    assert "https://t.me/causo_bot?start=dang-ky-khai-sinh" in text


def test_a_guide_shows_a_picture_and_the_troubles_of_every_step(tmp_path: Path) -> None:
    from knowledge.load import load

    guide = load().guides["vneid-muc-2"]
    file = made(tmp_path, "leaflet", "vneid-muc-2")
    text = " ".join(run("pdftotext", str(file), "-").split())
    for number, step in enumerate(guide.steps, 1):
        assert f"Bước {number}. {step.title}" in text
        for trouble in step.troubles:
            assert f"“{trouble.seen}”" in text
    drawn = sum(step.screen is not None for step in guide.steps)
    assert len(run("pdfimages", "-list", str(file)).splitlines()) - 2 >= drawn


@pytest.mark.parametrize("size", ["A4", "A3"])
def test_a_poster_is_one_page_with_a_code_that_opens_the_chat(tmp_path: Path, size: str) -> None:
    file = made(tmp_path, "poster", "--size", size)
    looked = pages(file)
    assert len(looked) == 1
    assert [code.text for code in zxingcpp.read_barcodes(looked[0])] == [f"{ADDRESS}/p/phuong-ngo-quyen"]
    assert "mat can cuoc lam lai o dau" in run("pdftotext", str(file), "-")


def test_an_unknown_name_gets_what_is_near(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["leaflet", "dang-ky-khai-sin"])
    assert result.exit_code == 2
    assert "dang-ky-khai-sinh" in result.output
    result = CliRunner().invoke(app, ["leaflet", "dang-ky-khai-sinh", "--place", "phuong-khong-co"])
    assert result.exit_code == 2
    assert "phuong-ngo-quyen" in result.output


def test_every_topic_and_guide_makes_a_leaflet(tmp_path: Path) -> None:
    from bot.clock import now
    from bot.dossiers.table import NoDossiers
    from bot.leaflet import guide_leaflet, topic_leaflet
    from bot.library import Library
    from bot.links import Links
    from handlers.ports import Tools

    known = Library().current
    tools = Tools(known.content, known.reader, known.intent, NoDossiers())
    links = Links(ADDRESS)
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(picture, "PNG")
    for topic in known.content.procedures.values():
        assert topic_leaflet(tools, topic, None, now().date(), "A5", links).startswith(b"%PDF")
    for guide in known.content.guides.values():
        drawn = guide_leaflet(tools, guide, None, now().date(), "A5", links, lambda _: picture.getvalue())
        assert drawn.startswith(b"%PDF")
