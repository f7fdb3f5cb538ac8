"""Filling in the texts of the content: amounts, days, sentences."""

from datetime import date

from handlers.ports import Tools
from knowledge.fold import folded

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def say(tools: Tools, key: str, **values: object) -> str:
    """The text `key` with its placeholders filled; a missing key is a bug that a test finds."""
    return tools.content.texts[key].format(**values)


def says(tools: Tools, name: str, said: str) -> bool:
    """Whether the whole message is one of the content's words for this."""
    words = {folded(word) for word in tools.content.texts[f"words_{name}"].split(",")}
    return folded(said) in words


def money(amount: int) -> str:
    """Đồng with points between thousands, as Vietnamese write them: 1.250.000."""
    return f"{amount:,}".replace(",", ".")


def day(when: date) -> str:
    """24/11/2026."""
    return f"{when:%d/%m/%Y}"


def weekday(tools: Tools, when: date) -> str:
    """thứ Ba, 24/11/2026."""
    return f"{say(tools, f'day_{_DAYS[when.weekday()]}')}, {day(when)}"


def partial_day(text: str) -> str:
    """A date known to the day, month or year, in the Vietnamese order: 24/11/2026, 11/2026, 2026."""
    return "/".join(reversed(text.split("-")))


def bullets(lines: list[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def numbered(lines: list[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def stop(text: str) -> str:
    """With a full stop at the end, unless it ends a sentence already."""
    return text if text.endswith((".", "!", "?", ":", "”")) else f"{text}."
