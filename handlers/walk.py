"""Where somebody is in a guide, derived from what they answered so far."""

from dataclasses import dataclass

from handlers.states import InGuide
from knowledge.model import Guide, Step

Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Position:
    """`step` is None once the guide is done. `kept` are the answers that led here; `number` counts from 1. `later` are
    answers beyond this step: it was put in, moved or changed after they were given."""

    step: Step | None
    number: int
    kept: Answers
    later: Answers = ()


def position(guide: Guide, answers: Answers) -> Position:
    """Replay the answers. A step that was inserted, removed or changed since strands nobody: an answer to a step that
    is gone is passed over, a choice that is gone is asked again, and what was answered beyond is not asked twice."""
    steps = {step.id: step for step in guide.steps}
    order = [step.id for step in guide.steps]
    given = dict(answers)
    kept: list[tuple[str, str]] = []
    current: str | None = order[0]
    while current is not None and current in given:
        step, said = steps[current], given[current]
        if step.ask and said not in {option.next for option in step.ask}:
            break
        kept.append((current, said))
        current = _after(guide, order, step, said)
    if current is None:
        return Position(None, len(kept) + 1, tuple(kept))
    passed = {current, *(step_id for step_id, _ in kept)}
    later = tuple((step_id, said) for step_id, said in given.items() if step_id in steps and step_id not in passed)
    return Position(steps[current], len(kept) + 1, tuple(kept), later)


def _after(guide: Guide, order: list[str], step: Step, said: str) -> str | None:
    if step.end:
        return None
    if step.ask:
        return said
    if step.next:
        return step.next
    place = order.index(step.id) + 1
    return order[place] if place < len(order) else None


def forward(guide: Guide, walk: InGuide, said: str) -> InGuide:
    """One step on: `said` is "ok" or the chosen next step."""
    here = position(guide, walk.answers)
    if here.step is None:
        return walk
    return InGuide(walk.guide, (*here.kept, (here.step.id, said), *here.later))


def back(guide: Guide, walk: InGuide) -> InGuide:
    """One step back, and what was answered beyond is asked again; at the first step it stays."""
    return InGuide(walk.guide, position(guide, walk.answers).kept[:-1])
