"""One's own data behind a link: what it gives, to whom, and when it gives nothing; on both databases."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime

import httpx
import pytest

from bot.app import App, build, site
from bot.library import Library
from bot.settings import Settings
from tests.conftest import KEY
from tests.doubles.telegram import serving
from tests.tickets.hall import Hall


@pytest.fixture
def hall(database_url: str, library: Library) -> Iterator[Hall]:
    def start(clock: Callable[[], datetime]) -> App:
        given = {"secret_key": KEY, "place": "phuong-ngo-quyen", "public_url": "https://a.vn"}
        return build(Settings(database_url=database_url, **given), library, clock)  # type: ignore[arg-type]

    made = Hall(start)
    yield made
    made.close()


@pytest.fixture
def client(hall: Hall) -> Iterator[httpx.Client]:
    stop = asyncio.Event()
    with serving(site(hall.app, stop)) as address, httpx.Client(base_url=address) as visitor:
        yield visitor
        stop.set()


def link(hall: Hall, chat: str) -> str:
    hall.says(chat, "dữ liệu của tôi", channel="web")
    assert "cmd:ban-sao" in [button.value for button in hall.offered(chat)]
    reply = hall.says(chat, button="cmd:ban-sao", channel="web")
    assert reply is not None
    return next(part.url for part in reply.parts if hasattr(part, "url")).removeprefix("https://a.vn")


def test_the_link_gives_ones_own_words_and_nobody_elses(hall: Hall, client: httpx.Client) -> None:
    hall.says("bà Tư", "dang ky tam tru can giay gi", channel="web")
    hall.says("ông Năm", "lam lai bang lai xe bi mat", channel="web")
    address = link(hall, "bà Tư")
    shown = client.get(address)
    assert shown.status_code == 200
    assert "dang ky tam tru can giay gi" in shown.text
    assert "bang lai xe" not in shown.text
    kept = client.get(f"{address}?tai=1")
    assert kept.text.startswith("Em đang giữ về anh/chị:")
    assert "dang ky tam tru can giay gi" in kept.text
    assert "cau-so-du-lieu-cua-toi.txt" in kept.headers["content-disposition"]
    for answer in (shown, kept):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
        assert "noindex" in answer.headers["x-robots-tag"]


def test_a_stale_or_forged_link_gets_a_clear_page(hall: Hall, client: httpx.Client) -> None:
    hall.says("bà Tư", "dang ky tam tru can giay gi", channel="web")
    address = link(hall, "bà Tư")
    forged = client.get(f"{address[:-3]}abc")
    hall.wait(minutes=16)
    for answer in (forged, client.get(address), client.get(f"{address}?tai=1")):
        assert answer.status_code == 410
        assert "lấy đường dẫn mới" in answer.text
        assert "tam tru" not in answer.text


def test_who_asked_to_be_forgotten_has_no_copy_any_more(hall: Hall, client: httpx.Client) -> None:
    hall.says("bà Tư", "dang ky tam tru can giay gi", channel="web")
    address = link(hall, "bà Tư")
    hall.says("bà Tư", "quên tôi đi", channel="web")
    hall.says("bà Tư", button="cmd:quen-that", channel="web")
    assert client.get(address).status_code == 410
    hall.says("bà Tư", "ket hon can giay gi", channel="web")
    assert "tam tru" not in client.get(address).text
