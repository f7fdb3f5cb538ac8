"""The answer on one topic, FAQ entry or catalogue record: named first, what was asked next, then the ways on."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from handlers.overlay import phone_of, place_of
from handlers.ports import Tools
from handlers.sections import changes, section
from handlers.states import Idle
from handlers.turn import Button, Candidate, LinkPart, Memory, Outcome, Reading, Reply, TextPart, Turn
from handlers.words import bullets, day, partial_day, say, stop
from knowledge.model import Confidence, Dated, Facet, Faq, Procedure
from knowledge.place import CatalogueRecord
from knowledge.reading import Read

# Offered after an answer, in this order, when the topic has them.
_OFFERED = (Facet.DOCUMENTS, Facet.FEES, Facet.BENEFITS, Facet.DEADLINE, Facet.WHERE, Facet.ONLINE, Facet.STEPS)
# What to show when nothing is known of the facet asked for.
_NEAREST = {
    Facet.BENEFITS: Facet.FEES,
    Facet.ONLINE: Facet.WHERE,
    Facet.PITFALLS: Facet.STEPS,
    Facet.STEPS: Facet.WHERE,
    Facet.CONDITIONS: Facet.OVERVIEW,
}
_MOST_FACETS, _MOST_BUTTONS, _MOST_GUIDES = 3, 6, 3
_NEWS = timedelta(days=300)  # an overview tells what changed since then, and what will


def about(tools: Tools, key: str) -> str:
    """The everyday name of a topic, FAQ entry, guide or catalogue record, as it stands on a button."""
    content = tools.content
    if key in content.procedures:
        return content.procedures[key].everyday
    if key.startswith("faq:"):
        return content.faqs[key.removeprefix("faq:")].question
    return content.catalogue[key].name


def topic_button(tools: Tools, key: str, facets: Sequence[Facet] = ()) -> Button:
    """A tap answers the topic, with the first facet that was asked."""
    value = f"t:{key}:{facets[0]}" if facets else f"t:{key}"
    return Button(about(tools, key), value if len(value.encode()) <= 64 else f"t:{key}")


def reading(read: Read | None, topic: str | None, facets: Sequence[Facet] = ()) -> Reading:
    """How the message was read; a topic chosen by a button or kept from before is certain."""
    asked = tuple(str(facet) for facet in facets) or (str(Facet.OVERVIEW),)
    ranked = tuple(Candidate(match.id, round(match.score, 4)) for match in read.matches) if read else ()
    if topic and not any(candidate.id == topic for candidate in ranked):
        ranked = (Candidate(topic, 1.0), *ranked)
    sure = next((candidate.score for candidate in ranked if candidate.id == topic), 0.0)
    return Reading(topic, asked, sure if read else 1.0, ranked)


def remember(turn: Turn, topic: str) -> Memory:
    """The topic now spoken of; the one before is kept for “cái hồi nãy”."""
    memory = turn.memory
    if memory.topic == topic:
        return replace(memory, topic_at=turn.now, misses=0)
    return replace(memory, topic=topic, topic_at=turn.now, previous=memory.topic, case=None, misses=0)


def answer(
    turn: Turn,
    tools: Tools,
    key: str,
    facets: Sequence[Facet] = (),
    read: Read | None = None,
    neighbours: Sequence[str] = (),
) -> Reply:
    """The reply on any id: a topic, "faq:<id>" or "tthc:<code>"."""
    if key.startswith("faq:"):
        reply = _faq(turn, tools, tools.content.faqs[key.removeprefix("faq:")], read)
    elif key.startswith("tthc:"):
        reply = _record(turn, tools, key, facets, read)
    else:
        reply = _topic(turn, tools, tools.content.procedures[key], tuple(facets), read)
    if neighbours:
        others = tuple(topic_button(tools, other, facets) for other in neighbours)
        tail = TextPart(say(tools, "maybe_other"))
        reply = replace(reply, parts=(*reply.parts, tail), buttons=(*others, *reply.buttons))
    return reply


def _topic(turn: Turn, tools: Tools, topic: Procedure, facets: tuple[Facet, ...], read: Read | None) -> Reply:
    memory = remember(turn, topic.id)
    place, on = place_of(turn, tools), turn.now.date()
    shown: list[Facet] = []
    texts: list[str] = []
    for facet in facets[:_MOST_FACETS] or (Facet.OVERVIEW,):
        text = section(tools, topic, facet, memory.case, on, place)
        if not text:
            texts.append(missing(turn, tools, facet))
            facet = _NEAREST.get(facet, Facet.OVERVIEW)
            text = section(tools, topic, facet, memory.case, on, place)
        if text and facet not in shown:
            shown.append(facet)
            texts.append(text)
    if not facets:
        texts.append(changes(tools, topic, since=str(on - _NEWS)))
    parts = [title(tools, topic), stale(on, tools, topic), *texts, footer(tools, topic, topic.summary.source)]
    return Reply(
        Outcome.ANSWERED,
        tuple(TextPart(text) for text in parts if text),
        _ways_on(tools, topic, shown, memory, turn),
        Idle(),
        memory,
        reading=reading(read, topic.id, facets),
    )


def _ways_on(tools: Tools, topic: Procedure, shown: Sequence[Facet], memory: Memory, turn: Turn) -> tuple[Button, ...]:
    buttons: list[Button] = []
    guides = [tools.content.guides[key] for key in topic.guides if key in tools.content.guides][:_MOST_GUIDES]
    for guide in guides:
        label = say(tools, "button_guide") if len(guides) == 1 else say(tools, "button_guide_of", name=guide.everyday)
        buttons.append(Button(label, f"g:{guide.id}"))
    if Facet.DOCUMENTS in shown:
        buttons.append(Button(say(tools, "button_checklist"), f"ds:{topic.id}"))
    if topic.cases and memory.case is None:
        buttons.append(Button(say(tools, "button_cases"), f"c:{topic.id}"))
    buttons.extend(
        Button(say(tools, f"facet_{facet}"), f"t:{topic.id}:{facet}")
        for facet in _OFFERED
        if facet not in shown and section(tools, topic, facet, memory.case, turn.now.date(), None)
    )
    return (*buttons[:_MOST_BUTTONS], Button(say(tools, "button_sources"), f"src:{topic.id}"))


def title(tools: Tools, topic: Procedure) -> str:
    if topic.name.lower() == topic.everyday.lower():
        return say(tools, "topic_title_same", name=topic.name)
    return say(tools, "topic_title", everyday=topic.everyday, name=topic.name)


def stale(on: date, tools: Tools, item: Dated) -> str:
    """A warning once the day has passed by which the facts should have been checked again."""
    if on > item.review_by:
        return say(tools, "stale", checked=day(item.checked_on))
    return say(tools, "low_confidence") if item.confidence is Confidence.LOW else ""


def footer(tools: Tools, item: Dated, keys: Sequence[str]) -> str:
    return say(tools, "footer", source=item.sources[keys[0]].title, checked=day(item.checked_on))


def missing(turn: Turn, tools: Tools, facet: Facet) -> str:
    """An honest word where nothing is known, with the number to call if there is one."""
    if facet is Facet.FORMS:
        text = say(tools, "facet_nothing_to_fill")
    else:
        text = say(tools, "facet_missing", facet=say(tools, f"facet_{facet}").lower())
    phone = phone_of(tools, place_of(turn, tools))
    if phone:
        text += " " + say(tools, "no_answer_call", number=phone.number, what=phone.note or phone.what)
    return text


def sources_block(tools: Tools, item: Dated) -> str:
    """Every source of the file with its date, and the day all of it was last checked."""
    lines = []
    for source in item.sources.values():
        key = "source_link" if source.url else "source_line"
        lines.append(say(tools, key, title=source.title, date=partial_day(source.date), url=source.url))
    return f"{say(tools, 'heading_sources')}\n{bullets(lines)}\n{say(tools, 'checked', checked=day(item.checked_on))}"


def laws_and_codes(tools: Tools, topic: Procedure) -> list[str]:
    """The codes, the laws, and what the desk must be asked, each under its heading."""
    laws = [f"{law.text} {law.link}" if law.link else law.text for law in topic.legal_basis]
    codes = [f"{code.code} {code.note}" if code.note else code.code for code in topic.codes]
    blocks = (("codes", codes), ("laws", laws), ("ask_desk", [*map(stop, topic.ask_desk)]))
    return [f"{say(tools, f'heading_{heading}')}\n{bullets(found)}" for heading, found in blocks if found]


def leaflet_link(turn: Turn, tools: Tools, key: str) -> tuple[LinkPart, ...]:
    """Where the sheet to print is, if the page has an address."""
    if not tools.public_url:
        return ()
    here = f"/p/{turn.incoming.place}" if turn.incoming.place and turn.incoming.place != tools.default_place else ""
    return (LinkPart(f"{tools.public_url}{here}/to-roi/{key}.pdf", say(tools, "leaflet_button")),)


def sources(turn: Turn, tools: Tools, key: str) -> Reply:
    """Where the answer on this topic or FAQ entry comes from, with dates, laws and what the desk must be asked."""
    item: Procedure | Faq = (
        tools.content.faqs[key.removeprefix("faq:")] if key.startswith("faq:") else tools.content.procedures[key]
    )
    blocks = [sources_block(tools, item)]
    if isinstance(item, Procedure):
        blocks += laws_and_codes(tools, item)
    back = Button(say(tools, "button_more"), f"t:{key}")
    sheet = leaflet_link(turn, tools, key) if isinstance(item, Procedure) else ()
    return Reply(
        Outcome.ANSWERED,
        (*map(TextPart, blocks), *sheet),
        (back,),
        memory=remember(turn, key),
        reading=reading(None, key),
    )


def _faq(turn: Turn, tools: Tools, entry: Faq, read: Read | None) -> Reply:
    links = bullets([f"{link.text} {link.link}" if link.link else link.text for link in entry.links])
    texts = [
        say(tools, "faq_title", question=entry.question),
        stale(turn.now.date(), tools, entry),
        entry.answer.text,
        links,
        footer(tools, entry, entry.answer.source),
    ]
    guides = [Button(say(tools, "button_guide"), f"g:{key}") for key in entry.guides if key in tools.content.guides]
    about_topics = dict.fromkeys((entry.topic, *entry.related) if entry.topic else entry.related)
    near = [topic_button(tools, key) for key in about_topics if key in tools.content.procedures]
    more = [Button(say(tools, "button_sources"), f"src:faq:{entry.id}")]
    key = entry.topic or f"faq:{entry.id}"
    return Reply(
        Outcome.ANSWERED,
        tuple(TextPart(text) for text in texts if text),
        (*guides, *near, *more),
        Idle(),
        remember(turn, key),
        reading=replace(reading(read, f"faq:{entry.id}"), topic=key),
    )


def _record(turn: Turn, tools: Tools, key: str, facets: Sequence[Facet], read: Read | None) -> Reply:
    texts = record_texts(tools, tools.content.catalogue[key])
    person = Button(say(tools, "button_person"), "cmd:gap-nguoi")
    return Reply(
        Outcome.ANSWERED,
        tuple(TextPart(text) for text in texts if text),
        (person,),
        Idle(),
        remember(turn, key),
        reading=reading(read, key, facets),
    )


def record_texts(tools: Tools, record: CatalogueRecord) -> list[str]:
    """A record of the catalogue in words: always as the portal's of its month, with the link to it."""
    lines = [say(tools, "catalogue_level", level=record.level)]
    for name in ("authority", "deadline", "fee"):
        value = getattr(record, name)
        if value:
            lines.append(say(tools, f"catalogue_{name}", **{name: value}))
    papers = f"{say(tools, 'catalogue_documents')}\n{bullets(list(record.documents))}" if record.documents else ""
    return [
        say(tools, "catalogue_title", name=record.name),
        say(tools, "catalogue_intro", on=partial_day(tools.content.catalogue_on)),
        bullets([*lines, say(tools, "catalogue_code", code=record.code)]),
        papers,
        say(tools, "catalogue_link", link=record.link) if record.link else "",
        say(tools, "catalogue_check"),
    ]
