"""Everything the bot can say on one id, as one text with sources: for editors (`causo show`) and for printing."""

from datetime import date

from handlers.overlay import office_lines
from handlers.ports import Tools
from handlers.sections import changes, section
from handlers.topic import laws_and_codes, sources_block, title
from handlers.words import bullets, numbered, say
from knowledge.model import Dated, Facet, Faq, Guide, Procedure
from knowledge.place import CatalogueRecord, Place


def everything(tools: Tools, item: Dated | CatalogueRecord, on: date) -> str:
    """All parts of a topic, FAQ entry, guide, place or catalogue record as of the day `on`."""
    match item:
        case Procedure():
            blocks = _topic(tools, item, on)
        case Guide():
            blocks = _guide(tools, item)
        case Faq():
            blocks = [say(tools, "faq_title", question=item.question), item.answer.text]
        case Place():
            blocks = [office_lines(tools, item)]
        case CatalogueRecord():
            blocks = [item.name, *(f"{key}: {value}" for key, value in item.model_dump(exclude_none=True).items())]
        case _:
            blocks = []
    if isinstance(item, Dated):
        blocks.append(sources_block(tools, item))
    return "\n\n".join(block for block in blocks if block)


def _topic(tools: Tools, topic: Procedure, on: date) -> list[str]:
    blocks = [title(tools, topic), topic.tells_apart]
    blocks += [section(tools, topic, facet, None, on, None) for facet in Facet if facet is not Facet.ONLINE]
    if topic.cases:
        blocks += [f"{say(tools, 'heading_case', title=case.title)}\n{case.text}" for case in topic.cases.list]
    blocks.append(changes(tools, topic))
    return [*blocks, *laws_and_codes(tools, topic)]


def _guide(tools: Tools, guide: Guide) -> list[str]:
    steps = []
    for step in guide.steps:
        lines = [f"{step.title}. {step.text}"]
        lines += [say(tools, "guide_press", label=step.press)] if step.press else []
        lines += [f"→ {option.label} ({option.next})" for option in step.ask or ()]
        lines += [f"! {trouble.seen}: {trouble.fix}" for trouble in step.troubles]
        steps.append("\n   ".join(lines))
    before = say(tools, "guide_before", name=guide.name, minutes=guide.before.minutes)
    neighbour = say(tools, "guide_neighbour", text=guide.before.neighbour)
    return [before, bullets([item.text for item in guide.before.have]), neighbour, numbered(steps), guide.done]
