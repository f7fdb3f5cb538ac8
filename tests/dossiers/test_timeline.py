"""The picture of how far a dossier is: drawn from its address alone, for the page and for chat apps."""

import io
from datetime import date

import httpx
import pytest
from PIL import Image

from bot.library import Library
from bot.pictures import png
from handlers.ports import Status
from knowledge.timeline import STEPS, Timeline, place, svg, timeline_of, version
from tests.web.conftest import Site

LINE = Timeline("in_progress", date(2026, 11, 20), date(2026, 12, 3), True)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.UNKNOWN])
def test_every_status_has_its_place_and_its_picture(library: Library, status: Status) -> None:
    texts = library.current.content.texts
    line = Timeline(str(status), date(2026, 11, 20), None)
    assert timeline_of(line.name) == line
    assert 1 <= (place(status) or 0) <= len(STEPS)
    drawn = Image.open(io.BytesIO(png(svg(line, texts)))).convert("RGB")
    assert drawn.width == 720
    colours = {colour for _, colour in drawn.getcolors(1 << 20) or []}
    assert any(green > red + 20 and red < 60 for red, green, _ in colours) or status in ("not_accepted", "withdrawn")


def test_late_is_marked_and_said(library: Library) -> None:
    texts = library.current.content.texts
    assert "đã quá hẹn" in svg(LINE, texts)
    assert version(LINE, texts) != version(Timeline("in_progress", LINE.received, LINE.due), texts)


@pytest.mark.parametrize("name", ["", "x_0_0_0", "in_progress_261340_0_0", "sent_0_0_2", "in_progress", "sent_1_2_0"])
def test_other_names_are_none(name: str) -> None:
    assert timeline_of(name) is None


def test_on_the_page(page_site: Site) -> None:
    with httpx.Client(base_url=page_site.url) as client:
        answer = client.get(f"/tien-do/{LINE.name}.svg")
        assert answer.headers["content-type"].startswith("image/svg+xml")
        assert client.get(f"/tien-do/{LINE.name}.png").content.startswith(b"\x89PNG")
        assert client.get("/tien-do/../secret.svg").status_code == 404
        assert client.get("/tien-do/x.svg").status_code == 404
    assert page_site.app
    photo = page_site.app.pictures.photo(f"/tien-do/{LINE.name}.svg?v=1")
    assert photo is not None
    assert len(photo) < 40_000
