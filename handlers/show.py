"""Everything the bot can say on one id, as one text with sources: for editors (`causo show`) and for printing."""

from datetime import date

from handlers.overlay import office_lines
from handlers.ports import Tools
from handlers.sections import changes, fee_line, section
from handlers.topic import laws_and_codes, record_texts, sources_block, stale, title
from handlers.words import bullets, day, numbered, say
from knowledge.dossier_facts import DossierFacts
from knowledge.model import CaseQuestion, Cases, Dated, Facet, Faq, Guide, Procedure, Step
from knowledge.place import CatalogueRecord, Place
from knowledge.unit_facts import UnitFacts


def everything(tools: Tools, item: Dated | CatalogueRecord, on: date) -> str:
    """All parts of a topic, FAQ entry, guide, place or catalogue record as of the day `on`."""
    match item:
        case Procedure():
            blocks = _topic(tools, item, on)
        case Guide():
            blocks = _guide(tools, item)
        case Faq():
            links = [f"{link.text} {link.link}" if link.link else link.text for link in item.links]
            blocks = [say(tools, "faq_title", question=item.question), item.answer.text, bullets(links)]
        case Place():
            blocks = _place(tools, item)
        case UnitFacts():
            blocks = _units(tools, item)
        case DossierFacts():
            blocks = _dossiers(tools, item)
        case CatalogueRecord():
            blocks = record_texts(tools, item)
        case _:
            blocks = []
    if isinstance(item, Dated):
        blocks = [*blocks[:1], stale(on, tools, item), *blocks[1:], sources_block(tools, item)]
    return "\n\n".join(block for block in blocks if block)


def _topic(tools: Tools, topic: Procedure, on: date) -> list[str]:
    blocks = [title(tools, topic), topic.tells_apart]
    blocks += [section(tools, topic, facet, None, on, None) for facet in Facet if facet is not Facet.ONLINE]
    if topic.cases:
        blocks += [_question(tools, topic.cases, question) for question in topic.cases.ask]
        blocks += [f"{say(tools, 'heading_case', title=case.title)}\n{case.text}" for case in topic.cases.list]
    blocks.append(changes(tools, topic))
    return [*blocks, *laws_and_codes(tools, topic)]


def _question(tools: Tools, cases: Cases, question: CaseQuestion) -> str:
    leads = {case.id: case.title for case in cases.list} | {other.id: other.text for other in cases.ask}
    lines = [f"{option.label} → {leads[option.case or option.next or '']}" for option in question.options]
    return f"{say(tools, 'show_question', text=question.text)}\n{bullets(lines)}"


def _guide(tools: Tools, guide: Guide) -> list[str]:
    steps = []
    for step in guide.steps:
        lines = [f"{step.title}. {step.text}"]
        lines += [say(tools, "guide_press", label=step.press)] if step.press else []
        lines += [step.tip] if step.tip else []
        lines += _picture(tools, guide, step)
        lines += [f"→ {option.label} ({option.next})" for option in step.ask or ()]
        lines += [f"! {trouble.seen}: {trouble.fix}" for trouble in step.troubles]
        steps.append("\n   ".join(lines))
    before = say(tools, "guide_before", name=guide.name, minutes=guide.before.minutes)
    neighbour = say(tools, "guide_neighbour", text=guide.before.neighbour)
    have = bullets([item.text for item in guide.before.have])
    return [guide.everyday, before, have, neighbour, numbered(steps), guide.done]


def _picture(tools: Tools, guide: Guide, step: Step) -> list[str]:
    own = tools.content.pictures.get(f"{guide.id}/{step.id}")
    if own:
        return [say(tools, "show_own_picture", path=own.path)]
    if step.screen is None:
        return []
    items = [
        f"{item.label}{f': {item.value}' if item.value else ''}{f' ({item.order})' if item.order else ''}"
        for item in step.screen.items
    ]
    return [say(tools, "show_screen", title=step.screen.title, items=" | ".join(items))]


def _place(tools: Tools, place: Place) -> list[str]:
    former = ", ".join(item.name for item in place.formerly)
    fees = [f"{tools.content.procedures[fee.procedure].everyday}: {fee_line(tools, fee)}" for fee in place.fees]
    return [
        office_lines(tools, place),
        say(tools, "place_formerly", names=former) if former else "",
        f"{say(tools, 'heading_fees')}\n{bullets(fees)}" if fees else "",
    ]


def _units(tools: Tools, facts: UnitFacts) -> list[str]:
    lines = []
    for item in facts.provinces:
        texts = [say(tools, "unit_province_count", new=item.name, count=item.units)]
        texts += [say(tools, "unit_province_centre", new=item.name, at=item.centre.at)] if item.centre else []
        lines.append(" ".join(texts))
    return [facts.name, facts.no_district.text, facts.exact.text, bullets(lines)]


def _dossiers(tools: Tools, facts: DossierFacts) -> list[str]:
    issued = [say(tools, "dossier_unknown_agency", begins=item.begins, agency=item.name) for item in facts.agencies]
    days = [f"{day(item.on)}: {item.name}" for item in (*facts.days_off, *facts.days_worked)]
    pages = [
        f"{facts.lookup.portal}: {facts.lookup.link}",
        f"{facts.tracking.carrier}: {facts.tracking.link}",
    ]
    return [facts.name, bullets(issued), bullets(pages), bullets(days)]
