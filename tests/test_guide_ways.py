"""Every guide walked on the real engine by the buttons it offers: each way to its end, each trouble of each step."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import build
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import upgrade
from handlers.states import InGuide
from handlers.turn import Button, Outcome, PicturePart, Reply
from handlers.walk import position
from knowledge.fold import folded
from knowledge.load import load
from knowledge.model import Guide
from tests.conftest import KEY, Person, words

GUIDES = [pytest.param(guide, id=guide.id) for guide in load().guides.values()]


@pytest.fixture
def somebody(tmp_path: Path, library: Library) -> Iterator[Person]:
    url = f"sqlite:///{tmp_path / 'ways.sqlite3'}"
    upgrade(url)
    settings = Settings(database_url=url, secret_key=KEY, place="phuong-ngo-quyen")  # type: ignore[arg-type]
    person = Person(lambda clock: build(settings, library, clock))
    yield person
    person.app.store.close()


def ways(guide: Guide) -> list[tuple[str, ...]]:
    """Choices that together take every option of every step: for each, what to choose where a step asks."""
    found: list[tuple[str, ...]] = []
    taken: set[tuple[str, str]] = set()
    waiting: list[tuple[tuple[str, str], ...]] = [()]
    while waiting:
        answers = waiting.pop(0)
        step = position(guide, answers).step
        if step is None:
            found.append(tuple(said for step_id, said in answers if said != "ok"))
            continue
        options = [option.next for option in step.ask] if step.ask else ["ok"]
        fresh = [said for said in options if (step.id, said) not in taken] or options[:1]
        taken.update((step.id, said) for said in fresh)
        waiting += [(*answers, (step.id, said)) for said in fresh]
    return found


def tapped(reply: Reply, chosen: Callable[[Button], bool]) -> str:
    """The value of the offered button that is meant; nothing is tapped that was not offered."""
    return next(button.value for button in reply.buttons if chosen(button))


def enter(somebody: Person, guide: Guide) -> Reply:
    somebody.says("quên tôi")
    somebody.says(button="cmd:quen-that")
    offer = somebody.says(button=f"g:{guide.id}")
    assert guide.before.neighbour in words(offer)
    return somebody.says(button=tapped(offer, lambda button: button.value.startswith("go:")))


@pytest.mark.parametrize("guide", GUIDES)
def test_every_way_leads_by_offered_buttons_to_the_end(guide: Guide, somebody: Person) -> None:
    titles = {step.id: step for step in guide.steps}
    seen: set[str] = set()
    for choices in ways(guide):
        left, reply = list(choices), enter(somebody, guide)
        for _ in range(len(guide.steps) + 1):
            if reply.outcome is Outcome.GUIDE_DONE:
                break
            assert isinstance(reply.state, InGuide)
            step = position(guide, reply.state.answers).step
            assert step is not None
            seen.add(step.id)
            assert step.title in words(reply)
            assert any(isinstance(part, PicturePart) and part.alt for part in reply.parts)
            wanted = f"s:to:{step.id}:{left.pop(0)}"[:64] if step.ask else f"s:ok:{step.id}"
            reply = somebody.says(button=tapped(reply, lambda button, value=wanted: button.value == value))  # type: ignore[misc]
        assert reply.outcome is Outcome.GUIDE_DONE
        assert guide.done in words(reply)
        assert not left
    assert seen == set(titles)


@pytest.mark.parametrize("guide", GUIDES)
def test_every_trouble_is_found_by_button_and_by_typing_and_leads_back(guide: Guide, somebody: Person) -> None:
    tried = 0
    for choices in ways(guide):
        left, reply = list(choices), enter(somebody, guide)
        for _ in guide.steps:
            if reply.outcome is Outcome.GUIDE_DONE:
                break
            assert isinstance(reply.state, InGuide)
            step = position(guide, reply.state.answers).step
            assert step is not None
            here = reply
            for trouble in step.troubles:
                asked = somebody.says(button=tapped(here, lambda button: button.value.startswith("s:loi:")))
                fixed = somebody.says(button=tapped(asked, lambda button, seen=trouble.seen: button.label == seen))  # type: ignore[misc]
                assert trouble.fix in words(fixed), (step.id, trouble.id)
                back = somebody.says(button=tapped(fixed, lambda button: button.value.startswith("s:tiep:")))
                assert step.title in words(back)
                typed = somebody.says(folded(trouble.seen))
                assert trouble.fix in words(typed), (step.id, trouble.id, folded(trouble.seen), words(typed)[:200])
                back = somebody.says(button=tapped(typed, lambda button: button.value.startswith("s:tiep:")))
                assert step.title in words(back)
                tried += 1
            wanted = f"s:to:{step.id}:{left.pop(0)}"[:64] if step.ask else f"s:ok:{step.id}"
            reply = somebody.says(button=tapped(here, lambda button, value=wanted: button.value == value))  # type: ignore[misc]
    assert tried >= sum(len(step.troubles) for step in guide.steps)
