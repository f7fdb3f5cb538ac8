"""`causo ask` and `causo chat`: the same conversation as everywhere, in the terminal."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from bot.app import App, build
from bot.channels.markup import plain
from bot.clock import now
from bot.settings import Settings, read_settings
from bot.store.connect import upgrade
from handlers.turn import FilePart, Incoming, LinkPart, Outcome, Part, PicturePart, Reply, TextPart

_WITH_TOPIC = {
    Outcome.ANSWERED,
    Outcome.GUIDE_STEP,
    Outcome.GUIDE_DONE,
    Outcome.CHECKLIST,
    Outcome.DOSSIER_SHOWN,
    Outcome.PLACE_SHOWN,
    Outcome.ASKED_BACK,
}


@contextmanager
def passing_app(settings: Settings) -> Iterator[App]:
    """The whole program on a database of its own that is gone afterwards, with the sample dossiers in it."""
    from bot.dossiers.table import load_sample

    with tempfile.TemporaryDirectory(prefix="causo-", ignore_cleanup_errors=True) as folder:
        url = f"sqlite:///{Path(folder) / 'ask.sqlite3'}"
        upgrade(url)
        app = build(settings.model_copy(update={"database_url": url}))
        with app.store.write() as session:
            load_sample(session, now().date(), app.key)
        try:
            yield app
        finally:
            app.store.close()


class Conversation:
    """One chat of this run; each `say` is a turn of the real engine."""

    def __init__(self, app: App, chat: str) -> None:
        self.app, self.chat, self.count = app, chat, 0

    def say(self, text: str) -> Reply:
        self.count += 1
        incoming = Incoming("console", self.chat, f"{self.chat}:{self.count}", now(), text=text)
        reply = self.app.engine.take(incoming)
        assert reply is not None, "message ids of one run are unique"
        return reply


def part_text(part: Part) -> str:
    """A part as plain text."""
    match part:
        case TextPart(text):
            return plain(text)
        case PicturePart(_, alt):
            return alt
        case FilePart(url, label) | LinkPart(url, label):
            return f"{label}: {url}"


def as_json(question: str, chat: str | None, reply: Reply) -> dict[str, object]:
    """One line of `causo ask --jsonl`, a public interface: see README."""
    about = reply.reading
    topic = about.topic if reply.outcome in _WITH_TOPIC else None
    return {
        "q": question,
        "chat": chat,
        "outcome": str(reply.outcome),
        "id": topic,
        "facet": about.facets[0] if about.facets else None,
        "facets": list(about.facets),
        "confidence": round(about.confidence, 4),
        "candidates": [{"id": candidate.id, "score": candidate.score} for candidate in about.candidates],
        "text": "\n\n".join(part_text(part) for part in reply.parts),
        "buttons": [{"label": button.label, "value": button.value} for button in reply.buttons],
    }


def ask(
    question: Annotated[str, typer.Argument(help="What a resident would type.")] = "",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Read JSON lines from standard input.")] = False,
) -> None:
    """Answer one question, or with --jsonl many: {"q": ..., "chat": optional name} a line."""
    with passing_app(read_settings()) as app:
        if jsonl:
            _answer_lines(app)
        elif question.strip():
            _show(Console(), Conversation(app, "ask").say(question), app.settings.address)
        else:
            raise typer.BadParameter("Give a question, or --jsonl and lines on standard input.")


def _answer_lines(app: App) -> None:
    chats: dict[str, Conversation] = {}
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
            question, chat = data["q"], data.get("chat")
            if not isinstance(question, str) or not isinstance(chat, str | None):
                raise TypeError("q and chat must be text")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            said = {KeyError: "q is missing", json.JSONDecodeError: "not JSON"}.get(
                type(error), "q and chat must be text"
            )
            print(json.dumps({"error": said, "line": number}, ensure_ascii=False), flush=True)
            continue
        name = chat if chat is not None else f"\0{number}"
        talk = chats.setdefault(name, Conversation(app, name))
        print(json.dumps(as_json(question, chat, talk.say(question)), ensure_ascii=False), flush=True)


def chat() -> None:
    """Talk in the terminal. A number chooses a button; an empty line or Ctrl-D ends."""
    console = Console()
    with passing_app(read_settings()) as app:
        talk = Conversation(app, "chat")
        _show(console, talk.say("/start"), app.settings.address)
        while True:
            try:
                text = console.input("[bold cyan]›[/] ")
            except (EOFError, KeyboardInterrupt):
                break
            if not text.strip():
                break
            _show(console, talk.say(text), app.settings.address)


def _show(console: Console, reply: Reply, address: str = "") -> None:
    """In colours in a terminal, plain elsewhere. `address` is the page's, where pictures are."""
    for part in reply.parts:
        if not console.is_terminal:
            console.print(part_text(part), markup=False, highlight=False, soft_wrap=True)
        elif isinstance(part, PicturePart):
            url = part.url if "://" in part.url else f"{address}{part.url}"
            console.print(Panel(Text(f"{part.alt}\n{url}"), border_style="dim", expand=False))
        else:
            text = part.text if isinstance(part, TextPart) else part_text(part)
            console.print(Markdown(text.replace("\n", "  \n")))  # a line stays a line
        console.print()
    for number, button in enumerate(reply.buttons, 1):
        console.print(f"  [bold]{number}[/]. ", end="")
        console.print(button.label, markup=False, highlight=False)
