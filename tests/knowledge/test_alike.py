"""Like messages come together, and a short phrasing comes out of them."""

import pytest

from bot.library import Library
from knowledge.alike import alike, rarities
from knowledge.distil import distilled
from knowledge.understand import TopicReader, build_reader, known_texts
from knowledge.usage import Usage
from knowledge.worded import Worded, worded

LOUD = (
    "dạ cho em hỏi ai cho mượn loa kẹo kéo hát karaoke tới khuya ạ",
    "loa kẹo kéo hát karaoke ồn quá thì báo ai",
    "hat karaoke loa keo keo ca dem khong ngu duoc",
)
OTHERS = ("thả bóng bay khinh khí cầu dịp lễ", "nuôi trăn trong chuồng sau nhà", "ngắm sao băng trên sân thượng")


@pytest.fixture(scope="module")
def reader(library: Library) -> TopicReader:
    return build_reader(library.current.content)


@pytest.fixture(scope="module")
def usage(library: Library) -> Usage:
    return Usage(line for lines in known_texts(library.current.content).values() for line in lines)


@pytest.fixture(scope="module")
def messages(reader: TopicReader, usage: Usage) -> list[Worded]:
    return [worded(text, reader, usage) for text in (OTHERS[0], *LOUD, *OTHERS[1:])]


def test_messages_that_share_rare_words_are_one_group(messages: list[Worded], reader: TopicReader) -> None:
    groups = alike(messages, rarities(messages, reader))
    assert sorted(groups[0]) == [1, 2, 3]
    assert sorted(place for group in groups for place in group) == list(range(6))
    assert [len(group) for group in groups] == [3, 1, 1, 1]


def test_questions_that_share_only_how_they_ask_are_not(reader: TopicReader, usage: Usage) -> None:
    asked = ("cho em hỏi nuôi trăn cần giấy tờ gì ạ", "cho em hỏi thả diều cần giấy tờ gì ạ")
    found = [worded(text, reader, usage) for text in asked]
    assert len(alike(found, rarities(found, reader))) == 2


def test_a_phrasing_has_what_the_messages_share_and_no_politeness(messages: list[Worded], reader: TopicReader) -> None:
    words = distilled(messages[1:4], rarities(messages, reader), {"karaoke"})
    assert {"loa", "kẹo", "hát"} <= set(words)
    assert not {"dạ", "em", "hỏi", "ạ", "quá", "thì"} & set(words)
    assert 3 <= len(words) <= 8


def test_too_few_words_give_no_phrasing(reader: TopicReader, usage: Usage) -> None:
    message = worded("nuôi trăn", reader, usage)
    assert distilled([message], rarities([message], reader), ()) == ()


def test_what_was_typed_without_tones_gets_them_back(usage: Usage) -> None:
    assert " ".join(usage.toned("dang ky tam tru cho nguoi o tro".split())) == "đăng ký tạm trú cho người ở trọ"
    assert usage.toned(["con", "nuôi", "ra", "phường"]) == ("con", "nuôi", "ra", "phường")


def test_a_word_stays_whole_though_one_half_looks_like_a_filler(reader: TopicReader, usage: Usage) -> None:
    message = worded("nhập hộ khẩu cho trăn", reader, usage)
    assert [word for word, mark in zip(message.toned, message.marks, strict=True) if mark] == [
        "nhập",
        "hộ",
        "khẩu",
        "trăn",
    ]
