"""Whole conversations from `tests/dialogues/*.yaml`, on the real engine, restarted between turns."""

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from handlers.turn import Incoming
from tests.conftest import Person, words

FOLDER = Path(__file__).parent / "dialogues"
DIALOGUES = [
    pytest.param(turns, id=f"{path.stem}: {name}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for name, turns in yaml.safe_load(path.read_text(encoding="utf-8")).items()
]
_CHECKS = {"say", "tap", "outcome", "id", "has", "lacks", "buttons", "facets", "wait_hours", "photo", "other", "edited"}


@pytest.mark.parametrize("turns", DIALOGUES)
def test_the_conversation_goes_as_written(person: Person, turns: list[dict[str, object]]) -> None:
    for number, turn in enumerate(turns, 1):
        assert set(turn) <= _CHECKS, f"turn {number}: unknown {set(turn) - _CHECKS}"
        person.now += timedelta(hours=float(str(turn.get("wait_hours", 0))))
        extra = {key: turn[key] for key in ("photo", "other", "edited") if key in turn}
        reply = person.says(str(turn.get("say", "")), button=turn.get("tap"), **extra)
        where = f"turn {number} ({turn.get('say') or turn.get('tap')}): {reply.outcome}\n{words(reply)}"
        if "outcome" in turn:
            assert reply.outcome == turn["outcome"], where
        if "id" in turn:
            assert reply.reading.topic == turn["id"], where
        if "facets" in turn:
            assert list(reply.reading.facets) == turn["facets"], where
        for expected in turn.get("has", []):  # type: ignore[attr-defined]
            assert expected in words(reply), f"{where}\nlacks “{expected}”"
        for unwanted in turn.get("lacks", []):  # type: ignore[attr-defined]
            assert unwanted not in words(reply), f"{where}\nhas “{unwanted}”"
        for label in turn.get("buttons", []):  # type: ignore[attr-defined]
            assert label in [button.label for button in reply.buttons], f"{where}\n{reply.buttons}"
        assert reply.parts, where
        assert all(len(button.value.encode()) <= 64 for button in reply.buttons), where
        person.restart()


def test_every_message_of_a_stranger_gets_a_short_answer(person: Person) -> None:
    for said in (
        "",
        "   ",
        "😀😀😀",
        "؟؟؟ مرحبا",
        "\u200b\u200d",
        "a" * 10_000,
        "???",
        "<script>alert(1)</script>",
        "/khonglenh",
    ):
        reply = person.says(said)
        assert reply.parts
        assert reply.outcome != "failed", said
        assert len(words(reply)) < 1_500


def test_a_message_is_answered_once(person: Person) -> None:
    incoming = Incoming("console", person.chat, "same", person.now, "chào em")
    assert person.app.engine.take(incoming) is not None
    assert person.app.engine.take(incoming) is None
