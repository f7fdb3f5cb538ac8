"""What is kept of a conversation: its state across versions, its words without personal numbers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine import readable
from bot.redact import redact
from bot.stored_state import Stored, dump, load
from handlers.states import AskingUnit, Choosing, Idle, InCases, InGuide
from handlers.turn import Button, Memory, Profile
from tests.conftest import NOW

STATES = (
    Idle(),
    Choosing(("a", "b")),
    InGuide("vneid-muc-2", (("mot", "ok"), ("hai", "ba"))),
    InCases("dang-ky-khai-sinh", (("tuoi", "cha-me"),)),
    AskingUnit("xã Tân Lập"),
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.kind)
def test_a_state_comes_back_as_it_was(state: object) -> None:
    memory = Memory("a", NOW, "c", "b", InGuide("g"), (Button("Nút", "t:a"),), 1, True)
    stored = Stored(state, memory, Profile("phuong-ngo-quyen"))  # type: ignore[arg-type]
    assert load(dump(stored)) == stored


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"version": 99}', '{"version": 1, "state": {"kind": "flying"}}']
)
def test_what_cannot_be_read_any_more_is_a_fresh_start(text: str) -> None:
    assert load(text).state == Idle()


def test_a_broken_part_does_not_take_the_others_with_it() -> None:
    parts = json.loads(dump(Stored(Idle(), Memory(), Profile("phuong-ha-tu"))))
    parts["memory"] = {"misses": "many"}
    assert load(json.dumps(parts)).profile == Profile("phuong-ha-tu")


@pytest.mark.parametrize(
    "number",
    ["001099012345", "001 099 012 345", "0912345678", "091.234.5678", "+84 912 345 678", "4111 1111 1111 1111"],
)
def test_numbers_of_people_are_masked(number: str) -> None:
    kept = redact(f"số của tôi là {number} nhé")
    assert not any(part in kept for part in ("345", "5678", "1111", "9012"))
    assert kept.startswith("số của tôi là")


@pytest.mark.parametrize(
    "code", ["H24.12-261105-0007", "G22.99.08-260921-896048", "000.00.04.H51-200221-0001", "1.004222"]
)
def test_codes_of_dossiers_and_procedures_survive(code: str) -> None:
    assert code in redact(f"hồ sơ {code} tới đâu rồi")


@given(st.from_regex(r"0[0-9]{11}", fullmatch=True), st.text("abc đường số 12 ", max_size=12))
def test_no_citizen_number_is_ever_kept(number: str, around: str) -> None:
    assert number not in redact(f"{around} {number} {around}")


@given(st.text(max_size=300))
def test_reading_never_fails_and_leaves_no_invisible_signs(text: str) -> None:
    kept = readable(text)
    assert not any(sign in kept for sign in "\u200b\u200d\u202e\u2066\ufeff\x00")
    redact(kept)
