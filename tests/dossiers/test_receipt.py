"""The receipt's code from a photo: turned, tilted and dimmed as phones do it; and what is never read out of one."""

import io
import random
import sqlite3
from pathlib import Path

import httpx
import numpy as np
import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from bot.dossiers.receipt import LARGEST, codes_in
from handlers.turn import Photographed
from tests.conftest import NOW
from tests.web.conftest import Site

CODE = "H24.12-261105-0007"
TODAY = NOW.date()


def qr(text: str) -> Image.Image:
    out = io.BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=8, border=4)
    return Image.open(out).convert("L")


def bars(text: str) -> Image.Image:
    made = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    image = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(made, scale=1))).convert("L")
    return image.resize((3 * image.width, 160), Image.Resampling.NEAREST)


def photographed(code: Image.Image, angle: float = 0, dim: float = 1, blur: float = 0, rotate: int = 1) -> bytes:
    """A sheet of paper with the code in a corner, as a JPEG with its EXIF orientation."""
    paper = Image.new("L", (1600, 2200), 245)
    draw = ImageDraw.Draw(paper)
    for line in range(12):
        draw.text((140, 700 + 60 * line), "GIAY TIEP NHAN HO SO VA HEN TRA KET QUA", fill=40)
    paper.paste(code, (160, 200))
    noise = random.Random(7)
    paper = paper.rotate(angle, expand=True, fillcolor=120).filter(ImageFilter.GaussianBlur(blur))
    paper = paper.point(lambda value: int(value * dim * 0.92 + noise.random() * 6))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = rotate
    paper.save(out, "JPEG", quality=82, exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("draw", [qr, bars])
@pytest.mark.parametrize(
    "how", [{}, {"angle": 90}, {"angle": 8}, {"dim": 0.45}, {"blur": 1.0}, {"rotate": 6}, {"angle": 180}], ids=str
)
def test_a_code_is_read_as_phones_photograph_it(draw, how) -> None:  # type: ignore[no-untyped-def]
    assert codes_in(photographed(draw(CODE), **how), TODAY) == Photographed((CODE,))


@pytest.mark.parametrize(
    "text",
    [
        f"https://dichvucong.example/tra-cuu?ma={CODE}",
        f"Mã hồ sơ: {CODE}; ngày hẹn 12/11/2026",
        "h24.12 - 261105 - 0007",
    ],
)
def test_a_code_among_other_words_of_the_qr(text: str) -> None:
    assert codes_in(photographed(qr(text)), TODAY).codes == (CODE,)


def test_two_receipts_in_one_photo() -> None:
    both = Image.new("L", (1000, 420), 255)
    both.paste(qr(CODE), (0, 0))
    both.paste(qr("H24.12-261110-0011"), (520, 0))
    assert set(codes_in(photographed(both), TODAY).codes) == {CODE, "H24.12-261110-0011"}


def test_a_citizen_card_is_known_for_one_and_nothing_of_it_is_told() -> None:
    card = qr("001099012345|012345678|Nguyễn Thị Tư|01011957|Nữ|Hải Phòng|01012022")
    assert codes_in(photographed(card), TODAY) == Photographed(card=True)


def test_no_code_and_no_picture() -> None:
    assert codes_in(photographed(Image.new("L", (10, 10), 255)), TODAY) == Photographed()
    for broken in (b"", b"no picture", b"\xff\xd8\xff\xe0 broken", photographed(qr(CODE))[:400], b"x" * (LARGEST + 1)):
        assert codes_in(broken, TODAY) == Photographed(readable=False)


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    assert codes_in(out.getvalue(), TODAY) == Photographed(readable=False)


def test_a_photo_on_the_page_is_answered_and_kept_nowhere(page_site: Site, tmp_path: Path) -> None:
    from bot.dossiers.table import load_sample

    assert page_site.app
    with page_site.app.store.write() as session:
        code = load_sample(session, page_site.app.engine.clock().date())[0]
    with httpx.Client(base_url=page_site.url, follow_redirects=True) as client:
        client.get("/")
        page = client.post("/anh", files={"photo": ("giay-hen.jpg", photographed(qr(code)), "image/jpeg")})
        assert code in page.text
        assert "Đăng ký khai sinh" in page.text
        page = client.post("/anh", files={"photo": ("x.jpg", b"broken", "image/jpeg")})
        assert "Em chưa mở được hình" in page.text
        card = photographed(qr("001099012345|012345678|Nguyễn Thị Tư|01011957|Nữ|Hải Phòng|01012022"))
        assert "đừng gửi ảnh căn cước" in client.post("/anh", files={"photo": ("c.jpg", card, "image/jpeg")}).text
        assert client.post("/anh", files={"photo": ("l.jpg", b"x" * (LARGEST + 200_000))}).status_code == 413
        foreign = client.post("/anh", files={"photo": ("x.jpg", b"x")}, headers={"Origin": "https://khac.example"})
        assert foreign.status_code == 403
    dump = "\n".join(sqlite3.connect(tmp_path / "web.sqlite3").iterdump())
    assert "001099012345" not in dump
    assert "Nguyễn Thị Tư" not in dump
