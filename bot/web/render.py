"""What was said as HTML: the light markup of a reply, safely, and the page around it."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from bot.store.transcript import Entry
from handlers.turn import FilePart, LinkPart, PicturePart, TextPart

_FOLDER = Path(__file__).parent
STATIC = _FOLDER / "static"
_pages = Environment(loader=FileSystemLoader(_FOLDER / "templates"), autoescape=True, undefined=StrictUndefined)
_markup = MarkdownIt("zero", {"html": False, "breaks": True}).enable(["emphasis", "list", "newline"])
_BARE_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")
_DOMAIN = re.compile(r"(?<![\w/.@-])((?:[a-z0-9-]+\.)+gov\.vn)(?![\w/])")


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message on the page."""

    seq: int
    mine: bool
    html: Markup
    buttons: tuple[tuple[str, str], ...] = ()


def bubble(entry: Entry) -> Bubble:
    """An entry of the transcript, ready for the page."""
    if entry.message is None:
        lines = Markup("<br>").join(escape(entry.said or "").split("\n"))
        return Bubble(entry.seq, True, Markup("<p>{}</p>").format(lines))
    match entry.message.part:
        case TextPart(text):
            html = rich(text)
        case PicturePart(url, alt):
            html = Markup('<img src="{}" alt="{}">').format(url, alt) + rich(entry.message.caption)
        case LinkPart(url, label) | FilePart(url, label):
            html = Markup('<p><a href="{}" rel="noopener">{}</a></p>').format(url, label)
    return Bubble(entry.seq, False, html, tuple((button.label, button.value) for button in entry.message.buttons))


def rich(text: str) -> Markup:
    """Bold, lists and line breaks of our own markup; everything else is escaped; links only to https addresses."""
    # A list begins a paragraph of its own even where the text before it ends with a single line break.
    spaced = re.sub(r"(?m)^(?!- )(.+)\n(?=- |\d+\. )", r"\1\n\n", text)
    html = _markup.render(spaced)
    html = _BARE_LINK.sub(lambda link: f'<a href="{link.group()}" rel="noopener">{link.group()}</a>', html)
    html = _DOMAIN.sub(r'<a href="https://\1" rel="noopener">\1</a>', html)
    return Markup(html)  # noqa: S704  markdown-it escaped what was said; only our own tags are added


@lru_cache
def static_version() -> str:
    """Changes when any static file changes, so that browsers may keep them for a year."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.iterdir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def page(name: str, texts: Mapping[str, str], **values: object) -> str:
    """A whole page from a template; `t.key` are the texts whose keys begin with web_."""
    words = {key.removeprefix("web_"): text for key, text in texts.items() if key.startswith("web_")}
    return _pages.get_template(name).render(t=words, version=static_version(), **values)
