"""One facet of a topic as text: papers, fees, time, where, online, conditions, forms, benefits, steps, pitfalls."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from handlers.overlay import local_fees, office_lines
from handlers.ports import Tools
from handlers.words import bullets, capital, day, money, numbered, partial_day, say, stop
from knowledge.model import Confidence, Facet, Fee, Filing, Procedure, Sourced
from knowledge.place import Place


def section(tools: Tools, topic: Procedure, facet: Facet, case: str | None, on: date, place: Place | None) -> str:
    """The text of one facet on the day `on`, for one case if it is known; empty when nothing is known."""
    return _SECTIONS[facet](tools, topic, case, on, place)


def _unsure(tools: Tools, text: str, item: Sourced, topic: Procedure) -> str:
    low = (item.confidence or topic.confidence) is Confidence.LOW
    return say(tools, "not_sure", text=stop(text)) if low else text


def _doubtful(tools: Tools, item: Sourced, text: str) -> str:
    """The text, with a warning where this very item is unsure; a topic unsure as a whole says so at its head."""
    return say(tools, "not_sure", text=stop(text)) if item.confidence is Confidence.LOW else text


def _with_case(tools: Tools, topic: Procedure, text: str, cases: Sequence[str], case: str | None) -> str | None:
    """The text for everybody or for the known case; while the case is not known, “Nếu …: text”; None for others."""
    if not cases or case in cases:
        return text
    if case is not None:
        return None
    titles = [item.title for item in (topic.cases.list if topic.cases else ()) if item.id in cases]
    return say(tools, "for_case", case=_low(" / ".join(titles)), text=text)


def _low(text: str) -> str:
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def _block(tools: Tools, heading: str, lines: Sequence[str | None], count: bool = False) -> str:
    kept = [line for line in lines if line]
    return f"{say(tools, heading)}\n{(numbered if count else bullets)(kept)}" if kept else ""


def _join(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)


def _overview(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    return _doubtful(tools, topic.summary, topic.summary.text)


def _documents(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines: dict[str, list[str | None]] = {"hand_in": [], "show": [], "not_needed": [], "by_case": []}
    for document in topic.documents:
        note = say(tools, "with_note", text=document.name, note=document.note.rstrip(".")) if document.note else None
        text = _unsure(tools, note or document.name, document, topic)
        if document.action == "not_needed":
            text = say(tools, "not_needed_why", name=text, why=document.why)
        shown = _with_case(tools, topic, text, document.cases, case)
        apart = document.cases and case is None and document.action != "not_needed"
        lines["by_case" if apart else document.action].append(shown)
    return _join(*(_block(tools, f"heading_{key}", lines[key]) for key in ("hand_in", "show", "by_case", "not_needed")))


def _forms(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines = []
    for form in topic.forms:
        text = say(tools, "with_note", text=form.name, note=form.note.rstrip(".")) if form.note else form.name
        lines.append(_doubtful(tools, form, f"{text} {form.link}" if form.link else text))
    return _block(tools, "heading_forms", lines)


def fee_line(tools: Tools, fee: Fee) -> str:
    """“Bản sao giấy khai sinh: 8.000 đồng một bản. …” with its way and its end, without its case."""
    if fee.amount is None:
        key = "fee_province" if fee.set_by == "province" else "fee_elsewhere"
        text = say(tools, key, what=fee.what, note=fee.note)
    elif fee.temporary and fee.note:
        text = say(
            tools, "fee_elsewhere", what=fee.what, note=stop(fee.note)
        )  # a relief that may hold: its words say so
    elif fee.amount == 0:
        text = say(tools, "fee_free", what=fee.what)
    elif fee.per:
        text = say(tools, "fee_amount_per", what=fee.what, amount=money(fee.amount), per=fee.per)
    else:
        text = say(tools, "fee_amount", what=fee.what, amount=money(fee.amount))
    if fee.amount is not None and fee.note and not fee.temporary:
        text = f"{stop(text)} {stop(capital(fee.note))}"
    if fee.way != "any":
        text = say(tools, f"fee_{fee.way}", text=stop(text))
    if fee.to:
        text = say(tools, "fee_until", text=stop(text), to=day(fee.to))
    return text


def _fees(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    now: list[str | None] = []
    later: list[str | None] = []
    for fee in local_fees(tools, topic, place):
        if fee.to and fee.to < on:
            continue
        text = _unsure(tools, fee_line(tools, fee), fee, topic)
        if not fee.covers(on):
            text = say(tools, "fee_from", text=stop(text), since=day(fee.from_))
        (now if fee.covers(on) else later).append(_with_case(tools, topic, text, fee.cases, case))
    return _join(_block(tools, "heading_fees", now), _block(tools, "heading_fees_later", later))


def _deadlines(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines = [
        _with_case(tools, topic, _unsure(tools, item.text, item, topic), item.cases, case) for item in topic.deadlines
    ]
    return _block(tools, "heading_deadlines", lines)


def _filing(tools: Tools, ways: Iterable[Filing]) -> list[str]:
    lines = []
    for item in ways:
        level = f" ({say(tools, f'level_{item.level}')})" if item.level else ""
        link = f" {item.link}" if item.link and item.link.split("//")[1].split("/")[0] not in item.text else ""
        lines.append(_doubtful(tools, item, f"{say(tools, f'way_{item.way}')}{level}: {item.text}{link}"))
    return lines


def _where(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    authority = [
        _with_case(tools, topic, _doubtful(tools, item, item.text), item.cases, case) for item in topic.authority
    ]
    ways = _filing(tools, sorted(topic.filing, key=lambda item: item.way == "online"))
    return _join(
        _block(tools, "heading_where", authority),
        _block(tools, "heading_filing", ways),
        office_lines(tools, place),
    )


def _online(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    ways = _filing(tools, (item for item in topic.filing if item.way == "online"))
    return _block(tools, "heading_online", ways)


def _conditions(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines = [_with_case(tools, topic, _doubtful(tools, item, item.text), item.cases, case) for item in topic.conditions]
    return _block(tools, "heading_conditions", lines)


def _steps(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    steps, after = (
        [_with_case(tools, topic, item.text, item.cases, case) for item in items]
        for items in (topic.steps, topic.next_steps)
    )
    return _join(_block(tools, "heading_steps", steps, count=True), _block(tools, "heading_next", after))


def _benefits(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines: list[str | None] = []
    for item in topic.benefits:
        if item.to and item.to < on:
            continue
        key = "benefit_words" if item.amount is None else "benefit_amount_per" if item.per else "benefit_amount"
        amount = money(item.amount) if item.amount is not None else ""
        text = say(tools, key, what=item.what, amount=amount, per=item.per)
        text = f"{text} {stop(capital(item.note))}" if item.note else text
        text = _unsure(tools, text, item, topic)
        if item.from_ and item.from_ > on:
            text = say(tools, "fee_from", text=stop(text), since=day(item.from_))
        if item.to:
            text = say(tools, "fee_until", text=stop(text), to=day(item.to))
        lines.append(_with_case(tools, topic, text, item.cases, case))
    return _block(tools, "heading_benefits", lines)


def _pitfalls(tools: Tools, topic: Procedure, case: str | None, on: date, place: Place | None) -> str:
    lines = [
        say(tools, "pitfall", problem=item.problem.rstrip("."), fix=_low(item.fix.rstrip(".")))
        for item in topic.pitfalls
    ]
    return _block(tools, "heading_pitfalls", lines)


def changes(tools: Tools, topic: Procedure, since: str = "") -> str:
    """What changed or will; with `since` (an ISO day) only from then on."""
    lines = [
        say(tools, "change", on=partial_day(item.on), text=item.text) for item in topic.changes if item.on >= since
    ]
    return _block(tools, "heading_changes", lines)


_Section = Callable[[Tools, Procedure, str | None, date, Place | None], str]
_SECTIONS: dict[Facet, _Section] = {
    Facet.OVERVIEW: _overview,
    Facet.DOCUMENTS: _documents,
    Facet.FEES: _fees,
    Facet.DEADLINE: _deadlines,
    Facet.WHERE: _where,
    Facet.ONLINE: _online,
    Facet.CONDITIONS: _conditions,
    Facet.FORMS: _forms,
    Facet.BENEFITS: _benefits,
    Facet.STEPS: _steps,
    Facet.PITFALLS: _pitfalls,
}
