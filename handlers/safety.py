"""What comes before any question: danger to life, secrets, personal numbers, photos, and what cannot be read."""

from collections.abc import Mapping
from dataclasses import replace

from handlers.commands import start
from handlers.context import continues, spoken_of
from handlers.dossier import read_from_photo
from handlers.effects import CallPerson
from handlers.guide import known_trouble
from handlers.handover import call_person
from handlers.nearby import nearest
from handlers.overlay import phone_of, place_of
from handlers.ports import Tools
from handlers.states import Idle
from handlers.topic import answer, reading, topic_button
from handlers.topics import LIKELY, SURE
from handlers.turn import Button, Outcome, Reply, TextPart, Turn
from handlers.words import say, says
from knowledge.dossier_codes import find_codes
from knowledge.intents import Intent
from knowledge.model import Facet
from knowledge.personal import find_personal

_EMERGENCIES: Mapping[Intent, str] = {
    Intent.FIRE: "emergency_fire",
    Intent.CRIME: "emergency_crime",
    Intent.MEDICAL: "emergency_medical",
    Intent.CHILD: "emergency_child",
}
_CHIT_CHAT: Mapping[Intent, tuple[Outcome, str]] = {
    Intent.THANKS: (Outcome.SMALLTALK, "thanks"),
    Intent.GOODBYE: (Outcome.SMALLTALK, "goodbye"),
    Intent.WHO: (Outcome.SMALLTALK, "who_are_you"),
    Intent.ABUSE: (Outcome.SMALLTALK, "abuse"),
    Intent.SPAM: (Outcome.OUT_OF_SCOPE, "spam"),
    Intent.GIBBERISH: (Outcome.NO_ANSWER, "gibberish"),
    Intent.INJECTION: (Outcome.REFUSED, "injection"),
    Intent.OUT_OF_SCOPE: (Outcome.OUT_OF_SCOPE, "out_of_scope"),
}

_DOUBTFUL = {Intent.ABUSE, Intent.SPAM, Intent.OUT_OF_SCOPE, Intent.GIBBERISH, Intent.PERSON, Intent.WHO}


def unreadable(turn: Turn, tools: Tools) -> Reply | None:
    """Photos, stickers, voice, places on the map, edits, and nothing at all."""
    incoming = turn.incoming
    if incoming.button:
        return None
    if incoming.edited:
        return _short(tools, Outcome.SMALLTALK, "edited")
    if incoming.photo:
        return _photo(turn, tools)
    if incoming.location:
        return nearest(turn, tools, incoming.location)
    if incoming.other == "unsupported":
        return _other_ways(turn, tools)
    if incoming.other:
        return _short(tools, Outcome.SMALLTALK, f"unreadable_{incoming.other}")
    if not any(character.isalnum() for character in incoming.text):
        return _short(tools, Outcome.SMALLTALK, "unreadable_sticker" if incoming.text.strip() else "empty")
    return None


def _other_ways(turn: Turn, tools: Tools) -> Reply:
    """A message whose content the platform keeps to itself, of some people always: the page, and a number to call."""
    said = [say(tools, "unreadable_unsupported")]
    if tools.public_url:
        said.append(say(tools, "zalo_bot_page", url=tools.public_url))
    if phone := phone_of(tools, place_of(turn, tools)):
        said.append(say(tools, "zalo_bot_phone", number=phone.number))
    return Reply(Outcome.SMALLTALK, (TextPart("\n".join(said)),))


def _photo(turn: Turn, tools: Tools) -> Reply:
    """A receipt's code is as good as typed; a card is refused; else how to photograph a receipt."""
    seen = turn.incoming.seen
    if seen is None or seen.card:
        return _short(tools, Outcome.REFUSED, "refuse_photo")
    if seen.codes:
        return read_from_photo(turn, tools, seen.codes)
    return _short(tools, Outcome.SMALLTALK, "receipt_no_code" if seen.readable else "receipt_failed")


def personal(turn: Turn, tools: Tools) -> Reply | None:
    """A citizen or card number is refused; the question beside it is offered as a button, its answer not mixed in."""
    kinds = {item.kind for item in find_personal(turn.incoming.text)}
    if not kinds or (emergency_of(turn, tools) is not None):
        return None
    read = tools.reader.read(turn.incoming.text)
    if kinds == {"phone"} and read.confidence >= SURE:
        return None
    key = "refuse_phone" if kinds == {"phone"} else "refuse_personal"
    reply = _short(tools, Outcome.REFUSED, key)
    if read.matches and read.confidence >= SURE / 2:
        asked = topic_button(tools, read.matches[0].id, read.facets)
        reply = replace(reply, buttons=(asked,), reading=replace(reading(read, None, read.facets), topic=None))
    return replace(reply, hides=tools.intent(turn.incoming.text) is Intent.SECRET)


def emergency_of(turn: Turn, tools: Tools) -> Intent | None:
    found = tools.intent(turn.incoming.text)
    return found if found in _EMERGENCIES or found is Intent.SELF_HARM else None


def emergency(turn: Turn, tools: Tools) -> Reply | None:
    """The number to call now, before anything else, in any state."""
    found = emergency_of(turn, tools)
    if found is None or known_trouble(turn, tools):
        return None
    if found is Intent.SELF_HARM:
        person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
        text = TextPart(say(tools, "emergency_self_harm"))
        return Reply(Outcome.EMERGENCY, (text,), (person,), effects=(CallPerson("khan-cap"),))
    return _short(tools, Outcome.EMERGENCY, _EMERGENCIES[found])


def secret(turn: Turn, tools: Tools) -> Reply | None:
    """Passwords, OTP, passcodes sent or asked about being sent."""
    if find_codes(turn.incoming.text, turn.now.date()):
        return None
    if tools.intent(turn.incoming.text) is Intent.SECRET:
        return replace(_short(tools, Outcome.REFUSED, "refuse_secret"), hides=True)
    return None


def chit_chat(turn: Turn, tools: Tools) -> Reply | None:
    """Greetings, thanks, who are you, abuse, spam, gibberish, attempts to redirect the bot, asking for a person."""
    found = tools.intent(turn.incoming.text)
    if found in _DOUBTFUL:
        read = tools.reader.read(turn.incoming.text)
        topic = spoken_of(turn, tools, read)
        if read.confidence >= LIKELY or (topic and continues(read)):
            return None  # the words name a topic all the same, or go on with the one spoken of
        if topic and found is Intent.PERSON and says(tools, "whom", turn.incoming.text):
            return answer(turn, tools, topic, (Facet.WHERE,), read)
        if topic and read.matches and read.matches[0].id == topic:
            return None
    if found is Intent.GREETING:
        return start(turn, tools)
    if found is Intent.PERSON:
        return call_person(turn, tools)
    if found is not None and found in _CHIT_CHAT:
        outcome, key = _CHIT_CHAT[found]
        return replace(_short(tools, outcome, key), state=Idle() if outcome is Outcome.OUT_OF_SCOPE else None)
    return None


def _short(tools: Tools, outcome: Outcome, key: str) -> Reply:
    return Reply(outcome, (TextPart(say(tools, key)),))
