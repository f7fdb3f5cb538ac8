"""Which case of a topic is theirs: a few questions, then what is different for them."""

from dataclasses import replace

from handlers.ports import Tools
from handlers.sections import section
from handlers.states import Idle, InCases
from handlers.topic import footer, reading, remember, stale, title, topic_button
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say
from knowledge.fold import folded
from knowledge.model import Case, CaseQuestion, Facet, Procedure


def button(turn: Turn, tools: Tools) -> Reply | None:
    """`c:<topic>` begins; `k:<question>:<number>` answers the question that is open."""
    value = turn.incoming.button or ""
    topic = tools.content.procedures.get(value[2:]) if value.startswith("c:") else None
    if topic and topic.cases:
        return _ask(turn, tools, topic, topic.cases.ask[0], (), say(tools, "case_intro"))
    if value.startswith("k:") and isinstance(turn.state, InCases):
        question, _, number = value[2:].partition(":")
        return _answered(turn, tools, turn.state, question, int(number) if number.isdigit() else -1)
    return None


def text(turn: Turn, tools: Tools) -> Reply | None:
    """A typed answer that is the start of an option's words; anything else is read as a new question."""
    if not isinstance(turn.state, InCases):
        return None
    topic = tools.content.procedures.get(turn.state.topic)
    if topic is None or topic.cases is None:
        return None
    question = next((item for item in topic.cases.ask if item.id == _open(topic, turn.state)), None)
    said = folded(turn.incoming.text)
    if question is None or not said:
        return None
    hits = [index for index, option in enumerate(question.options) if folded(option.label).startswith(said)]
    return _answered(turn, tools, turn.state, question.id, hits[0]) if len(hits) == 1 else None


def _open(topic: Procedure, state: InCases) -> str:
    """The question to be answered next, replayed from the answers."""
    assert topic.cases is not None
    here = topic.cases.ask[0].id
    for asked, chosen in state.answers:
        if asked == here:
            here = chosen
    return here


def _ask(
    turn: Turn,
    tools: Tools,
    topic: Procedure,
    question: CaseQuestion,
    answers: tuple[tuple[str, str], ...],
    first: str = "",
) -> Reply:
    buttons = tuple(Button(option.label, f"k:{question.id}:{number}") for number, option in enumerate(question.options))
    parts = tuple(TextPart(text) for text in (first, question.text) if text)
    return Reply(
        Outcome.ASKED_BACK,
        parts,
        buttons,
        InCases(topic.id, answers),
        remember(turn, topic.id),
        reading=reading(None, topic.id),
    )


def _answered(turn: Turn, tools: Tools, state: InCases, question_id: str, number: int) -> Reply | None:
    topic = tools.content.procedures.get(state.topic)
    if topic is None or topic.cases is None:
        return None
    question = next((item for item in topic.cases.ask if item.id == question_id), None)
    if question is None or not 0 <= number < len(question.options):
        return _ask(turn, tools, topic, topic.cases.ask[0], ())
    option = question.options[number]
    if option.next:
        following = next((item for item in topic.cases.ask if item.id == option.next), topic.cases.ask[0])
        return _ask(turn, tools, topic, following, (*state.answers, (question_id, option.next)))
    return _shown(turn, tools, topic, option.case or "")


def _shown(turn: Turn, tools: Tools, topic: Procedure, key: str) -> Reply | None:
    case = next((item for item in topic.cases.list if item.id == key), None) if topic.cases else None
    if case is None:
        return None
    if case.instead in tools.content.procedures:
        return _elsewhere(turn, tools, topic, case)
    on = turn.now.date()
    parts = [
        title(tools, topic),
        stale(on, tools, topic),
        say(tools, "heading_case", title=case.title),
        case.text,
        section(tools, topic, Facet.DOCUMENTS, case.id, on, None),
        footer(tools, topic, case.source),
    ]
    offered = (Facet.FEES, Facet.DEADLINE, Facet.WHERE, Facet.STEPS)
    buttons = [Button(say(tools, "button_checklist"), f"ds:{topic.id}")] if topic.documents else []
    buttons += [Button(say(tools, f"facet_{facet}"), f"t:{topic.id}:{facet}") for facet in offered]
    memory = replace(remember(turn, topic.id), case=case.id)
    return Reply(
        Outcome.CHECKLIST,
        tuple(TextPart(part) for part in parts if part),
        (*buttons, Button(say(tools, "button_sources"), f"src:{topic.id}")),
        Idle(),
        memory,
        reading=reading(None, topic.id, (Facet.DOCUMENTS,)),
    )


def _elsewhere(turn: Turn, tools: Tools, topic: Procedure, case: Case) -> Reply:
    """This case belongs to another topic: said so, with the way there and none of this topic's papers."""
    assert case.instead
    parts = [say(tools, "heading_case", title=case.title), case.text, footer(tools, topic, case.source)]
    return Reply(
        Outcome.ANSWERED,
        tuple(map(TextPart, parts)),
        (topic_button(tools, case.instead),),
        Idle(),
        remember(turn, case.instead),
        reading=reading(None, case.instead),
    )
