"""An editor changes a guide while people are inside, at every step of every guide: nobody is stranded."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import build
from bot.library import Library
from bot.settings import Settings
from bot.store.connect import upgrade
from handlers.states import InGuide
from handlers.turn import Outcome, PicturePart
from handlers.walk import Answers, back, forward, position
from knowledge.check_paths import guide_faults
from knowledge.load import load
from knowledge.model import Guide, Step
from knowledge.own_pictures import OwnPicture
from tests.conftest import KEY, Person, words

GUIDES = [pytest.param(guide, id=guide.id) for guide in load().guides.values()]
NEW = "buoc-moi-them"


def people(guide: Guide) -> dict[str, Answers]:
    """Somebody at every step, by the step's id: the answers that led there."""
    found: dict[str, Answers] = {}
    waiting: list[Answers] = [()]
    while waiting:
        answers = waiting.pop(0)
        step = position(guide, answers).step
        if step is None or step.id in found:
            continue
        found[step.id] = answers
        waiting += [(*answers, (step.id, said)) for said in choices(step)]
    return found


def choices(step: Step) -> list[str]:
    return [option.next for option in step.ask] if step.ask else ["ok"]


def after(guide: Guide, step: Step) -> str | None:
    """Where a step without a question leads."""
    order = [item.id for item in guide.steps]
    place = order.index(step.id) + 1
    return step.next or (None if step.end or place == len(order) else order[place])


def led(guide: Guide, old: str, new: str | None) -> Guide:
    """Whatever leads to `old` leads to `new`, or ends there."""

    def changed(step: Step) -> Step:
        if step.ask:
            away = new or next((option.next for option in step.ask if option.next != old), old)
            options = (
                option.model_copy(update={"next": away}) if option.next == old else option for option in step.ask
            )
            return step.model_copy(update={"ask": tuple(options)})
        if after(guide, step) == old:
            return step.model_copy(update={"next": new, "end": new is None})
        return step

    return guide.model_copy(update={"steps": tuple(changed(step) for step in guide.steps)})


def inserted(guide: Guide) -> Iterator[tuple[str, Guide]]:
    for place, step in enumerate(guide.steps):
        fresh = step.model_copy(update={"id": NEW, "ask": None, "next": step.id, "end": False, "troubles": ()})
        steps = led(guide, step.id, NEW).steps
        yield step.id, guide.model_copy(update={"steps": (*steps[:place], fresh, *steps[place:])})


def removed(guide: Guide) -> Iterator[tuple[str, Guide]]:
    for step in guide.steps:
        target = step.ask[0].next if step.ask else after(guide, step)
        left = tuple(item for item in led(guide, step.id, target).steps if item.id != step.id)
        yield step.id, guide.model_copy(update={"steps": left})


def reordered(guide: Guide) -> Iterator[tuple[str, Guide]]:
    for place in range(len(guide.steps) - 1):
        first, second = guide.steps[place : place + 2]
        steps = (*guide.steps[:place], second, first, *guide.steps[place + 2 :])
        yield f"{first.id}/{second.id}", guide.model_copy(update={"steps": steps})


def sound(guide: Guide) -> bool:
    """Whether an editor could have got this past the check, but for steps that nothing leads to any more."""
    return all(what.key in ("check_step_unreached", "check_press_not_tapped") for _, what in guide_faults(guide))


def assert_not_stranded(guide: Guide, answers: Answers) -> None:
    """From here the way leads on to the end, and back to the first step."""
    walk = InGuide(guide.id, answers)
    for _ in range(len(guide.steps) + 1):
        step = position(guide, walk.answers).step
        if step is None:
            break
        walk = forward(guide, walk, choices(step)[0])
    assert position(guide, walk.answers).step is None
    walk = InGuide(guide.id, answers)
    for _ in guide.steps:
        walk = back(guide, walk)
    here = position(guide, walk.answers)
    assert (here.number, here.step) == (1, guide.steps[0])


@pytest.mark.parametrize("guide", GUIDES)
def test_somebody_can_be_at_every_step_and_go_on_and_back(guide: Guide) -> None:
    everybody = people(guide)
    assert set(everybody) == {step.id for step in guide.steps}
    for answers in everybody.values():
        assert_not_stranded(guide, answers)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_step_put_in_is_shown_and_nothing_but_a_changed_choice_is_asked_again(guide: Guide) -> None:
    for place, changed in inserted(guide):
        assert sound(changed), place
        for at, answers in people(guide).items():
            assert_not_stranded(changed, answers)
            walk = InGuide(guide.id, answers)
            if place in dict(answers).values():  # what they chose leads elsewhere now, so they choose again
                asked = position(changed, answers).step
                assert asked is not None
                assert dict(answers)[asked.id] == place
                walk = forward(changed, walk, NEW)
            here = position(changed, walk.answers)
            assert here.step is not None
            assert here.step.id in (at, NEW), (place, at)
            if here.step.id == NEW:
                walk = forward(changed, walk, "ok")
                assert position(changed, walk.answers).step == next(step for step in changed.steps if step.id == at)


@pytest.mark.parametrize("guide", GUIDES)
def test_a_step_taken_out_leaves_everybody_on_a_way_to_the_end(guide: Guide) -> None:
    tried = 0
    for gone, changed in removed(guide):
        if not sound(changed):
            continue
        tried += 1
        asked = next(step for step in guide.steps if step.id == gone).ask
        for at, answers in people(guide).items():
            here = position(changed, answers)
            if at != gone and not asked and after_all_the_same(guide, changed, answers):
                assert here.step is not None
                assert here.step.id == at, (gone, at)
            assert_not_stranded(changed, answers)
    assert tried > len(guide.steps) / 2


def after_all_the_same(guide: Guide, changed: Guide, answers: Answers) -> bool:
    """Whether every choice this person made is still offered."""
    offered = {step.id: choices(step) for step in changed.steps}
    return all(said in offered[step] for step, said in answers if step in offered)


@pytest.mark.parametrize("guide", GUIDES)
def test_steps_that_change_places_leave_everybody_on_a_way_to_the_end(guide: Guide) -> None:
    for _, changed in reordered(guide):
        if sound(changed):
            for at, answers in people(guide).items():
                assert_not_stranded(changed, answers)
                here = position(changed, answers)
                # Done is done only where everything on their way was answered, and their step lies on it no more.
                assert here.step is not None or at not in dict(here.kept)
                assert set(dict(here.kept)) <= set(dict(answers))


def test_an_answer_beyond_a_step_put_in_is_forgotten_when_somebody_goes_back() -> None:
    guide = load().guides["vneid-muc-2"]
    answers = people(guide)["nhap-otp"]
    changed = next(changed for place, changed in inserted(guide) if place == "nhap-so")
    assert position(changed, answers).later == (("nhap-so", "ok"),)
    gone_back = back(changed, InGuide(guide.id, answers))
    assert position(changed, gone_back.answers).later == ()


@pytest.fixture
def edited(library: Library) -> Library:
    """The content in use, to be replaced without disturbing other tests."""
    return copy.copy(library)


@pytest.fixture
def person(edited: Library, tmp_path: Path) -> Iterator[Person]:
    url = f"sqlite:///{tmp_path / 'edit.sqlite3'}"
    upgrade(url)
    settings = Settings(database_url=url, secret_key=KEY, cache_dir=tmp_path)  # type: ignore[arg-type]
    somebody = Person(lambda clock: build(settings, edited, clock))
    yield somebody
    somebody.app.store.close()


def edit(library: Library, **parts: object) -> None:
    library.current = replace(library.current, content=library.current.content.model_copy(update=parts))


def test_an_edit_in_the_middle_reaches_somebody_in_the_chat(person: Person, edited: Library) -> None:
    person.says(button="go:dang-nhap-cong-dvc")
    for said in ("Có rồi", "Máy tính", "xong"):
        reply = person.says(said)
    assert "Bước 4: Chọn đăng nhập bằng VNeID" in words(reply)
    guides = edited.current.content.guides
    guide = guides["dang-nhap-cong-dvc"]
    fresh = guide.steps[2].model_copy(
        update={"id": NEW, "title": "Cắm sạc", "ask": None, "next": "chon-vneid", "press": None}
    )
    steps = led(guide, "chon-vneid", NEW).steps
    changed = guide.model_copy(update={"steps": (*steps[:2], fresh, *steps[2:])})
    edit(edited, guides={**guides, guide.id: changed})
    reply = person.says("làm tiếp")
    assert reply.outcome == Outcome.GUIDE_STEP
    assert "Bước 4: Cắm sạc" in words(reply)
    person.restart()
    reply = person.says("xong")
    assert "Bước 5: Chọn đăng nhập bằng VNeID" in words(reply)


def test_a_step_shows_the_wards_own_picture_else_the_drawn_one_else_none(person: Person, edited: Library) -> None:
    reply = person.says(button="go:dang-nhap-cong-dvc")
    assert isinstance(reply.parts[0], PicturePart)
    assert reply.parts[0].url.startswith("/pictures/dang-nhap-cong-dvc/da-co-muc-2.svg?v=")
    own = OwnPicture(path="pictures/dang-nhap-cong-dvc/da-co-muc-2.jpg", version="abc")
    edit(edited, pictures={"dang-nhap-cong-dvc/da-co-muc-2": own})
    (shown,) = [part for part in person.says("làm tiếp").parts if isinstance(part, PicturePart)]
    assert shown.url == "/pictures/dang-nhap-cong-dvc/da-co-muc-2.jpg?v=abc"
    assert "Có VNeID mức 2 chưa" in shown.alt
    guides = edited.current.content.guides
    guide = guides["dang-nhap-cong-dvc"]
    bare = tuple(step.model_copy(update={"screen": None}) for step in guide.steps)
    edit(edited, pictures={}, guides={**guides, guide.id: guide.model_copy(update={"steps": bare})})
    assert not any(isinstance(part, PicturePart) for part in person.says("làm tiếp").parts)
