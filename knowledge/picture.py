"""A guide step's screen as an SVG drawing, 360 wide: one style, plain shapes, what to tap ringed and numbered.

No text is cut off: every line is broken by the widest font it may be drawn with.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from xml.sax.saxutils import escape

from knowledge.lettering import lines
from knowledge.screen import Item, Screen

WIDTH = 360
FONTS = "Be Vietnam Pro,Roboto,Noto Sans,Segoe UI,Arial,sans-serif"
_LEFT, _ROOM, _GAP = 26, 308, 14
_TITLE, _BUTTON, _SIZE, _SMALL = 20, 18, 17, 16  # sizes of letters
_RING = 9  # how far the ring stands off what is to be tapped
_INK, _GREY, _MARK, _GLOW = "#16191d", "#3f4650", "#c2410c", "#ffedd5"
_MAIN: Mapping[str, str] = {"vneid": "#9b1c1c", "portal": "#0b4a8f", "phone": "#37474f", "paper": _INK}
_MOST_BOXES, _CODE = 8, frozenset("0123456789•* ")
_CAMERA = '<path d="M3 12H15L20 4H36L41 12H53V48H3Z" stroke-linejoin="round"/><circle cx="28" cy="29" r="11"/>'
_QR = '<path d="M6 4H22V20H6ZM34 4H50V20H34ZM6 32H22V48H6ZM14 10v4M42 10v4M14 38v4M34 34h6M48 34v6M36 46h6M46 48h4"/>'


@lru_cache(maxsize=2048)
def svg(screen: Screen) -> str:
    """The drawing as a whole SVG document."""
    return _Drawing(screen).document()


@lru_cache(maxsize=2048)
def version(screen: Screen) -> str:
    """Ten characters that change whenever the drawing does."""
    return sha256(svg(screen).encode()).hexdigest()[:10]


class _Drawing:
    """Shapes from top to bottom; `y` is where the next thing begins."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.main, self.y = screen, _MAIN[screen.app], 0.0
        self.paper = screen.app == "paper"
        self.shapes: list[str] = []
        self.badges: list[str] = []  # drawn last, over everything

    def document(self) -> str:
        self._head()
        for item in self.screen.items:
            self._item(item)
        height = round(self.y + (14 if self.paper else 26))
        body = "".join((*self._frame(height), *self.shapes, *self.badges))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}" '
            f'font-family="{FONTS}" font-size="{_SIZE}" fill="{_INK}">'
            f"<title>{escape(self.screen.title)}</title>{body}</svg>"
        )

    # --- what is around the items

    def _frame(self, height: int) -> tuple[str, ...]:
        if self.paper:
            edge = f"M6 3H322L354 35V{height - 3}H6Z"
            return (
                f'<path d="{edge}" fill="#fffdf3" stroke="#77725f" stroke-width="2"/>',
                '<path d="M322 3V35H354" fill="#e9e4cf" stroke="#77725f" stroke-width="2"/>',
            )
        bar = f"M3 25A22 22 0 0 1 25 3H335A22 22 0 0 1 357 25V{self.head:.0f}H3Z"
        return (
            f'<rect x="2" y="2" width="356" height="{height - 4}" rx="24" fill="#fff" stroke="#263238" '
            'stroke-width="4"/>',
            f'<path d="{bar}" fill="{self.main}"/>',
            f'<rect x="130" y="{height - 14}" width="100" height="4" rx="2" fill="#78838c"/>',
        )

    def _head(self) -> None:
        """The title on its bar, or on top of the sheet."""
        if self.paper:
            self.y = 14
            self._words(self.screen.title, _TITLE, 264, WIDTH / 2, bold=True, middle=True)
            self.shapes.append(_line(_LEFT, self.y + 6, WIDTH - _LEFT))
            self.y += 22
            return
        self.y = 16
        self._words(self.screen.title, _TITLE, 264, WIDTH / 2, bold=True, middle=True, fill="#fff")
        middle = (16 + self.y) / 2
        if self.screen.app == "vneid":
            self.shapes.append(_stroke(f"M32 {middle - 8:g}L24 {middle:g}L32 {middle + 8:g}"))
        if self.screen.app == "portal":
            self.shapes.append(_stroke("".join(f"M22 {middle + by:g}H40" for by in (-7, 0, 7))))
        self.head = self.y + 13
        self.y = self.head + 18

    # --- the items

    def _item(self, item: Item) -> None:
        if item.order:
            self.y += 12
        top, before = self.y, len(self.shapes)
        draw: Mapping[str, Callable[[Item], None]] = {
            "text": self._text,
            "note": self._note,
            "field": self._field,
            "button": self._button,
            "link": self._link,
            "choice": self._choice,
            "photo": self._photo,
            "code": self._code,
        }
        draw[item.kind](item)
        if item.order:
            ring = (
                f'<rect x="{_LEFT - _RING}" y="{top - _RING:g}" width="{_ROOM + 2 * _RING}" '
                f'height="{self.y - top + 2 * _RING:g}" rx="14" fill="{_GLOW}" stroke="{_MARK}" stroke-width="4"/>'
            )
            self.shapes.insert(before, ring)
            self._badge(item, top - _RING)
            self.y += _RING
        self.y += _GAP

    def _badge(self, item: Item, y: float) -> None:
        x = WIDTH - _LEFT + _RING - 13
        self.badges.append(
            f'<circle cx="{x}" cy="{y:g}" r="15" fill="{_MARK}" stroke="#fff" stroke-width="2.5"/>'
            f'<text x="{x}" y="{y + 6.5:g}" font-size="18" font-weight="600" text-anchor="middle" fill="#fff">'
            f"{item.order}</text>"
        )

    def _text(self, item: Item) -> None:
        self._words(item.label, _SIZE, _ROOM, bold=bool(item.order))
        self._words(item.value, _SIZE, _ROOM, bold=True)

    def _note(self, item: Item) -> None:
        self._box(item.label, item.value, fill="#fff3bf", edge="#8a6d00", indent=30, size=_SMALL)
        x, y = _LEFT + 19, self.box_middle
        self.shapes.append(
            f'<circle cx="{x}" cy="{y:g}" r="10" fill="#8a6d00"/>'
            f'<path d="M{x} {y - 5:g}v6M{x} {y + 4:g}v1" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/>'
        )

    def _field(self, item: Item) -> None:
        self._label(item)
        if self.paper:
            self._words(item.value or "", _SIZE, _ROOM - 4, _LEFT + 4, fill="#0b3d91")
            self.shapes.append(_line(_LEFT, self.y, _LEFT + _ROOM, dashed=True))
            self.y += 2
            return
        self._box(item.value or "", None, fill="#fff", edge=_GREY)
        if not item.value and item.order:  # the cursor, where typing begins
            self.shapes.append(_line(_LEFT + 14, self.box_middle - 11, _LEFT + 14, self.box_middle + 11))

    def _button(self, item: Item) -> None:
        fill, ink = (self.main, "#fff") if item.order else ("#fff", self.main)
        self._box(item.label, item.value, fill=fill, edge=self.main, ink=ink, size=_BUTTON, bold=True, middle=True)

    def _link(self, item: Item) -> None:
        self._words(item.label, _SIZE, _ROOM, bold=True, fill="#0b4a8f", underline=True)
        self._words(item.value, _SMALL, _ROOM, fill=_GREY)

    def _choice(self, item: Item) -> None:
        self._box(item.label, item.value, fill="#fff", edge="#78838c", indent=34)
        x, y = _LEFT + 21, self.box_middle
        self.shapes.append(f'<circle cx="{x}" cy="{y:g}" r="9" fill="#fff" stroke="{_GREY}" stroke-width="2"/>')
        if item.order:
            self.shapes.append(f'<circle cx="{x}" cy="{y:g}" r="5" fill="{_MARK}"/>')

    def _photo(self, item: Item) -> None:
        """A camera above what is to be photographed; for a QR code its three corners."""
        top = self.y
        self.y += 74
        place = len(self.shapes)
        self._words(item.label, _SMALL, _ROOM - 28, WIDTH / 2, middle=True)
        self._words(item.value, _SMALL, _ROOM - 28, WIDTH / 2, bold=True, middle=True)
        self.y += 8
        self.shapes.insert(
            place,
            f'<rect x="{_LEFT}" y="{top:g}" width="{_ROOM}" height="{self.y - top:g}" rx="10" fill="#e8ecef" '
            f'stroke="{_GREY}" stroke-width="1.5" stroke-dasharray="7 5"/>'
            f'<g transform="translate(152 {top + 14:g})" fill="none" stroke="{_GREY}" stroke-width="3">'
            f"{_QR if 'QR' in item.label else _CAMERA}</g>",
        )

    def _code(self, item: Item) -> None:
        """Little boxes, one for each digit; a value of another kind is a field."""
        digits = "".join(item.value.split()) if item.value else " " * 6
        if len(digits) > _MOST_BOXES or not set(digits) <= _CODE:
            self._field(item)
            return
        self._label(item)
        step = min(52.0, _ROOM / len(digits))
        size = step - 8
        left = _LEFT + (_ROOM - step * len(digits)) / 2 + 4
        for place, digit in enumerate(digits):
            x = left + place * step
            self.shapes.append(
                f'<rect x="{x:.0f}" y="{self.y:g}" width="{size:.0f}" height="46" rx="8" fill="#fff" stroke="{_GREY}" '
                'stroke-width="2"/>'
            )
            if digit.strip():
                self.shapes.append(
                    f'<text x="{x + size / 2:.0f}" y="{self.y + 31:g}" font-size="22" font-weight="600" '
                    f'text-anchor="middle">{escape(digit)}</text>'
                )
        self.y += 46

    # --- what items are made of

    def _label(self, item: Item) -> None:
        self._words(item.label, _SMALL, _ROOM - (20 if item.order else 0), fill=_GREY, bold=True)
        self.y += 4

    def _box(
        self,
        label: str,
        value: str | None,
        fill: str,
        edge: str,
        ink: str = _INK,
        size: int = _SIZE,
        indent: int = 0,
        bold: bool = False,
        middle: bool = False,
    ) -> None:
        """A rounded box around the label and, under it, the value; `box_middle` is the height of its middle."""
        room = _ROOM - 24 - indent
        top, place = self.y, len(self.shapes)
        self.y += 11
        x = WIDTH / 2 if middle else _LEFT + 12 + indent
        self._words(label, size, room, x, bold=bold, middle=middle, fill=ink)
        self._words(value, _SMALL, room, x, middle=middle, fill=ink)
        self.y += 11
        self.box_middle = (top + self.y) / 2
        self.shapes.insert(
            place,
            f'<rect x="{_LEFT}" y="{top:g}" width="{_ROOM}" height="{self.y - top:g}" rx="10" fill="{fill}" '
            f'stroke="{edge}" stroke-width="2"/>',
        )

    def _words(
        self,
        text: str | None,
        size: int,
        room: float,
        x: float = _LEFT,
        bold: bool = False,
        middle: bool = False,
        fill: str = "",
        underline: bool = False,
    ) -> None:
        """The text in as many lines as it needs; an empty one takes the room of a line, None takes none."""
        if text is None:
            return
        look = f' font-size="{size}"' if size != _SIZE else ""
        look += ' font-weight="600"' if bold else ""
        look += ' text-anchor="middle"' if middle else ""
        look += f' fill="{fill}"' if fill and fill != _INK else ""
        look += ' text-decoration="underline"' if underline else ""
        for line in lines(text, size, room, bold) or ("",):
            self.y += size + 7
            if line:
                self.shapes.append(f'<text x="{x:g}" y="{self.y - 7:g}"{look}>{escape(line)}</text>')


def _line(x: float, y: float, to_x: float, to_y: float | None = None, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="3 4"' if dashed else ""
    return f'<path d="M{x:g} {y:g}L{to_x:g} {y if to_y is None else to_y:g}" stroke="{_INK}" stroke-width="2"{dash}/>'


def _stroke(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/>'
