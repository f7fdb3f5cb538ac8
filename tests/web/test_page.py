"""The chat page in a real Chromium, on a phone 360 px wide."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.web.conftest import Site

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
QUESTION = "lam khai sinh cho be can giay to gi"


def ask(page: Page, text: str = QUESTION) -> None:
    page.get_by_role("textbox", name="Anh/chị cần hỏi gì?").fill(text)
    page.get_by_role("button", name="Gửi", exact=True).click()


def answers(page: Page, text: str) -> None:
    expect(page.locator(".bot").last).to_contain_text(text)


def test_a_question_is_answered_and_a_button_leads_on(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.locator(".bot").last.get_by_role("button", name="Tốn bao nhiêu tiền").click()
    answers(page, "8.000 đồng")


def test_it_works_as_a_plain_form_without_script(open_page: OpenPage) -> None:
    page = open_page(script=False)
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.locator(".bot").last.get_by_role("button", name="Tốn bao nhiêu tiền").click()
    answers(page, "8.000 đồng")
    page.get_by_role("button", name="Chữ to").click()
    answers(page, "8.000 đồng")
    assert page.locator("html.large").count() == 1


def test_the_conversation_survives_a_reload_and_a_restart(open_page: OpenPage, page_site: Site) -> None:
    page = open_page()
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.reload()
    answers(page, "Giấy chứng sinh")
    port = page_site.port
    page_site.stop()
    expect(page.locator("#state")).to_have_text("Mất mạng. Em sẽ nối lại, anh/chị đừng lo.", timeout=15_000)
    ask(page, "đăng ký kết hôn cần gì")  # typed while the server is away
    page_site.start(port)
    expect(page.locator(".bot").last).to_contain_text("Đăng ký kết hôn", timeout=20_000)
    assert page.locator(".mine", has_text="đăng ký kết hôn cần gì").count() == 1


def test_what_was_said_in_another_window_arrives_here(open_page: OpenPage, page_site: Site) -> None:
    page = open_page()
    ask(page)
    answers(page, "Giấy chứng sinh")
    other = page.context.new_page()
    other.goto(page_site.url)
    ask(other, "đăng ký kết hôn")
    answers(page, "Đăng ký kết hôn")


def test_forgetting_empties_the_page(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    answers(page, "chắc chưa")
    page.locator(".bot").last.get_by_role("button", name="Xóa hết").click()
    expect(page.locator(".bot")).to_have_count(1)
    answers(page, "đã xóa hết")
    assert QUESTION not in page.locator("#log").inner_text()


@pytest.mark.parametrize("large", [False, True])
def test_it_fits_a_phone_and_everything_can_be_read_and_hit(open_page: OpenPage, large: bool) -> None:
    page = open_page()
    if large:
        page.get_by_role("button", name="Chữ to").click()
    ask(page)
    answers(page, "Giấy chứng sinh")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    sizes = page.evaluate(
        """() => [...document.querySelectorAll('p, li, button, textarea, label, strong, h1')]
            .filter(e => e.offsetParent && e.textContent.trim())
            .map(e => [e.tagName, parseFloat(getComputedStyle(e).fontSize)])"""
    )
    assert min(size for _, size in sizes) >= (24 if large else 18), sizes
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('button, textarea')].filter(e => e.offsetParent)
            .map(e => [e.textContent, e.getBoundingClientRect().height, e.getBoundingClientRect().width])"""
    )
    assert all(height >= 44 and width >= 44 for _, height, width in boxes), boxes


def test_the_first_load_is_light_and_comes_from_here_alone(open_page: OpenPage, page_site: Site) -> None:
    page = open_page()
    page.wait_for_load_state("load")
    weights: dict[str, int] = page.evaluate(
        """() => Object.fromEntries(['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
            .filter(entry => !entry.name.includes('/events')).map(entry => [entry.name, entry.decodedBodySize]))"""
    )
    assert len(weights) >= 3
    assert all(url.startswith(page_site.url) for url in weights)
    assert sum(weights.values()) < 60_000, weights


@pytest.mark.parametrize("moment", ["first look", "after an answer", "large text"])
def test_axe_finds_nothing(open_page: OpenPage, moment: str) -> None:
    page = open_page()
    if moment != "first look":
        ask(page)
        answers(page, "Giấy chứng sinh")
    if moment == "large text":
        page.get_by_role("button", name="Chữ to").click()
        answers(page, "Giấy chứng sinh")
    # axe is injected past the page's own policy; the page itself runs under it.
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.type("đăng ký kết hôn cần gì")
    page.keyboard.press("Enter")
    answers(page, "Tờ khai đăng ký kết hôn")
    page.locator(".bot").last.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".mine")).to_have_count(2)


def test_a_guide_is_walked_by_keyboard_alone_and_every_step_has_its_picture(open_page: OpenPage) -> None:
    page = open_page()

    def choose(name: str) -> None:
        here = """name => { const e = document.activeElement;
            return e.textContent === name && e.closest('.bot') === [...document.querySelectorAll('.bot')].pop(); }"""
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate(here, name):
                return page.keyboard.press("Enter")
        raise AssertionError(f"the keyboard does not reach “{name}”")

    ask(page, "lập tài khoản vneid mức 2")
    answers(page, "Làm từng bước cùng em")
    for name, told in (
        ("Làm từng bước cùng em", "20 phút"),
        ("Bắt đầu", "Bước 1"),
        ("Đã có tin nhắn báo duyệt", "Bước 2"),
        ("Đã cài xong", "Bước 3"),
        ("Xong, bước tiếp", "Bước 4"),
    ):
        choose(name)
        answers(page, told)
    pictures = page.locator(".bot img")
    expect(pictures).to_have_count(4)
    for picture in pictures.all():
        assert (picture.get_attribute("alt") or "").startswith("Hình: ")
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("e => e.naturalWidth") == 360
        assert picture.bounding_box()["width"] > 290  # type: ignore[index]
    assert page.locator(".bot").last.evaluate("e => e.innerText.indexOf('Bước 4')") >= 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_paper_shows_only_the_conversation(open_page: OpenPage) -> None:
    page = open_page()
    ask(page)
    answers(page, "Giấy chứng sinh")
    page.emulate_media(media="print")
    assert not page.locator("#ask").is_visible()
    assert not page.locator(".choices").last.is_visible()
    assert page.locator(".bot").last.is_visible()


def test_nothing_a_person_types_becomes_markup(open_page: OpenPage) -> None:
    page = open_page()
    nasty = '<img src=x onerror="document.title=1"> **đậm** [a](javascript:alert(1))'
    ask(page, nasty)
    expect(page.locator(".mine").last).to_contain_text("<img src=x")
    assert page.locator("#log img, #log a[href^=javascript]").count() == 0
    assert re.match("Cầu Số", page.title())


def test_a_wards_own_address_speaks_for_that_ward(open_page: OpenPage) -> None:
    page = open_page("/p/phuong-ha-tu")
    expect(page.locator("header")).to_contain_text("Phường Hà Tu")
    ask(page, "địa chỉ ủy ban phường")
    answers(page, "Hà Phong")
