"""A good human answer becomes knowledge: the draft of a FAQ entry for the editor, never published by itself."""

from collections.abc import Iterator, Mapping
from datetime import date

from handlers.ticket_ports import TicketView
from knowledge.draft import quoted


def drafted(ticket: TicketView, texts: Mapping[str, str], today: date, who: str) -> str:
    """The YAML of a FAQ entry from a ticket's talk. What it lacks (source, wording, phrasings) is marked, and
    `causo check` tells every mark until the editor has dealt with it."""
    return "\n".join(_lines(ticket, texts, today, who)) + "\n"


def _lines(ticket: TicketView, texts: Mapping[str, str], today: date, who: str) -> Iterator[str]:
    marker = texts["check_marker"]
    asked = " ".join(line.text for line in ticket.lines if line.kind == "message" and line.who is None)
    answers = [line for line in ticket.lines if line.who and line.kind in ("message", "draft")]
    answered = sorted({line.who for line in answers if line.who})
    approved = any(line.draft == "approved" for line in ticket.lines)
    yield f"# {texts['lesson_head'].format(number=ticket.id, drafted=who)}"
    yield f"# {texts['lesson_by'].format(names=', '.join(answered) or '-')}"
    yield f"# {texts['lesson_approved' if approved else 'lesson_not_approved']}"
    yield f"id: phieu-{ticket.id}  # {marker}: {texts['lesson_id']}"
    yield f"question: {quoted(asked[:200] or '-')}  # {marker}: {texts['lesson_question']}"
    if ticket.topic:
        yield f"topic: {ticket.topic}"
    yield "answer:"
    words = " ".join(line.text for line in answers if line.kind == "message")
    yield f"  text: {quoted(words or '-')}  # {marker}: {texts['lesson_answer']}"
    yield f"  source:  # {marker}: {texts['lesson_source']}"
    yield f"checked_on: {today}"
    yield f"review_by:  # {marker}: {texts['lesson_review']}"
    yield f"confidence:  # {marker}: {texts['lesson_confidence']}"
    yield f"phrasings:  # {marker}: {texts['lesson_phrasings']}"
    yield f"  - {quoted(asked[:80] or '-')}"
