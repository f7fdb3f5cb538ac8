"""A resident and a member of the team, each in their own chat."""

from sqlalchemy import select, update

from bot.store.staff_tables import Staff
from bot.store.ticket_tables import Parcel, Ticket, TicketEntry
from tests.tickets.hall import Hall


def tickets(hall: Hall) -> list[Ticket]:
    with hall.app.store.read() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def helped(hall: Hall) -> None:
    """A ticket of bà Tư that Lan has taken."""
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "gặp người thật")
    hall.says("Lan", button="ve:nhan:1")
    hall.hears("Lan")
    hall.hears("bà Tư")


def test_without_a_team_there_is_the_wards_number(hall: Hall) -> None:
    hall.says("bà Tư", "gặp người thật")
    assert "Em đã báo" in hall.hears("bà Tư")
    assert tickets(hall) == []


def test_from_asking_to_closing(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "lam vneid muc 2 can gi")
    hall.hears("bà Tư")
    hall.says("bà Tư", "gap nguoi that")
    assert "Muộn nhất **09:30** thứ Tư" in hall.hears("bà Tư")
    asked = hall.hears("Lan")
    assert "Phiếu 1, Khu phố 1" in asked
    assert "vneid" not in asked.lower() or "lam vneid" not in asked, "never what was written"
    hall.says("Lan", "1")  # the number of the button, as in a channel without buttons
    assert "Anh/chị gõ gì em chuyển" in hall.hears("Lan")
    assert "Lan trong tổ công nghệ số" in hall.hears("bà Tư")
    hall.says("bà Tư", "may no bao loi chau oi, so cccd 001099012345")
    assert hall.hears("bà Tư") == "", "the bot is silent"
    heard = hall.hears("Lan")
    assert "may no bao loi chau oi" in heard
    assert "001099012345" not in heard
    hall.says("Lan", "Cô bấm nút màu đỏ nhé")
    assert hall.hears("bà Tư") == "👤 Lan: Cô bấm nút màu đỏ nhé"
    hall.says("Lan", button="ve:dong")
    hall.says("Lan", button="ve:dong:done")
    assert "việc đã xong" in hall.hears("bà Tư")
    hall.says("bà Tư", "dang ky tam tru")
    assert "tạm trú" in hall.hears("bà Tư").lower()
    done = tickets(hall)[0]
    assert (done.state, done.outcome) == ("closed", "done")
    assert done.first_reply_at is not None


def test_danger_and_secrets_are_answered_all_the_same(hall: Hall) -> None:
    helped(hall)
    hall.says("bà Tư", "chay nha roi cuu voi")
    assert "114" in hall.hears("bà Tư")
    hall.says("bà Tư", "ma otp cua toi la 482913")
    assert "đừng gửi mật khẩu" in hall.hears("bà Tư")
    assert "482913" not in hall.hears("Lan")


def test_huy_gives_the_bot_back_and_tells_the_member(hall: Hall) -> None:
    helped(hall)
    hall.says("bà Tư", "hủy")
    assert "không cần người giúp nữa" in hall.hears("bà Tư")
    assert "bà con không cần nữa" in hall.hears("Lan")
    hall.says("Lan", "cô ơi")
    assert "Phiếu này đã xong" in hall.hears("Lan") or "idle" in hall.state("Lan")
    assert hall.hears("bà Tư") == ""


def test_who_knows_the_matter_hears_that_it_is_theirs(hall: Hall) -> None:
    for name, skills in (("Lan", "VNeID, hộ tịch"), ("Minh", "Đất đai"), ("Tám", "")):
        hall.joins(name, area="Khu phố 1")
        with hall.app.store.write() as session:
            session.execute(update(Staff).where(Staff.name == name).values(skills=skills))
    hall.says("bà Tư", "lam khai sinh can giay gi")
    hall.says("bà Tư", "gặp người thật")
    heard = {name: hall.hears(name) for name in ("Lan", "Minh", "Tám")}
    assert all("Phiếu 1" in said for said in heard.values())
    assert [name for name, said in heard.items() if "đúng phần anh/chị rành" in said] == ["Lan"]
    hall.says("ông Năm", "cách kích hoạt vneid mức 2")
    hall.says("ông Năm", button="g:vneid-muc-2")
    hall.says("ông Năm", "gặp người thật")
    assert "đúng phần anh/chị rành" in hall.hears("Lan"), "the guide somebody is stuck at"


def test_two_claims_one_hears_who_was_faster(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.joins("Minh", area="Khu phố 1")
    hall.says("bà Tư", "gặp người thật")
    assert "Phiếu 1" in hall.hears("Lan")
    assert "Phiếu 1" in hall.hears("Minh")
    hall.says("Minh", button="ve:nhan:1")
    hall.hears("Minh")
    hall.says("Lan", button="ve:nhan:1")
    assert "Minh đã nhận" in hall.hears("Lan")
    hall.says("Lan", "cháu nghe đây")
    hall.hears("bà Tư")
    hall.says("Minh", "dạ cháu đây")
    assert hall.hears("bà Tư") == "👤 Minh: dạ cháu đây"


def test_passed_on_with_the_story(hall: Hall) -> None:
    helped(hall)
    hall.joins("Minh", area="Khu phố 1")
    hall.says("bà Tư", "man hinh trang tinh")
    hall.says("Lan", button="ve:ghi")
    hall.says("Lan", "bà dùng máy cũ")
    hall.says("Lan", button="ve:chuyen")
    hall.says("Lan", button="ve:chuyen:2")
    assert "Lan chuyển phiếu này" in hall.hears("Minh")
    assert "bà dùng máy cũ" not in hall.hears("bà Tư")
    hall.says("Minh", button="ve:mo:1")
    story = hall.hears("Minh")
    assert "man hinh trang tinh" in story
    assert "Lan (ghi chú trong tổ): bà dùng máy cũ" in story
    hall.says("Lan", "còn gì nữa không ạ")
    assert "👤 Lan" not in hall.hears("bà Tư")


def test_an_officer_approves_before_it_is_sent(hall: Hall) -> None:
    helped(hall)
    hall.joins("Chị Hoa", role="officer")
    hall.says("Lan", button="ve:duyet")
    hall.says("Lan", "Trường hợp này miễn lệ phí")
    asked = hall.hears("Chị Hoa")
    assert "Lan nhờ duyệt" in asked
    assert hall.hears("bà Tư") == ""
    hall.says("Chị Hoa", "1")
    assert "👤 Lan: Trường hợp này miễn lệ phí" in hall.hears("bà Tư")
    assert "đã duyệt" in hall.hears("Lan")
    hall.hears("Chị Hoa")
    hall.says("Chị Hoa", button="ve:ok:99999")
    assert "đã có người quyết" in hall.hears("Chị Hoa")
    assert hall.hears("bà Tư") == ""


def test_nobody_answers_so_it_goes_up(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.joins("Anh Ba", role="lead")
    hall.joins("Chị Hoa", role="officer")
    hall.says("bà Tư", "gặp người thật")
    hall.hears("bà Tư")
    assert hall.hears("Anh Ba") == ""
    hall.wait(minutes=31)
    assert "quá giờ hẹn" in hall.hears("Anh Ba")
    assert "chưa kịp trả lời" in hall.hears("bà Tư")
    hall.wait(minutes=31)
    assert "quá giờ hẹn" in hall.hears("Chị Hoa")
    assert hall.hears("bà Tư") == "", "one apology is enough"
    hall.says("Chị Hoa", button="ve:nhan:1")
    hall.says("Chị Hoa", "Tôi đây ạ")
    hall.hears("Chị Hoa")
    hall.wait(minutes=300)
    assert hall.hears("Chị Hoa") == ""


def test_taken_and_silent_is_free_again(hall: Hall) -> None:
    helped(hall)
    hall.joins("Anh Ba", role="lead")
    hall.wait(minutes=31)
    assert "quá giờ hẹn" in hall.hears("Anh Ba")
    hall.says("Anh Ba", button="ve:nhan:1")
    hall.hears("Lan")
    hall.says("Lan", "cháu đây")
    assert "👤 Lan" not in hall.hears("bà Tư")


def test_at_night_a_number_can_be_left_and_only_the_holder_sees_it(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.now = hall.now.replace(hour=22)
    hall.says("bà Tư", "gặp người thật")
    told = hall.hears("bà Tư")
    assert "Giờ này không có người trực" in told
    assert "07:30" in told
    hall.says("bà Tư", button="nh:so")
    hall.says("bà Tư", "0912345678")
    assert "Em đã ghi số" in hall.hears("bà Tư")
    assert "0912345678" not in hall.hears("Lan")
    with hall.app.store.read() as session:
        assert "0912345678" not in str([(row.number, row.why) for row in session.scalars(select(Ticket))])
        assert "0912345678" not in str([row.text for row in session.scalars(select(TicketEntry))])
    hall.says("Lan", button="ve:nhan:1")
    assert "0912345678" in hall.hears("Lan")
    hall.says("Lan", button="ve:dong:done")
    assert tickets(hall)[0].number is None


def test_old_messages_are_shown_only_when_the_resident_says_so(hall: Hall) -> None:
    hall.joins("Lan", area="Khu phố 1")
    hall.says("bà Tư", "lam khai sinh cho chau")
    hall.says("bà Tư", "me no ten Lan, 0912345678 do")
    hall.says("bà Tư", "gặp người thật")
    hall.says("Lan", button="ve:nhan:1")
    assert "khai sinh cho chau" not in hall.hears("Lan")
    hall.says("bà Tư", button="nh:xem")
    shown = hall.hears("Lan")
    assert "lam khai sinh cho chau" in shown
    assert "0912345678" not in shown


def test_what_the_bot_knows_is_put_in_with_a_tap(hall: Hall) -> None:
    helped(hall)
    hall.says("Lan", "/tra đăng ký tạm trú")
    assert hall.hears("bà Tư") == ""
    hall.says("Lan", button="ve:gui:dang-ky-tam-tru")
    assert "tạm trú" in hall.hears("bà Tư").lower()
    hall.says("Lan", button="ve:giay:dang-ky-khai-sinh")
    assert "Giấy tờ cần mang" in hall.hears("bà Tư")
    hall.says("Lan", button="ve:mau:a")
    assert "Cô chú chờ cháu" in hall.hears("bà Tư")


def test_a_crash_between_two_people_loses_nothing(hall: Hall) -> None:
    helped(hall)
    hall.app.relay.hand_over = lambda: 0  # type: ignore[method-assign]  # the process dies before it hands over
    hall.says("bà Tư", "con nghe day")
    hall.says("Lan", "dạ")
    assert hall.hears("Lan") == hall.hears("bà Tư") == ""
    hall.crash()
    assert hall.app.relay.hand_over() == 2
    assert "con nghe day" in hall.hears("Lan")
    assert "👤 Lan: dạ" in hall.hears("bà Tư")
    assert hall.app.relay.hand_over() == 0
    with hall.app.store.read() as session:
        assert session.scalars(select(Parcel)).all() == []


def test_forgetting_closes_the_ticket_and_keeps_only_numbers(hall: Hall) -> None:
    helped(hall)
    hall.says("bà Tư", "chi Nguyen Thi Tu day")
    hall.says("bà Tư", "/quen")
    hall.says("bà Tư", button="cmd:quen-that")
    with hall.app.store.read() as session:
        row = session.scalars(select(Ticket)).one()
        assert (row.state, row.conversation_id, row.outcome) == ("closed", None, "withdrawn")
        assert session.scalars(select(TicketEntry)).all() == []
    hall.says("Lan", "cô ơi")
    assert "Phiếu này đã xong" in hall.hears("Lan")
