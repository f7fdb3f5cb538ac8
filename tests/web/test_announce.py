"""Announcements on the desk in Chromium on a phone: written, previewed, approved by a second person."""

# ruff: noqa: F811

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.desk.conftest import Office, office  # noqa: F401  a fixture
from tests.web.test_desk import phone  # noqa: F401  a fixture

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def fits(page: Page) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 360, f"{page.url}: {wide} px"
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    small = page.evaluate(
        "[...document.querySelectorAll('button, nav a, summary')].filter(e => e.offsetParent)"
        ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.textContent)"
    )
    assert small == [], page.url


def test_an_announcement_is_written_previewed_and_approved_on_a_phone(
    office: Office, phone: Callable[[str], Page]
) -> None:
    office.employs("Anh Ba", "lead", "Khu phố 1")
    office.employs("Hoa", "officer")
    office.hall.says("bà Tư", "chào em")
    ba = phone("Anh Ba")
    ba.get_by_role("link", name="Thông báo").click()
    fits(ba)
    ba.get_by_role("link", name="Viết thông báo").click()
    fits(ba)
    ba.get_by_label("Nội dung").fill("Sáng mai **cúp nước** ở cả phường từ 8 giờ.\nBà con trữ nước giúp.")
    ba.get_by_text("Nút 1").click()
    ba.get_by_label("Bấm vào thì mở").first.select_option("t:dang-ky-khai-sinh")
    ba.get_by_label("Chữ trên nút").first.fill("Khai sinh")
    fits(ba)
    ba.get_by_role("button", name="Lưu và xem trước").click()
    expect(ba.get_by_role("status")).to_have_text("Đã lưu.")
    expect(ba.get_by_label("Trang web")).to_contain_text("[Thôi nhận tin]")
    fits(ba)
    ba.get_by_role("button", name="Trình duyệt").click()
    hoa = phone("Hoa")
    hoa.get_by_role("link", name="Thông báo").click()
    hoa.get_by_role("link", name="Sáng mai").click()
    fits(hoa)
    hoa.get_by_role("button", name="Duyệt và gửi").click()
    expect(hoa.get_by_role("status")).to_have_text("Đã duyệt.")
    expect(hoa.get_by_role("button", name="Tạm ngưng")).to_be_visible()
    fits(hoa)
