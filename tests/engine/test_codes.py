"""Codes handed from one chat to another: once, in time, not to be found by trying, gone when forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.codes import OneTimeCodes
from bot.forget import forget
from bot.store.code_tables import FailedTries, OneTimeCode
from bot.store.connect import open_store
from bot.store.tables import Conversation
from bot.tries import MOST, Tries
from handlers.turn import Outcome
from knowledge.short_codes import read_code
from tests.conftest import KEY, NOW, Person, words


def conversation(session, chat: str) -> Conversation:
    row = Conversation(channel="web", chat=chat, state="{}", seq=0, last_at=NOW)
    session.add(row)
    session.flush()
    return row


def test_a_code_works_once_in_another_chat(database_url: str) -> None:
    store = open_store(database_url)
    with store.write() as session:
        giver, taker = conversation(session, "a"), conversation(session, "b")
        code = OneTimeCodes(session, giver, KEY, NOW).issue("checklist", "{}", 60)
        assert code not in {row.digest for row in session.scalars(select(OneTimeCode))}
        theirs = OneTimeCodes(session, taker, KEY, NOW)
        redeemed = theirs.redeem(f"Mã {code[:3].lower()}-{code[3:]}")
        assert redeemed is not None
        assert (redeemed.kind, redeemed.payload, redeemed.chat) == ("checklist", "{}", giver.id)
        assert theirs.redeem(code) is None
    store.close()


def test_a_code_runs_out_and_goes_with_its_chat(database_url: str) -> None:
    store = open_store(database_url)
    with store.write() as session:
        giver, taker = conversation(session, "a"), conversation(session, "b")
        late = OneTimeCodes(session, giver, KEY, NOW).issue("checklist", "{}", 60)
        assert OneTimeCodes(session, taker, KEY, NOW + timedelta(minutes=60)).redeem(late) is None
        forgotten = OneTimeCodes(session, giver, KEY, NOW).issue("checklist", "{}", 60)
        forget(session, giver, 0)
        assert OneTimeCodes(session, taker, KEY, NOW).redeem(forgotten) is None
    store.close()


def test_five_wrong_ones_and_an_hour_of_rest(database_url: str) -> None:
    store = open_store(database_url)
    with store.write() as session:
        giver, taker = conversation(session, "a"), conversation(session, "b")
        code = OneTimeCodes(session, giver, KEY, NOW).issue("checklist", "{}", 24 * 60)
        theirs = OneTimeCodes(session, taker, KEY, NOW)
        wrong = "A2A2A2" if code != "A2A2A2" else "B2B2B2"
        assert [theirs.redeem(wrong) for _ in range(MOST)] == [None] * MOST
        assert theirs.redeem(code) is None, "the right one too while it rests"
        assert session.scalars(select(FailedTries)).one().count == MOST
        assert OneTimeCodes(session, taker, KEY, NOW + timedelta(minutes=61)).redeem(code) is not None
    store.close()


def test_a_right_guess_forgets_the_wrong_ones(database_url: str) -> None:
    store = open_store(database_url)
    with store.write() as session:
        tries = Tries(session, KEY, "somebody at something", NOW)
        assert [tries.failed(), tries.failed()] == [4, 3]
        tries.succeeded()
        assert tries.left == MOST
        assert "somebody" not in str([row.key for row in session.scalars(select(FailedTries))])
    store.close()


@pytest.mark.parametrize("text", ["xin chào", "123456", "ABCDEF", "tạm trú", "H24.12", "6 tháng", "năm 24"])
def test_words_and_numbers_are_no_codes(text: str) -> None:
    assert read_code(text) is None


def test_the_list_goes_to_the_neighbours_phone(person: Person) -> None:
    """What a team member ticked is what the neighbour sees at home."""
    person.says(button="ds:dang-ky-khai-sinh")
    person.says("2")
    assert any(button.value == "ds-ma" for button in person.says(button="ds-gui").buttons)
    given = words(person.says(button="ds-ma"))
    code = given.split("**")[1]
    neighbour = Person(person.start, "nhà bên")
    shown = neighbour.says(f"mã {code}")
    assert shown.outcome is Outcome.CHECKLIST
    assert "☑ 2." in words(shown)
    assert "không đúng" in words(neighbour.says(code))
    neighbour.app.store.close()
