"""Who wants announcements: one word to have none, a wish for a topic or one's own khu phố."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.store.announce_tables import NewsRefusal
from handlers.states import InGuide
from handlers.turn import Incoming
from tests.announce.conftest import TELEGRAM, Ward

ABOUT_BIRTH = "topic:dang-ky-khai-sinh"


def announced(ward: Ward, chat: str, audience: str = "all", **more: object) -> bool:
    """Whether a new announcement reaches this chat."""
    ward.hears(chat)
    ward.announces(audience=audience, **more)
    ward.look()
    return "Mai cúp nước" in ward.hears(chat)


@pytest.mark.parametrize("word", ["dừng", "dung", "DỪNG", "Dừng.", "thôi nhận tin", "thoi nhan tin", "tắt thông báo"])
def test_one_word_after_an_announcement_ends_them_and_another_brings_them_back(ward: Ward, word: str) -> None:
    ward.says("bà Tư", "chào em")
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", word)
    assert "không gửi thông báo chung cho anh/chị nữa" in ward.hears("bà Tư")
    assert not announced(ward, "bà Tư")
    number = ward.announces()
    assert (ward.forecast(number).people, ward.forecast(number).refused) == (0, 1)
    ward.says("bà Tư", "nhận tin")
    assert announced(ward, "bà Tư")


def test_right_typed_with_diacritics_is_not_stop(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", "đúng")
    assert announced(ward, "bà Tư")


def test_stop_is_about_announcements_only_while_one_was_the_last_thing_told(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", "cám ơn em")
    ward.says("bà Tư", "dừng")
    assert announced(ward, "bà Tư")


def test_stop_in_a_guide_stops_the_guide(ward: Ward) -> None:
    ward.says("bà Tư", button="go:vneid-muc-2")
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", "dừng")
    assert "in_guide" not in ward.state("bà Tư").split('"memory"')[0]
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", button="go:vneid-muc-2")
    ward.says("bà Tư", "thôi nhận tin")
    assert InGuide("vneid-muc-2").kind in ward.state("bà Tư"), "the guide goes on"
    assert not announced(ward, "bà Tư")


def test_an_announcement_has_its_buttons_and_the_one_that_ends_it(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    ward.offered("bà Tư")
    links = [("Khai sinh", "t:dang-ky-khai-sinh"), ("Lịch cúp nước", "https://quangninh.gov.vn/lich")]
    ward.announces(buttons=links)
    ward.look()
    given = ward.offered("bà Tư")
    assert [one.label for one in given] == ["Khai sinh", "Nhận tin về việc này", "Thôi nhận tin"]
    ward.says("bà Tư", "2")
    assert "khai sinh" in ward.hears("bà Tư")
    assert announced(ward, "bà Tư", ABOUT_BIRTH)
    ward.says("bà Tư", button=given[2].value)
    assert not announced(ward, "bà Tư", ABOUT_BIRTH)


def test_followers_of_a_topic_are_who_said_so(ward: Ward) -> None:
    ward.says("bà Tư", "nhận tin về khai sinh")
    assert "về việc nào" in ward.hears("bà Tư"), "there are several"
    ward.says("bà Tư", button=f"tb:ve:{ABOUT_BIRTH}")
    assert "Dạ, có tin về việc này" in ward.hears("bà Tư")
    ward.says("ông Năm", "chào em")
    ward.says("cô Ba", "nhận tin abc xyz")
    assert not announced(ward, "ông Năm", ABOUT_BIRTH)
    assert "Mai cúp nước" in ward.hears("bà Tư")
    assert "Mai cúp nước" not in ward.hears("cô Ba")


def test_a_khu_pho_are_who_chose_it_or_had_their_last_ticket_there(ward: Ward) -> None:
    for name, area in (("Lan", "Khu phố 1"), ("Cúc", "Khu phố 2")):
        ward.joins(name, "lead", area)
    ward.says("bà Tư", "nhận tin khu phố")
    assert [one.label for one in ward.offered("bà Tư")] == ["Khu phố 1", "Khu phố 2"]
    ward.says("bà Tư", "Khu phố 2")
    assert "Khu phố 2" in ward.hears("bà Tư")
    ward.says("ông Năm", "nhận tin khu phố 1")
    ward.says("cô Ba", "chào em")
    ward.says("chú Sáu", "gặp người thật")
    ward.says("chú Sáu", "Khu phố 2")
    ward.hears("chú Sáu")
    assert announced(ward, "bà Tư", "area:2")
    assert "cúp nước" in ward.hears("chú Sáu")
    assert "cúp nước" not in ward.hears("ông Năm") + ward.hears("cô Ba") + ward.hears("Lan") + ward.hears("Cúc")
    ward.says("bà Tư", "nhận tin khu phố 1")
    assert not announced(ward, "bà Tư", "area:2")


def test_a_refusal_counts_for_all_chats_of_a_person(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    ward.lives("máy kia", TELEGRAM, "p1")
    with ward.app.store.write() as session:
        session.merge(ward.conversation("bà Tư")).person = "p1"
    ward.says("máy kia", "thôi nhận tin", channel=TELEGRAM)
    assert not announced(ward, "bà Tư")
    ward.wait(minutes=1)
    ward.says("bà Tư", "nhận tin")
    assert announced(ward, "bà Tư")


def test_words_about_following_a_dossier_stay_what_they_were(ward: Ward) -> None:
    ward.says("bà Tư", "chào em")
    assert announced(ward, "bà Tư")
    ward.says("bà Tư", "thôi theo dõi")
    assert "chưa theo dõi hồ sơ nào" in ward.hears("bà Tư")
    assert announced(ward, "bà Tư")


def test_in_a_group_nobody_speaks_for_all(ward: Ward) -> None:
    said = Incoming(TELEGRAM, "-100", "1", ward.now, "thôi nhận tin", group=True)
    ward.app.engine.take(said)
    ward.app.engine.take(replace(said, message_id="2", text="", button="tb:thoi"))
    with ward.app.store.read() as session:
        assert session.scalars(select(NewsRefusal)).all() == []
