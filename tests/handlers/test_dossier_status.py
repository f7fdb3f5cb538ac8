"""What is said of a dossier, status by status, day by day."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from bot.clock import TIME_ZONE
from handlers.dossier import button
from handlers.dossier_status import shown
from handlers.ports import Dossier, Status, Tools
from handlers.states import Idle
from handlers.turn import Incoming, Memory, Profile, Reply, Turn
from knowledge.load import load
from tests.conftest import words

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=TIME_ZONE)  # a Wednesday, the day after a holiday
BIRTH = Dossier(
    "H24.12-261118-0007", "Đăng ký khai sinh", Status.IN_PROGRESS, "Đang xử lý", date(2026, 11, 18), date(2026, 11, 30),
    NOW, date(2026, 11, 19), "Bộ phận tư pháp",
)  # fmt: skip
CONTENT = load()


class One:
    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier

    def find(self, code: str) -> Dossier | None:
        return self.dossier if code == self.dossier.code else None

    def away(self, code: str) -> bool:
        return False


def tools(dossier: Dossier = BIRTH) -> Tools:
    return Tools(CONTENT, None, lambda text: None, One(dossier), "phuong-ngo-quyen")  # type: ignore[arg-type]


def turn(**incoming: str) -> Turn:
    return Turn(Incoming("console", "a", "1", NOW, **incoming), Idle(), Memory(), Profile(), NOW)  # type: ignore[arg-type]


def said(**changes: object) -> Reply:
    dossier = replace(BIRTH, **changes)  # type: ignore[arg-type]
    return shown(turn(), tools(dossier), dossier)


def test_status_since_when_who_holds_it_and_the_appointment() -> None:
    text = words(said())
    for expected in (
        "Việc: Đăng ký khai sinh",
        "**Đang giải quyết**",
        "Từ ngày: 19/11/2026",
        "Đang ở: Bộ phận tư pháp",
        "Nhận ngày: 18/11/2026",
        "Hẹn trả: thứ Hai, 30/11/2026, còn 3 ngày làm việc",
        "chưa phải làm gì",
        "Số liệu lúc 09:00 25/11/2026",
    ):
        assert expected in text


def test_working_days_over_leave_out_the_holiday_and_the_weekend() -> None:
    text = words(said(due_on=date(2026, 11, 20)))  # a Friday: Monday and today count, the 24th does not
    assert "thứ Sáu, 20/11/2026, đã quá 2 ngày làm việc" in text


def test_an_overdue_dossier_gets_the_rules_the_number_and_a_petition() -> None:
    dossier = replace(BIRTH, due_on=date(2026, 11, 20))
    reply = shown(turn(), tools(dossier), dossier)
    assert "Nghị định 224/2026/NĐ-CP, Điều 15" in words(reply)
    assert "02253.666.122" in words(reply)
    (tap,) = [item.value for item in reply.buttons if item.label == "Soạn sẵn đơn kiến nghị"]
    letter = button(turn(button=tap), tools(dossier))
    assert letter
    for expected in (
        "Kính gửi: Trung tâm phục vụ hành chính công phường Ngô Quyền",
        "H24.12-261118-0007, việc: Đăng ký khai sinh",
        "Hẹn trả: thứ Sáu, 20/11/2026",
        "quá hẹn 2 ngày làm việc",
        "nop-phan-anh-kien-nghi",
    ):
        assert expected in words(letter)


def test_the_office_is_not_blamed_while_it_waits_for_the_resident() -> None:
    for status in (Status.SUPPLEMENT, Status.PAY):
        reply = said(status=status, due_on=date(2026, 11, 20))
        assert "đã quá 2 ngày" in words(reply)
        assert "Soạn sẵn đơn kiến nghị" not in [item.label for item in reply.buttons]


def test_a_finished_dossier_is_never_late() -> None:
    text = words(said(status=Status.RETURNED, due_on=date(2026, 11, 20)))
    assert "quá" not in text
    assert "Đang ở" not in text


def test_silence_after_filing_is_named() -> None:
    reply = said(status=Status.SENT, due_on=None, status_since=None, received_on=date(2026, 11, 16))
    assert "6 ngày làm việc rồi mà chưa ai nhận" in words(reply)
    assert "Soạn sẵn đơn kiến nghị" in [item.label for item in reply.buttons]
    assert "chưa ai nhận" not in words(said(status=Status.SENT, due_on=None, received_on=date(2026, 11, 23)))


def test_what_is_missing_is_said_only_where_the_note_may_be_known() -> None:
    assert "Để giữ kín cho anh/chị" in words(said(status=Status.SUPPLEMENT))
    known = said(status=Status.SUPPLEMENT, note="bản chính giấy chứng sinh")
    assert "cần bổ sung: bản chính giấy chứng sinh" in words(known)
    assert "t:dang-ky-khai-sinh:giay-to" in [item.value for item in known.buttons]


def test_what_to_pay_and_where_to_fetch() -> None:
    pay = said(status=Status.PAY)
    assert "t:dang-ky-khai-sinh:le-phi" in [item.value for item in pay.buttons]
    ready = words(said(status=Status.READY))
    assert "46 Lê Lai" in ready
    assert "giấy tờ tùy thân" in ready


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.UNKNOWN])
def test_every_status_has_plain_words_and_a_next_step(status: Status) -> None:
    text = words(said(status=status))
    assert CONTENT.texts[f"status_{status}"] in text
    assert CONTENT.texts[f"next_{status}"] in text


def test_an_unknown_status_is_shown_word_for_word() -> None:
    assert "**Chờ ký số**" in words(said(status=Status.UNKNOWN, status_words="Chờ ký số"))


def test_an_empty_procedure_is_left_out() -> None:
    assert "Việc:" not in words(said(procedure=""))


def test_nobody_who_is_kept_waiting_is_told_to_wait() -> None:
    assert "chưa phải làm gì" not in words(said(due_on=date(2026, 11, 20)))
    assert "thường có tin nhắn báo" not in words(said(status=Status.SENT, due_on=None, status_since=date(2026, 11, 2)))


def test_an_appointment_on_a_day_off_counts_on_the_next_working_day() -> None:
    text = words(said(due_on=date(2026, 11, 24)))  # the holiday: due today
    assert "thứ Ba, 24/11/2026 (ngày nghỉ, tính sang thứ Tư, 25/11/2026), là hôm nay" in text
    assert "quá hẹn" not in text
    assert "Chủ nhật, 29/11/2026 (ngày nghỉ, tính sang thứ Hai, 30/11/2026), còn 3 ngày" in words(
        said(due_on=date(2026, 11, 29))
    )


def test_a_petition_about_a_dossier_of_the_police_is_for_them() -> None:
    dossier = replace(BIRTH, code="G01.839.909-261101-000007", due_on=date(2026, 11, 20))
    letter = button(turn(button="hs-don:G01.839.909-261101-000007"), tools(dossier))
    assert letter
    assert "Kính gửi: Cơ quan đã nhận hồ sơ (ngành Công an)" in words(letter)
