"""A printed sheet in large Vietnamese type: headings, lists, pictures, a QR code; fonts embedded, text selectable."""

import io
import re
from importlib.resources import files
from typing import Final, Literal

import segno
from fpdf import FPDF

Size = Literal["A3", "A4", "A5"]
_FORMAT: Final = {"A3": (297, 420), "A4": (210, 297), "A5": (148, 210)}  # mm
_BODY: Final = {"A3": 22.0, "A4": 14.5, "A5": 11.5}  # points
_MARGIN: Final = {"A3": 22.0, "A4": 17.0, "A5": 12.0}  # mm
_FONT = "Be Vietnam Pro"
_INK, _SOFT, _GREEN = (20, 30, 28), (80, 90, 88), (11, 90, 74)
_LINE = 1.38  # of the type's height
_POINT = 25.4 / 72  # mm
_NUMBERED = re.compile(r"^(\d+)\. (.*)$", re.DOTALL)


class Sheet(FPDF):
    """`foot` stands at the bottom of every page, before the number of the page."""

    def __init__(self, size: Size, title: str, foot: str) -> None:
        super().__init__(format=_FORMAT[size])
        fonts = files("fontpkg_be_vietnam_pro") / "files"
        self.add_font(_FONT, "", str(fonts / "BeVietnamPro-Regular.ttf"))
        self.add_font(_FONT, "B", str(fonts / "BeVietnamPro-SemiBold.ttf"))
        self.body, self.edge, self.foot = _BODY[size], _MARGIN[size], foot
        self.set_margin(self.edge)
        self.set_auto_page_break(True, self.edge + self.body * _POINT * 2)
        self.set_title(title)
        self.set_lang("vi")
        self.alias_nb_pages()
        self.add_page()

    @property
    def row(self) -> float:
        """The height of a line of body type, mm."""
        return self.body * _POINT * _LINE

    def footer(self) -> None:
        """Called by fpdf2 at the end of each page, also in the middle of a narrow column."""
        left, right = self.l_margin, self.r_margin
        self.set_margins(self.edge, self.edge, self.edge)
        self.set_y(-self.edge - self.row * 0.6)
        self.type_in(0.62, colour=_SOFT)
        self.cell(0, self.row * 0.7, f"{self.foot}  ·  {self.page_no()}/{{nb}}", align="C")
        self.set_margins(left, self.edge, right)

    def heading(self, text: str, scale: float = 1.2) -> None:
        """A line of bold type that is not left alone at the foot of a page."""
        if self.will_page_break(self.row * scale * 3):
            self.add_page()
        self.ln(self.row * 0.35)
        self.type_in(scale, bold=True, colour=_GREEN)
        self.multi_cell(0, self.row * scale, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(self.row * 0.1)

    def paragraph(
        self, text: str, scale: float = 1.0, bold: bool = False, soft: bool = False, indent: float = 0
    ) -> None:
        """Running text; `scale` of the body type, `soft` in grey."""
        self.type_in(scale, bold, _SOFT if soft else _INK)
        self.multi_cell(0, self.row * scale, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def item(self, mark: str, text: str) -> None:
        """A bulleted or numbered line, its text hanging beside the mark."""
        hang = self.row * 1.05
        if self.will_page_break(self.row):
            self.add_page()
        self.type_in(1.0, bold=mark != "•", colour=_GREEN)
        self.cell(hang, self.row, mark)
        self.type_in(1.0)
        before = self.l_margin
        self.set_left_margin(before + hang)
        self.multi_cell(0, self.row, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.set_left_margin(before)
        self.set_x(before)
        self.ln(self.row * 0.12)

    def markup(self, text: str) -> None:
        """A block of light markup: `**heading**` lines, `- ` and `1. ` lines, running text."""
        for line in text.split("\n"):
            bare = line.replace("**", "").strip()
            numbered = _NUMBERED.match(bare)
            if not bare:
                self.ln(self.row * 0.3)
            elif line.startswith("**") and line.rstrip().endswith("**"):
                self.heading(bare)
            elif bare.startswith("- "):
                self.item("•", bare[2:])
            elif numbered:
                self.item(f"{numbered[1]}.", numbered[2])
            else:
                self.paragraph(bare)

    def qr(self, link: str, side: float, x: float, y: float) -> None:
        """A QR code of this link, `side` mm wide, its quiet zone included."""
        drawn = io.BytesIO()
        segno.make(link, error="m", micro=False).save(drawn, kind="png", scale=12, border=3)
        self.image(drawn, x=x, y=y, w=side, h=side, alt_text=link)

    def room(self, height: float) -> None:
        """Go to a new page unless `height` mm are left on this one."""
        if self.will_page_break(height):
            self.add_page()

    def type_in(self, scale: float, bold: bool = False, colour: tuple[int, int, int] = _INK) -> None:
        """The type of what is written next; `scale` of the body type."""
        self.set_font(_FONT, "B" if bold else "", self.body * scale)
        self.set_text_color(*colour)
