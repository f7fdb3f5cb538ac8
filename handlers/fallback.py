"""When nothing fits: an honest word, what is near, and whom to ask. Two misses in a row bring in a person."""

from dataclasses import replace

from handlers.handover import call_person, whom_to_call
from handlers.ports import Tools
from handlers.states import Idle
from handlers.topic import reading, topic_button
from handlers.topics import worth_offering
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say
from knowledge.intents import Intent

_MISSES_BEFORE_A_PERSON = 2
_NEAREST_SHOWN = 0.05
_OURS = 0.35  # with less than this for "no topic", the message is about a topic, though it fits several alike


def fallback(turn: Turn, tools: Tools) -> Reply:
    """Never None: every message gets an answer."""
    if not turn.incoming.text:
        return Reply(Outcome.SMALLTALK, (TextPart(say(tools, "empty")),))
    read = tools.reader.read(turn.incoming.text)
    near = [match.id for match in read.matches[:3] if worth_offering(match, _NEAREST_SHOWN)]
    ours = bool(read.likelihood) and sum(read.kinds.values()) < _OURS
    if ours:
        near = [match.id for match in read.matches if match.id in tools.content.procedures][:3]
    misses = turn.memory.misses + 1
    memory = replace(turn.memory, misses=misses)
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    if misses >= _MISSES_BEFORE_A_PERSON:
        reply = call_person(turn, tools)
        first = TextPart(say(tools, "no_answer"))
        return replace(reply, parts=(first, *reply.parts), reading=replace(reading(read, None), topic=None))
    buttons: tuple[Button, ...] = (*(topic_button(tools, key, read.facets) for key in near), person)
    outcome = Outcome.NO_ANSWER
    meant = tools.intent(turn.incoming.text)
    if meant is Intent.VAGUE:
        texts, outcome = [say(tools, "vague")], Outcome.ASKED_BACK
    elif meant is Intent.ELSEWHERE:
        texts, outcome = [say(tools, "elsewhere"), whom_to_call(turn, tools)], Outcome.OUT_OF_SCOPE
    elif ours and near:
        texts, outcome = [say(tools, "choose_one")], Outcome.ASKED_BACK
    elif near:
        texts = [say(tools, "no_answer_near")]
    else:
        texts = [say(tools, "no_answer"), say(tools, "no_answer_whom"), whom_to_call(turn, tools)]
    return Reply(
        outcome,
        tuple(map(TextPart, texts)),
        buttons,
        Idle(),
        memory,
        reading=replace(reading(read, None, read.facets), confidence=read.confidence),
    )


def not_this(turn: Turn, tools: Tools) -> Reply:
    """“Không phải”: the guess was wrong; the second time a person is called."""
    misses = turn.memory.misses + 1
    if misses >= _MISSES_BEFORE_A_PERSON:
        return call_person(turn, tools)
    memory = replace(turn.memory, misses=misses, topic=None)
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    return Reply(Outcome.SMALLTALK, (TextPart(say(tools, "not_this")),), (person,), Idle(), memory)
