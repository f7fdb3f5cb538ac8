"""The messages of one database and the content they may teach: what `causo learn` works on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.clock import now
from bot.learning import Learner
from bot.settings import read_settings
from bot.store.connect import Store, open_store, upgrade
from bot.store.misread import Misread, dealt_with, misread
from knowledge.fold import folded
from knowledge.load import Content, load
from knowledge.phrasings import add, file_of, judging
from knowledge.wording import Said, said

_NO = ("button_not_this", "button_no")


@dataclass(slots=True)
class School:
    """`content` is what is in the folder now: it is read again after each phrasing."""

    store: Store
    folder: Path
    content: Content
    judged: frozenset[str] = field(default_factory=judging)

    def learner(self, since: datetime | None = None) -> Learner:
        """What the messages since then say, without those that an editor has dealt with."""
        texts = self.content.texts
        no = {folded(word) for word in (*texts["words_no"].split(","), *(texts[key] for key in _NO))}
        with self.store.read() as session:
            found = misread(session, no, since)
        return Learner(self.content, found, self.judged)

    def topic(self, key: str) -> str | Said:
        """The id of a topic or FAQ entry as the content has it, or what to say where there is none."""
        found = next((name for name in (key, f"faq:{key}") if file_of(self.content, name)), None)
        if found:
            return found
        near = [name for name in (*self.content.procedures, *self.content.faqs) if key in name][:5]
        return said("learn_near", id=key, near=", ".join(near)) if near else said("learn_no_topic", id=key)

    def accept(self, topic: str, phrasing: str) -> str:
        """Writes the phrasing to the topic's file and gives the file's name. Raises `Refused`."""
        file = add(self.folder, self.content, topic, phrasing, self.judged, now().date())
        self.content = load(self.folder)
        return file

    def deal_with(self, messages: Sequence[Misread]) -> None:
        """These messages do not come again."""
        with self.store.write() as session:
            dealt_with(session, [message.id for message in messages], now())


def open_school(folder: Path) -> School:
    """The database of the settings, brought up to date, and the content of this folder."""
    url = read_settings().database_url
    upgrade(url)
    return School(open_store(url), folder, load(folder))
