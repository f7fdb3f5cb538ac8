"""Short links and leaflets of the page, in a real Chromium."""

from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.web.conftest import Site

OpenPage = Callable[..., Page]


@pytest.mark.browser
def test_a_short_link_starts_once_and_a_reload_does_not_repeat(open_page: OpenPage, page_site: Site) -> None:
    page = open_page()
    page.goto(f"{page_site.url}/m/dang-ky-khai-sinh")
    expect(page.locator(".bot").last).to_contain_text("Đăng ký khai sinh")
    assert page.locator(".mine").last.inner_text().endswith("Làm giấy khai sinh cho bé")
    assert page.url == f"{page_site.url}/"
    page.reload()
    expect(page.locator(".mine")).to_have_count(1)


@pytest.mark.browser
def test_without_script_a_short_link_shows_one_button(open_page: OpenPage, page_site: Site) -> None:
    page = open_page(script=False)
    page.goto(f"{page_site.url}/p/phuong-ngo-quyen/m/vneid-muc-2")
    page.locator("#begin").get_by_role("button", name="Lập VNeID mức 2").click()
    expect(page.locator(".bot").last).to_contain_text("Mất chừng 20 phút")
    assert page.locator("#begin").count() == 0


def test_the_leaflet_is_served_and_an_unknown_one_is_not_found(page_site: Site) -> None:
    with httpx.Client(base_url=page_site.url) as client:
        answer = client.get("/to-roi/vneid-muc-2.pdf")
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert client.get("/p/phuong-ngo-quyen/to-roi/dang-ky-tam-tru.pdf").status_code == 200
        assert client.get("/to-roi/khong-co.pdf").status_code == 404
        assert client.get("/m/khong-co").status_code == 404
