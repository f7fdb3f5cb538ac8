"""How far a dossier is, as an SVG drawing for a chat: five steps from top to bottom, the present one filled.

The name of a picture says all that is on it (status, two days, whether it is late) and nothing of whose it is, so it
can be drawn again from its address alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from xml.sax.saxutils import escape

from knowledge.picture import FONTS, WIDTH

STEPS = ("sent", "received", "in_progress", "ready", "returned")
_AT: Mapping[str, int] = {
    **{name: place for place, name in enumerate(STEPS)},
    "supplement": 2,
    "pay": 2,
    "not_accepted": 1,
    "stopped": 2,
    "withdrawn": 1,
}
_ASIDE = ("supplement", "pay", "not_accepted", "stopped", "withdrawn")
_STEP, _TOP, _X, _R = 62, 44, 40, 14
_GOOD, _GREY, _MARK, _INK = "#0b5a4a", "#b9c3bc", "#c2410c", "#16191d"


@dataclass(frozen=True, slots=True)
class Timeline:
    """`status` is one of the ten official ones; `late`: the appointment is past."""

    status: str
    received: date | None = None
    due: date | None = None
    late: bool = False

    @property
    def name(self) -> str:
        """The file name, without its kind."""
        days = [f"{day:%y%m%d}" if day else "0" for day in (self.received, self.due)]
        return "_".join([self.status, *days, "1" if self.late else "0"])


def timeline_of(name: str) -> Timeline | None:
    """What the name says, None when it is none of ours."""
    parts = name.split("_")
    if len(parts) < 4 or "_".join(parts[:-3]) not in _AT or parts[-1] not in ("0", "1"):
        return None
    try:
        received, due = (None if day == "0" else _day(day) for day in parts[-3:-1])
    except ValueError:
        return None
    return Timeline("_".join(parts[:-3]), received, due, parts[-1] == "1")


def _day(text: str) -> date:
    if len(text) != 6 or not text.isdigit():
        raise ValueError(text)
    return date(2000 + int(text[:2]), int(text[2:4]), int(text[4:]))


def place(status: str) -> int | None:
    """The number of the step a status stands at, from 1; None for one that is not known."""
    return _AT[status] + 1 if status in _AT else None


def svg(line: Timeline, texts: Mapping[str, str]) -> str:
    """The drawing as a whole document; the labels are `timeline_<step>` of the texts."""
    at, height = _AT[line.status], _TOP + _STEP * len(STEPS) - 10
    title = texts["timeline_title"]
    shapes = [f'<rect width="{WIDTH}" height="{height}" rx="14" fill="#fff" stroke="#d5dcd6"/>']
    for number, step in enumerate(STEPS):
        y = _TOP + _STEP * number
        if number:
            colour = _GOOD if number <= at else _GREY
            shapes.append(f'<path d="M{_X} {y - _STEP + _R}V{y - _R}" stroke="{colour}" stroke-width="4" fill="none"/>')
        shapes += _step(line, step, number, at, y, texts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
        f'font-family="{FONTS}" font-size="18" fill="{_INK}"><title>{escape(title)}</title>{"".join(shapes)}</svg>'
    )


def _step(line: Timeline, step: str, number: int, at: int, y: int, texts: Mapping[str, str]) -> list[str]:
    aside = number == at and line.status in _ASIDE
    colour = _MARK if aside or (line.late and number == at) else _GOOD if number <= at else _GREY
    fill = colour if number <= at else "#fff"
    shapes = [f'<circle cx="{_X}" cy="{y}" r="{_R}" fill="{fill}" stroke="{colour}" stroke-width="3"/>']
    if number < at:
        shapes.append(f'<path d="M{_X - 6} {y}l4 5 8-9" stroke="#fff" stroke-width="3" fill="none"/>')
    label = texts[f"timeline_{line.status if aside else step}"]
    weight = ' font-weight="600"' if number == at else ""
    below = _below(line, step, number, at, texts)
    shapes.append(f'<text x="72" y="{y + (0 if below else 6)}"{weight}>{escape(label)}</text>')
    if below:
        shapes.append(f'<text x="72" y="{y + 22}" font-size="15" fill="#3f4650">{escape(below)}</text>')
    return shapes


def _below(line: Timeline, step: str, number: int, at: int, texts: Mapping[str, str]) -> str:
    if step == "sent" and line.received:
        return f"{line.received:%d/%m/%Y}"
    if step == "ready" and line.due and at < number:
        return texts["timeline_late" if line.late else "timeline_due"].format(day=f"{line.due:%d/%m/%Y}")
    return ""


def version(line: Timeline, texts: Mapping[str, str]) -> str:
    """Ten characters that change whenever the drawing does."""
    return sha256(svg(line, texts).encode()).hexdigest()[:10]
