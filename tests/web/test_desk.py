"""The desk in Chromium on a phone: by keyboard, live, without a violation that axe finds."""

# ruff: noqa: F811

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.desk.conftest import PASSWORD, Office, office  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = (
    "",
    "/hen",
    "/cau-hoi",
    "/nguoi",
    "/nguoi/1",
    "/thong-bao",
    "/so-lieu",
    "/thong-bao/viet",
    "/kho?cau=tam+tru",
    "/ho-so",
    "/suc-khoe",
    "/nhat-ky",
    "/phieu/1",
)


@pytest.fixture
def phone(office: Office, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Signed in as somebody, at 360 px; what the console complains about fails the test."""
    contexts, complaints = [], []

    def opened(name: str) -> Page:
        context = browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{office.site.url}/ban")
        page.get_by_label("Họ tên").fill(name)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_role("button", name="Vào").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Phiếu")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


def test_every_page_fits_a_phone_and_axe_finds_nothing(office: Office, phone: Callable[[str], Page]) -> None:
    office.employs("Hoa", "operator", "Khu phố 1")
    office.hall.says("bà Tư", "xin giấy ngắm sao băng")
    office.hall.says("bà Tư", "gặp người thật")
    page = phone("Hoa")
    page.get_by_role("button", name="Nhận phiếu").click()
    for path in ("", *PAGES):
        page.goto(f"{office.site.url}/ban{path}")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 360, f"{path}: {wide} px"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{path}\n{found.generate_report()}"
        small = page.evaluate(
            "[...document.querySelectorAll('button, nav a, summary')].filter(e => e.offsetParent)"
            ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.textContent)"
        )
        assert small == [], path


def test_a_new_ticket_and_new_words_appear_by_themselves(office: Office, phone: Callable[[str], Page]) -> None:
    office.employs("Lan", area="Khu phố 1")
    page = phone("Lan")
    expect(page.get_by_text("Phiếu 1, Khu phố 1")).to_have_count(0)
    office.hall.says("bà Tư", "gặp người thật")
    expect(page.get_by_text("Phiếu 1, Khu phố 1")).to_be_visible(timeout=10_000)
    page.get_by_role("button", name="Nhận phiếu").click()
    words = page.get_by_label("Nhắn cho bà con")
    words.fill("Cháu đang gõ dở")
    office.hall.says("bà Tư", "may no bao loi gi do")
    expect(page.get_by_text("may no bao loi gi do")).to_be_visible(timeout=10_000)
    expect(words).to_have_value("Cháu đang gõ dở")


def test_a_ticket_is_answered_and_closed_by_keyboard_alone(office: Office, phone: Callable[[str], Page]) -> None:
    office.employs("Lan", area="Khu phố 1")
    office.hall.says("bà Tư", "gặp người thật")
    page = phone("Lan")

    def tab_to(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(document.activeElement.textContent || '').trim()") == name:
                return
            if page.evaluate("document.activeElement.labels && document.activeElement.labels[0]?.textContent") == name:
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("Nhận phiếu")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_have_text("Anh/chị đã nhận phiếu.")
    tab_to("Nhắn cho bà con")
    page.keyboard.type("Cô bấm nút đỏ nhé")
    tab_to("Gửi bà con")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã gửi bà con")).to_be_visible()
    tab_to("Xong phiếu")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Đã đóng phiếu")).to_be_visible()
    office.hall.app.relay.hand_over()
    assert "👤 Lan: Cô bấm nút đỏ nhé" in office.hall.hears("bà Tư")
