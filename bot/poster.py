"""A poster for the one-stop desk: a large QR code, what may be asked, and whom to call."""

from datetime import date

from bot.links import Links
from bot.sheet import Sheet, Size
from handlers.overlay import office_lines
from handlers.ports import Tools
from handlers.words import day, say
from knowledge.place import Place

_SMALLER = 0.85  # so that everything stands on one page


def poster(tools: Tools, place: Place | None, on: date, size: Size, links: Links) -> bytes:
    """One page as PDF."""
    sheet = Sheet(size, say(tools, "poster_title"), say(tools, "leaflet_foot", day=day(on), link=links.web()))
    sheet.body *= _SMALLER
    if place:
        sheet.paragraph(place.name, scale=1.2, soft=True)
    sheet.paragraph(say(tools, "poster_title"), scale=2.2, bold=True)
    sheet.ln(sheet.row * 0.4)
    side, top = sheet.epw * 0.44, sheet.get_y()
    sheet.qr(links.web(), side, sheet.l_margin, top)
    left = sheet.l_margin
    sheet.set_left_margin(left + side + 6)
    sheet.set_xy(left + side + 6, top + sheet.row * 0.4)
    sheet.paragraph(say(tools, "poster_scan"), scale=1.1)
    for line in (links.web(), *links.others().values()):
        sheet.paragraph(line, scale=0.8, soft=True)
    sheet.ln(sheet.row * 0.4)
    sheet.paragraph(say(tools, "poster_person"), bold=True)
    sheet.set_left_margin(left)
    sheet.set_xy(left, max(sheet.get_y(), top + side) + sheet.row * 0.4)
    sheet.heading(say(tools, "poster_ask"), scale=1.1)
    sheet.markup(say(tools, "poster_examples"))
    if local := office_lines(tools, place):
        sheet.markup(local)
    sheet.ln(sheet.row * 0.3)
    sheet.paragraph(say(tools, "poster_free"), bold=True)
    return bytes(sheet.output())
