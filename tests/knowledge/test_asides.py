"""FAQ entries that answer under a topic: found when they are asked for, left alone when the topic is."""

import pytest

from bot.library import Library


def test_an_entry_is_found_by_its_own_phrasings(library: Library) -> None:
    reader, entries = library.current.reader, library.current.content.faqs
    missed = [
        (key, phrasing)
        for key, entry in entries.items()
        for phrasing in entry.phrasings
        if entry.topic and (read := reader.read(phrasing)).matches[0].id == entry.topic and read.aside != key
    ]
    assert missed == []


@pytest.mark.parametrize(
    "text", ["hồ sơ của tôi tới đâu rồi", "tra cứu hồ sơ", "đăng ký chữ ký số cá nhân ở đâu", "trả lệ phí trên mạng"]
)
def test_a_question_about_the_topic_is_answered_by_the_topic(library: Library, text: str) -> None:
    assert library.current.reader.read(text).aside is None
