"""A leaflet to print: one topic or one guide in large type, with a QR code that opens it in the chat."""

import io
from collections.abc import Callable
from datetime import date

from PIL import Image

from bot.links import Links
from bot.sheet import Sheet, Size
from handlers.overlay import office_lines
from handlers.ports import Tools
from handlers.sections import changes, section
from handlers.topic import footer, stale
from handlers.words import bullets, day, say
from knowledge.model import Facet, Guide, Procedure, Step
from knowledge.place import Place

_SECTIONS = (
    Facet.DOCUMENTS,
    Facet.FORMS,
    Facet.FEES,
    Facet.BENEFITS,
    Facet.DEADLINE,
    Facet.WHERE,
    Facet.STEPS,
    Facet.PITFALLS,
)
_PICTURE = 0.34  # of the page's width

PictureOf = Callable[[str], bytes | None]  # the picture at one of our addresses, as PNG or JPEG


def topic_leaflet(tools: Tools, topic: Procedure, place: Place | None, on: date, size: Size, links: Links) -> bytes:
    """The PDF of a topic: papers, fee, time, place and steps, as the chat tells them."""
    sheet = _begun(tools, topic.everyday, topic.id, on, size, links)
    if topic.name.lower() != topic.everyday.lower():
        sheet.paragraph(topic.name, soft=True)
    for text in (stale(on, tools, topic), topic.summary.text):
        if text:
            sheet.paragraph(text.replace("**", ""))
    for facet in _SECTIONS:
        text = section(tools, topic, facet, None, on, place)
        if text:
            sheet.markup(text)
    sheet.markup(changes(tools, topic, since=str(on)))
    sheet.ln(sheet.row * 0.5)
    sheet.paragraph(footer(tools, topic, topic.summary.source), scale=0.75, soft=True)
    return bytes(sheet.output())


def guide_leaflet(
    tools: Tools, guide: Guide, place: Place | None, on: date, size: Size, links: Links, picture: PictureOf
) -> bytes:
    """The PDF of a guide: what to have at hand, then every step with its picture and its known troubles."""
    sheet = _begun(tools, guide.everyday, guide.id, on, size, links)
    sheet.paragraph(say(tools, "guide_before", name=guide.name, minutes=guide.before.minutes).replace("**", ""))
    if text := stale(on, tools, guide):
        sheet.paragraph(text)
    sheet.markup(bullets([item.text for item in guide.before.have]))
    sheet.paragraph(say(tools, "guide_neighbour", text=guide.before.neighbour).replace("**", ""))
    numbers = {step.id: number for number, step in enumerate(guide.steps, 1)}
    for step in guide.steps:
        _step(sheet, tools, guide, step, numbers, picture)
    sheet.heading(say(tools, "leaflet_done"))
    sheet.paragraph(guide.done.replace("**", ""))
    if local := office_lines(tools, place):
        sheet.markup(local)
    sheet.ln(sheet.row * 0.5)
    sheet.paragraph(footer(tools, guide, guide.before.have[0].source), scale=0.75, soft=True)
    return bytes(sheet.output())


def _begun(tools: Tools, name: str, key: str, on: date, size: Size, links: Links) -> Sheet:
    """The head of the sheet: the name in large type, and the QR code with its words beside it."""
    sheet = Sheet(size, name, say(tools, "leaflet_foot", day=day(on), link=links.web()))
    side, top = sheet.epw * 0.22, sheet.get_y()
    sheet.qr(links.web(key), side, sheet.w - sheet.edge - side, top)
    right = sheet.r_margin
    sheet.set_right_margin(sheet.edge + side + 4)
    sheet.paragraph(name, scale=1.75, bold=True)
    sheet.ln(sheet.row * 0.2)
    sheet.paragraph(say(tools, "leaflet_scan"), scale=0.85)
    for line in (links.web(key), *links.others(key).values()):
        sheet.paragraph(line, scale=0.7, soft=True)
    sheet.set_right_margin(right)
    sheet.set_y(max(sheet.get_y(), top + side) + sheet.row * 0.3)
    return sheet


def _step(sheet: Sheet, tools: Tools, guide: Guide, step: Step, numbers: dict[str, int], picture: PictureOf) -> None:
    drawn = picture(_address(tools, guide, step)) if step.screen or _own(tools, guide, step) else None
    width = sheet.epw * _PICTURE
    height = 0.0
    if drawn:
        with Image.open(io.BytesIO(drawn)) as image:
            height = width * image.height / image.width
        sheet.room(height + sheet.row * 2)
    sheet.heading(say(tools, "leaflet_step", number=numbers[step.id], title=step.title), scale=1.1)
    page, top = sheet.page_no(), sheet.get_y()
    if drawn:
        sheet.image(io.BytesIO(drawn), x=sheet.w - sheet.edge - width, y=top, w=width, h=height, alt_text=step.title)
        sheet.set_right_margin(sheet.edge + width + 5)
    sheet.markup(step.text)
    if step.press:
        sheet.paragraph(say(tools, "guide_press", label=step.press).replace("**", ""), bold=True)
    for option in step.ask or ():
        sheet.item("»", say(tools, "leaflet_option", label=option.label, number=numbers[option.next]))
    if step.next and numbers[step.next] != numbers[step.id] + 1:
        sheet.item("»", say(tools, "leaflet_go", number=numbers[step.next]))
    if step.tip:
        sheet.paragraph(step.tip.replace("**", ""), soft=True)
    for trouble in step.troubles:
        sheet.item("•", say(tools, "leaflet_trouble", seen=trouble.seen, fix=trouble.fix))
    sheet.set_right_margin(sheet.edge)
    if drawn and sheet.page_no() == page:
        sheet.set_y(max(sheet.get_y(), top + height) + sheet.row * 0.3)


def _own(tools: Tools, guide: Guide, step: Step) -> bool:
    return f"{guide.id}/{step.id}" in tools.content.pictures


def _address(tools: Tools, guide: Guide, step: Step) -> str:
    own = tools.content.pictures.get(f"{guide.id}/{step.id}")
    return f"/pictures/{guide.id}/{own.name if own else f'{step.id}.png'}"
