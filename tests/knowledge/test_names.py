"""What an editor may see of a message that somebody wrote."""

import pytest

from knowledge.names import hidden


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("con tên là nguyễn gia bảo", "con tên là …"),
        ("em tên Hoa muốn tách hộ", "em tên … muốn tách hộ"),
        ("giay cua tran thi be", "giay cua …"),
        ("chồng tôi là Nguyễn Văn Tám đi tù", "chồng tôi là … đi tù"),
        ("anh Tuấn ở công an bảo chờ", "anh … ở công an bảo chờ"),
        ("nhà ở Tân Phú mà làm ở đâu", "nhà ở … mà làm ở đâu"),
        ("sinh 12/3/1985 thì sao", "sinh … thì sao"),
        ("nhà 12/5 hẻm 3 có được không", "nhà … hẻm … có được không"),
        ("mã H24.12-261105-0007 tới đâu", "mã … tới đâu"),
        ("đăng nhập bằng hoa12ngoc mà không được", "đăng nhập bằng … mà không được"),
        ("gửi về ba.tu@mail.vn giúp", "gửi về … giúp"),
    ],
)
def test_who_and_where_are_hidden(said: str, shown: str) -> None:
    assert hidden(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "Đăng ký khai sinh cho bé cần giấy gì",
        "VNeID báo lỗi 1234 trên Zalo",
        "MẤT CĂN CƯỚC PHẢI LÀM SAO",
        "sang tên xe cho con",
        "tên cháu là gì cũng được à",
        "làm giấy tờ vẫn chưa xong",
    ],
)
def test_what_is_asked_stays(said: str) -> None:
    assert hidden(said) == said
