"""Numbers of people in free text, and numbers that are nobody's."""

import pytest

from bot.redact import redact
from knowledge.personal import find_personal


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("số căn cước của tôi 031099123456", "citizen"),
        ("999088000111 đây là số định danh của mẹ em", "citizen"),
        ("số chứng minh cũ 000123456", "citizen"),
        ("so bhxh 0099887766", "citizen"),
        ("mã thẻ DN4790012345678", "citizen"),
        ("số hộ chiếu của cháu X00001234", "citizen"),
        ("stk 0000123456789 ngân hàng nông nghiệp", "citizen"),
        ("visa 4000 1234 0000 9999 hạn 05/29", "card"),
        ("gọi em 0912 345 678", "phone"),
        ("sdt toi 0000 999 888", "phone"),
    ],
)
def test_somebodys_number_is_found_and_masked(text: str, kind: str) -> None:
    assert [item.kind for item in find_personal(text)] == [kind]
    assert not any(part.isdigit() and len(part) > 4 for part in redact(text).split())


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục 1.001193",
        "hồ sơ H31.22-251120-0012",
        "phạt 500.000 đến 1.000.000 đồng",
        "quá 60 ngày, sinh năm 2001",
        "gọi tổng đài 1900 0368",
        "hotline 02253.666.122",
        "bưu gửi EB123456789VN",
        "hộ chiếu 64 trang làm 8 ngày",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personal(text) == ()
