"""Which messages can be learnt from, on a real database and through the real engine."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from bot.bell import Bell
from bot.channels.console import CONSOLE
from bot.engine import Engine
from bot.library import Library
from bot.store.connect import Store, open_store
from bot.store.misread import Misread, dealt_with, misread
from handlers.effects import ForgetMe
from handlers.ports import Tools
from handlers.turn import Incoming, Outcome, Reading, Reply, Turn
from tests.conftest import KEY, NOW

NO = {"khong phai"}
ASKED = Reply(Outcome.ASKED_BACK, reading=Reading("dang-ky-tam-tru", confidence=0.4))
ANSWERED = Reply(Outcome.ANSWERED, reading=Reading("dang-ky-ket-hon", confidence=0.9))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = open_store(database_url)
    yield store
    store.close()


@pytest.fixture
def say(store: Store, library: Library) -> Callable[..., None]:
    """One message of a chat, and how it was answered; a minute passes."""
    count = 0

    def said(text: str, reply: Reply, chat: str = "ba-tu") -> None:
        nonlocal count
        count += 1

        known = library.current

        def answer(turn: Turn, tools: Tools) -> Reply:
            return reply

        engine = Engine(
            store,
            lambda *_: Tools(known.content, known.reader, known.intent, None),  # type: ignore[arg-type]
            answer,
            {"console": CONSOLE},
            lambda: NOW + timedelta(minutes=count),
            Bell(),
            lambda: reply,
            KEY,
        )
        engine.take(Incoming("console", chat, f"m{count}", NOW, text))

    return said


def found(store: Store, **limits: object) -> list[Misread]:
    with store.read() as session:
        return misread(session, NO, **limits)  # type: ignore[arg-type]


def texts(store: Store) -> list[str]:
    return [message.text for message in found(store)]


def test_asked_back_unanswered_and_denied_are_found_the_newest_first(store: Store, say: Callable[..., None]) -> None:
    say("làm giấy cho chủ nhà trọ", ASKED)
    say("xin giấy ngắm sao băng", Reply(Outcome.NO_ANSWER))
    say("xin giấy xem trăng", Reply(Outcome.HANDED_OVER))
    say("cưới vợ lần hai", ANSWERED)
    say("Không phải", Reply(Outcome.SMALLTALK))
    assert [(message.text, message.why, message.topic) for message in found(store)] == [
        ("cưới vợ lần hai", "not_this", "dang-ky-ket-hon"),
        ("xin giấy xem trăng", "no_answer", None),
        ("xin giấy ngắm sao băng", "no_answer", None),
        ("làm giấy cho chủ nhà trọ", "asked_back", "dang-ky-tam-tru"),
    ]


def test_what_was_answered_or_is_no_question_is_left_out(store: Store, say: Callable[..., None]) -> None:
    say("đăng ký kết hôn", ANSWERED)
    say("cháy nhà rồi", Reply(Outcome.EMERGENCY))
    say("mật khẩu của tôi là hoa123", Reply(Outcome.REFUSED))
    say("đồ ngu", Reply(Outcome.SMALLTALK))
    say("quên tôi đi", Reply(Outcome.ASKED_BACK))
    say("hồ sơ của tôi", Reply(Outcome.ASKED_BACK, reading=Reading("tra-cuu-ho-so", confidence=1.0)))
    assert texts(store) == []


def test_a_no_of_somebody_else_denies_nothing(store: Store, say: Callable[..., None]) -> None:
    say("cưới vợ lần hai", ANSWERED, chat="ba-tu")
    say("không phải", Reply(Outcome.SMALLTALK), chat="ong-nam")
    assert texts(store) == []


def test_what_was_dealt_with_does_not_come_again_nor_the_same_words(store: Store, say: Callable[..., None]) -> None:
    say("xin giấy ngắm sao băng", Reply(Outcome.NO_ANSWER))
    with store.write() as session:
        dealt_with(session, [message.id for message in misread(session, NO)], NOW)
    say("Xin giay ngam sao bang!", Reply(Outcome.NO_ANSWER), chat="ong-nam")
    say("xin giấy xem trăng", Reply(Outcome.NO_ANSWER))
    assert texts(store) == ["xin giấy xem trăng"]


def test_a_day_and_a_number_limit_what_is_found(store: Store, say: Callable[..., None]) -> None:
    say("xin giấy ngắm sao băng", Reply(Outcome.NO_ANSWER))
    say("xin giấy xem trăng", Reply(Outcome.NO_ANSWER))
    assert [message.text for message in found(store, most=1)] == ["xin giấy xem trăng"]
    assert [message.text for message in found(store, since=NOW + timedelta(minutes=2))] == ["xin giấy xem trăng"]
    assert found(store, since=NOW + timedelta(days=1)) == []


def test_numbers_are_masked_and_who_asked_to_be_forgotten_is(store: Store, say: Callable[..., None]) -> None:
    say("xin giấy ngắm sao băng, gọi 0912345678", Reply(Outcome.NO_ANSWER))
    assert texts(store) == ["xin giấy ngắm sao băng, gọi …"]
    say("quên tôi", Reply(Outcome.DONE, effects=(ForgetMe(),)))
    assert texts(store) == []
