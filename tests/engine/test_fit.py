"""Cutting replies to a platform's size: nothing lost, nothing too long, nothing cut in an ugly place."""

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.contract import Limits, Outgoing
from bot.channels.fit import fit, split
from bot.store.payload import dump, load
from handlers.turn import Button, LinkPart, Outcome, PicturePart, Reply, TextPart

SENTENCES = st.lists(
    st.sampled_from(
        [
            "Nộp ở phường.",
            "Lệ phí 15.000 đồng.",
            "Xem https://dichvucong.gov.vn nhé.",
            "- một dòng\n- hai dòng\n",
            "\n\n",
        ]
    ),
    min_size=1,
    max_size=60,
).map(" ".join)


@given(SENTENCES, st.integers(min_value=60, max_value=400))
def test_no_piece_is_too_long_and_no_word_is_lost(text: str, limit: int) -> None:
    pieces = list(split(text, limit))
    assert all(len(piece) <= limit for piece in pieces)
    assert " ".join(pieces).split() == text.split()


@given(st.text("ăâđêôơư áàạ\u0301\u0323aeo.\n ", max_size=2000))
def test_strange_text_fits_too(text: str) -> None:
    for message in fit(Reply(Outcome.DONE, (TextPart(text),)), Limits(text=50, buttons=0)):
        assert isinstance(message.part, TextPart)
        assert len(message.part.text) <= 50
        assert unicodedata.is_normalized("NFC", message.part.text)


def test_a_number_or_a_link_is_never_cut() -> None:
    text = "Anh/chị gọi 1900 0368 hoặc xem https://dichvucong.gov.vn/tra-cuu-ho-so để biết thêm. " * 8
    for piece in split(text, 90):
        assert re.findall(r"https?://\S*", piece) in ([], ["https://dichvucong.gov.vn/tra-cuu-ho-so"])


def test_buttons_hang_on_the_last_message_and_become_numbers_where_there_are_none() -> None:
    buttons = (Button("Giấy tờ", "a"), Button("Lệ phí", "b"))
    reply = Reply(Outcome.DONE, (TextPart("một. " * 60),), buttons)
    with_buttons = fit(reply, Limits(text=100, buttons=5))
    assert [bool(message.buttons) for message in with_buttons][-2:] == [False, True]
    without = fit(reply, Limits(text=100, buttons=0))
    assert not any(message.buttons for message in without)
    assert isinstance(without[-1].part, TextPart)
    assert "1. Giấy tờ\n2. Lệ phí" in without[-1].part.text


def test_a_text_that_fits_stands_under_its_picture_and_a_longer_one_follows_it() -> None:
    picture = PicturePart("/pictures/g/s.svg", "Hình: bước 1")
    step = Reply(Outcome.GUIDE_STEP, (picture, TextPart("Bước 1"), TextPart("Mở máy.")), (Button("Xong", "x"),))
    (only,) = fit(step, Limits(text=100, buttons=5, caption=60))
    assert (only.part, only.caption, only.buttons) == (picture, "Bước 1\n\nMở máy.", step.buttons)
    shown, said = fit(step, Limits(text=100, buttons=5, caption=10))
    assert (shown.part, shown.caption, shown.buttons) == (picture, "", ())
    assert (said.part, said.buttons) == (TextPart("Bước 1\n\nMở máy."), step.buttons)
    numbered = fit(step, Limits(text=100, buttons=0, caption=60))
    assert [message.caption for message in numbered] == ["Bước 1\n\nMở máy.\n\n1. Xong"]


def test_what_waits_in_the_outbox_comes_back_as_it_was() -> None:
    message = Outgoing(PicturePart("/pictures/g/s.svg", "Hình"), (Button("Xong", "x"),), "Bước 1")
    assert load(dump(message)) == message
    older = '{"kind":"picture","part":{"url":"/a.svg","alt":"Hình"},"buttons":[]}'
    assert load(older) == Outgoing(PicturePart("/a.svg", "Hình"))


def test_pictures_and_links_become_words_where_they_cannot_be_sent() -> None:
    reply = Reply(
        Outcome.DONE, (PicturePart("https://x.vn/a.png", "Màn hình đăng nhập"), LinkPart("https://x.vn", "Xem"))
    )
    (only,) = fit(reply, Limits(text=100, buttons=0, pictures=False))
    assert isinstance(only.part, TextPart)
    assert only.part.text == "Màn hình đăng nhập\n\nXem: https://x.vn"
