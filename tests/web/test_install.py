"""The page on another site, as an app on the phone, without network; and one's own data behind a link."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from bot.errors import SettingsError
from bot.library import Library
from bot.settings import read_settings
from bot.store.connect import upgrade
from tests.doubles.telegram import serving
from tests.web.conftest import PHONE, Site
from tests.web.test_page import OpenPage, answers, ask


def test_the_first_words_say_who_runs_this_and_what_is_kept(page_site: Site) -> None:
    page = httpx.get(page_site.url).text
    assert "{" not in page.split('id="log"')[1].split("</main>")[0]
    assert "máy trả lời tự động của phường, xã" in page
    assert "180 ngày" in page
    ward = httpx.get(f"{page_site.url}/p/phuong-ngo-quyen").text
    assert "máy trả lời tự động của phường Ngô Quyền" in ward.replace("Phường", "phường")


def test_ones_own_data_is_behind_the_link_alone_and_gone_when_forgotten(page_site: Site) -> None:
    def say(client: httpx.Client, number: int, **form: str) -> str:
        client.post("/chat", data={**form, "message_id": f"message-{number}"})
        return client.get("/").text

    page_site.stop()
    page_site.settings["public_url"] = "https://a.example"
    page_site.start()
    with (
        httpx.Client(base_url=page_site.url, timeout=30) as mine,
        httpx.Client(base_url=page_site.url, timeout=30) as other,
    ):
        for client, said in ((mine, "làm khai sinh cần giấy gì"), (other, "đăng ký kết hôn cần gì")):
            first = client.post("/chat", data={"text": said, "message_id": "message-0"})
            cookie = first.headers["set-cookie"].split(";")[0]  # only for https, which the test does not speak
            client.headers["Cookie"] = cookie
        page = say(mine, 1, button="cmd:ban-sao")
        path = re.findall(r"https://a\.example(/du-lieu/[\w.-]+)", page)[0]
        answer = httpx.get(page_site.url + path)
        assert "làm khai sinh cần giấy gì" in answer.text
        assert "kết hôn cần gì" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-robots-tag"] == "noindex"
        kept = httpx.get(f"{page_site.url}{path}?tai=1")
        assert kept.headers["content-disposition"].startswith("attachment")
        assert "làm khai sinh cần giấy gì" in kept.text
        assert httpx.get(f"{page_site.url}{path[:-2]}xx").status_code == 410
        say(mine, 2, button="cmd:quen-that")
        gone = httpx.get(page_site.url + path)
        assert gone.status_code == 410
        assert "khai sinh" not in gone.text


@pytest.mark.parametrize("place", ["", "/p/phuong-ngo-quyen"])
def test_it_can_be_installed(page_site: Site, place: str, tmp_path: Path) -> None:
    page = httpx.get(page_site.url + (place or "/")).text
    address = re.findall(r'rel="manifest" href="([^"]+)"', page)[0]
    manifest = httpx.get(page_site.url + address).json()
    assert manifest["start_url"] == (place or "/")
    assert ("Ngô Quyền" in manifest["name"]) == bool(place)
    for icon in manifest["icons"]:
        picture = tmp_path / "icon.png"
        picture.write_bytes(httpx.get(page_site.url + icon["src"]).content)
        with Image.open(picture) as opened:
            assert f"{opened.width}x{opened.height}" == icon["sizes"]
    assert httpx.get(f"{page_site.url}/icon-9999.png").status_code == 404
    assert httpx.get(f"{page_site.url}/p/khong-co/manifest.webmanifest").status_code == 404


@pytest.mark.browser
def test_without_network_there_is_whom_to_call_and_the_last_list(open_page: OpenPage, page_site: Site) -> None:
    page = open_page("/p/phuong-ngo-quyen")
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.locator(".bot").last.get_by_role("button", name="Đánh dấu từng giấy").click()
    answers(page, "Còn")
    page.wait_for_function(
        "navigator.serviceWorker.controller && caches.match('/p/phuong-ngo-quyen/ngoai-tuyen').then(Boolean)"
    )
    port = page_site.port
    page_site.stop()
    page.goto(f"http://127.0.0.1:{port}/p/phuong-ngo-quyen")
    expect(page.get_by_role("heading", name="Máy đang mất mạng")).to_be_visible()
    expect(page.get_by_role("link", name="02253.666.122")).to_have_attribute("href", "tel:02253666122")
    expect(page.locator("#list")).to_contain_text("Giấy chứng sinh")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert Axe().run(page).violations_count == 0
    page_site.start(port)
    page.get_by_role("link", name="Thử lại").click()
    answers(page, "Còn")
    page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    page.locator(".bot").last.get_by_role("button", name="Xóa hết").click()
    answers(page, "đã xóa hết")
    assert page.evaluate("localStorage.getItem('causo-list')") is None, "forgotten on the phone too"


@pytest.fixture
def framed(browser: Browser, tmp_path: Path, library: Library) -> Iterator[Callable[[bool], Page]]:
    """A ward's own site, on a name that is foreign to the page, with the one line on it."""
    url = f"sqlite:///{tmp_path / 'framed.sqlite3'}"
    upgrade(url)
    made, contexts = Site(url, library), []

    async def ward(request: object) -> HTMLResponse:
        line = f'<script src="{made.url}/embed.js" data-place="phuong-ngo-quyen" async></script>'
        return HTMLResponse(
            f'<!doctype html><html lang="vi"><title>Phường</title><h1>Trang của phường</h1>{line}</html>'
        )

    with serving(Starlette(routes=[Route("/", ward)])) as there:
        site = there.replace("127.0.0.1", "localhost")

        def opened(allowed: bool) -> Page:
            made.settings["frame_ancestors"] = site if allowed else "https://another.example"
            made.start()
            contexts.append(browser.new_context(viewport=PHONE, locale="vi-VN"))
            page = contexts[-1].new_page()
            page.goto(site)
            page.get_by_role("button", name="Hỏi thủ tục").click()
            return page

        yield opened
        for context in contexts:
            context.close()
        made.stop()


@pytest.mark.browser
def test_one_line_puts_it_on_the_wards_own_site(framed: Callable[[bool], Page]) -> None:
    page = framed(True)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".bot").first).to_contain_text("Ngô Quyền")
    for said, heard in (("lam khai sinh can giay gi", "Giấy chứng sinh"), ("le phi", "8.000 đồng")):
        frame.get_by_role("textbox").fill(said)
        frame.get_by_role("button", name="Gửi", exact=True).click()
        expect(frame.locator(".bot").last).to_contain_text(heard)
    button = page.get_by_role("button", name="Đóng lại")
    assert (button.bounding_box() or {})["height"] >= 56
    button.focus()
    page.keyboard.press("Escape")
    expect(page.locator("iframe")).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Hỏi thủ tục").click()
    expect(page.frame_locator("iframe").locator(".bot").last).to_contain_text("8.000 đồng")


@pytest.mark.browser
def test_any_other_site_cannot_frame_it(framed: Callable[[bool], Page]) -> None:
    page = framed(False)
    page.wait_for_timeout(1500)
    assert all("phuong-ngo-quyen" not in frame.url for frame in page.frames), "Chromium refused to show it"


@pytest.mark.parametrize("value", ["phuong.example", "https://a.example; script-src *", "*", "'unsafe-inline'"])
def test_framers_are_sites_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, value: str) -> None:
    monkeypatch.setenv("CAUSO_FRAME_ANCESTORS", value)
    with pytest.raises(SettingsError, match="CAUSO_FRAME_ANCESTORS"):
        read_settings(tmp_path)
