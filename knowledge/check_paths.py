"""Whether questions, cases and guide steps can be reached, end, and never lead in a circle."""

from collections.abc import Iterator, Mapping, Sequence

from knowledge.model import Guide, Procedure, Step
from knowledge.source_lines import Where
from knowledge.wording import Said, said

Fault = tuple[Where, Said]


def case_faults(procedure: Procedure) -> Iterator[Fault]:
    """Questions start at the first; every option leads to exactly one known question or case."""
    known_cases = {case.id for case in procedure.cases.list} if procedure.cases else set()
    for field in ("documents", "deadlines", "fees", "benefits", "conditions", "steps", "authority", "next_steps"):
        for index, item in enumerate(getattr(procedure, field)):
            for case in item.cases:
                if case not in known_cases:
                    yield (field, index, "cases"), said("check_no_case", key=case)
    if procedure.cases is None:
        return
    questions = {question.id: index for index, question in enumerate(procedure.cases.ask)}
    edges: dict[str, list[str]] = {}
    reached_cases: set[str] = set()
    for q_index, question in enumerate(procedure.cases.ask):
        edges[question.id] = []
        for o_index, option in enumerate(question.options):
            where: Where = ("cases", "ask", q_index, "options", o_index)
            if (option.next is None) == (option.case is None):
                yield where, said("check_option_leads")
            elif option.next is not None and option.next not in questions:
                yield (*where, "next"), said("check_no_question", key=option.next)
            elif option.case is not None and option.case not in known_cases:
                yield (*where, "case"), said("check_no_case", key=option.case)
            elif option.next is not None:
                edges[question.id].append(option.next)
            elif option.case is not None:
                reached_cases.add(option.case)
    reached, circular = _walk(edges, procedure.cases.ask[0].id)
    for key, index in questions.items():
        if key not in reached:
            yield ("cases", "ask", index), said("check_question_unreached")
        if key in circular:
            yield ("cases", "ask", index), said("check_loop")
    for index, case in enumerate(procedure.cases.list):
        if case.id not in reached_cases:
            yield ("cases", "list", index), said("check_case_unreached")


def guide_faults(guide: Guide) -> Iterator[Fault]:
    """Every step is reached from the first, and every way ends."""
    ids = [step.id for step in guide.steps]
    edges: dict[str, list[str]] = {}
    for index, step in enumerate(guide.steps):
        if ids.index(step.id) != index:
            yield ("steps", index, "id"), said("check_step_twice", key=step.id)
        if step.end and (step.next or step.ask):
            yield ("steps", index), said("check_end_leads")
        edges[step.id] = list(following(guide.steps, index))
        for key in edges[step.id]:
            if key not in ids:
                yield ("steps", index), said("check_no_step", key=key)
        yield from _screen_faults(step, ("steps", index, "screen"))
    reached, circular = _walk(edges, ids[0])
    for index, key in enumerate(ids):
        if key not in reached:
            yield ("steps", index), said("check_step_unreached")
        if key in circular:
            yield ("steps", index), said("check_loop")


def _screen_faults(step: Step, where: Where) -> Iterator[Fault]:
    """One thing to tap, or several numbered from 1; what the step says to press is among them."""
    if step.screen is None:
        return
    tapped = step.screen.tapped
    if [item.order for item in tapped] != list(range(1, len(tapped) + 1)):
        yield (*where, "items"), said("check_tap_order")
    if step.press and step.press not in [item.label for item in tapped]:
        yield (*where, "items"), said("check_press_not_tapped", press=step.press)


def following(steps: Sequence[Step], index: int) -> tuple[str, ...]:
    """The ids a step can lead to: its options, its `next`, or the step after it; none at an end."""
    step = steps[index]
    if step.ask:
        return tuple(option.next for option in step.ask)
    if step.next:
        return (step.next,)
    return () if step.end or index + 1 == len(steps) else (steps[index + 1].id,)


def _walk(edges: Mapping[str, Sequence[str]], start: str) -> tuple[set[str], set[str]]:
    """All that can be reached from `start`, and what of it can reach itself again."""
    reach: dict[str, set[str]] = {}
    for key in edges:
        seen: set[str] = set()
        waiting = list(edges[key])
        while waiting:
            other = waiting.pop()
            if other not in seen:
                seen.add(other)
                waiting.extend(edges.get(other, ()))
        reach[key] = seen
    reached = {start} | reach.get(start, set())
    return reached, {key for key in reached if key in reach.get(key, set())}
