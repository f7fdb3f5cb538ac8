"""Adding a phrasing to a topic's file: what may not be added, and the check of the file that was written."""

import json
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path

from knowledge.check import check
from knowledge.fold import folded
from knowledge.load import Content
from knowledge.names import hidden
from knowledge.one_line import replace, with_item
from knowledge.problems import Problem
from knowledge.wording import Said, said

QUESTIONS = Path(__file__).parents[1] / "tests/questions"
LEAST, MOST = 3, 10  # words


class Refused(Exception):
    """A phrasing that was not added; `why` says it, or `problems` do where the check found them."""

    def __init__(self, why: Said, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(why.key)
        self.why, self.problems = why, problems


def add(folder: Path, content: Content, key: str, phrasing: str, judged: Collection[str], on: date) -> str:
    """Adds a phrasing to the topic of this id, checks the file as of `on` and gives its name. Raises `Refused`, and
    then the file is as it was. `judged` is what `judging` gives."""
    why = fault(content, key, phrasing, judged)
    file = file_of(content, key)
    if why or file is None:
        raise Refused(why or said("learn_no_topic", id=key))
    path = folder / file
    old = path.read_bytes().decode("utf-8")  # as it is, with the ends of its lines
    before = {(problem.field, problem.message) for problem in check(folder, on)[1] if problem.file == file}
    new_text = with_item(old, "phrasings", phrasing)
    if new_text is None:
        raise Refused(said("learn_by_hand", file=file))
    replace(path, new_text)
    after = [problem for problem in check(folder, on)[1] if problem.file == file]
    new = tuple(p for p in after if p.level == "error" and (p.field, p.message) not in before)
    if new:
        replace(path, old)
        raise Refused(said("learn_check_failed", file=file), new)
    return file


def file_of(content: Content, key: str) -> str | None:
    """The file that holds the phrasings of a topic or of "faq:<id>"; None if there is no such topic."""
    if key in content.procedures:
        return content.files[f"procedures/{key}"]
    return content.files.get(f"faq/{key.removeprefix('faq:')}") if key.startswith("faq:") else None


def fault(content: Content, key: str, phrasing: str, judged: Collection[str]) -> Said | None:
    """Why this cannot be a phrasing of this topic; None when it can."""
    words = folded(phrasing)
    if not LEAST <= len(words.split()) <= MOST:
        return said("learn_length", least=LEAST, most=MOST)
    if hidden(phrasing) != phrasing or "…" in phrasing:
        return said("learn_personal")
    owner = next((other for other, known in _known(content) if folded(known) == words), None)
    if owner is not None:
        return said("learn_there" if owner == key else "learn_taken", id=owner)
    return said("learn_judging") if words in judged else None


def _known(content: Content) -> Iterator[tuple[str, str]]:
    """Every phrasing and name, with the id it belongs to."""
    for key, topic in content.procedures.items():
        yield from ((key, text) for text in (*topic.phrasings, topic.everyday, topic.name))
    for key, entry in content.faqs.items():
        yield from ((f"faq:{key}", text) for text in (*entry.phrasings, entry.question))


def judging(folder: Path = QUESTIONS) -> frozenset[str]:
    """The messages that judge the reading, folded: what judges is never learnt from. Empty where they are not here."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            data = json.loads(line) if line.strip() else {}
            found.update(folded(str(turn.get("q", ""))) for turn in (data, *data.get("turns", ())))
    return frozenset(found)
