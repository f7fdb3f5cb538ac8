"""Asking an editor at a terminal what is to be learnt, one group of messages after the other."""

from collections.abc import Sequence

import typer

from bot.learning import Lesson, Likely
from bot.lesson import lesson_lines
from bot.school import School
from knowledge.phrasings import LEAST, MOST, Refused
from knowledge.wording import Said


class Desk:
    """An editor at a terminal."""

    def __init__(self, school: School) -> None:
        self.school, self.texts = school, school.content.texts

    def go_through(self, lessons: Sequence[Lesson]) -> None:
        """One group after the other, until the last or until the editor stops."""
        skip, stop = self.texts["learn_key_skip"], self.texts["learn_key_stop"]
        self._say("learn_head", count=len(lessons))
        self._say("learn_how", skip=skip, stop=stop)
        for lesson in lessons:
            typer.echo("\n" + "\n".join(lesson_lines(lesson, self.texts)))
            if not self._decided(lesson, skip, stop):
                return

    def _decided(self, lesson: Lesson, skip: str, stop: str) -> bool:
        """Whether to go on."""
        while (answer := self._asked("learn_choose")) not in ("", stop):
            if answer == skip:
                self.school.deal_with(lesson.messages)
                self._say("learn_skipped", count=len(lesson.messages))
                return True
            chosen = self._chosen(lesson, answer)
            if chosen and self._taught(lesson, chosen):
                return True
        return answer != stop

    def _chosen(self, lesson: Lesson, answer: str) -> Likely | None:
        """The topic of this number or id."""
        if answer.isdigit() and 0 < int(answer) <= len(lesson.topics):
            return lesson.topics[int(answer) - 1]
        key = self.school.topic(answer)
        if isinstance(key, Said):
            self._say(key.key, **key.values)
            return None
        same = next((topic for topic in lesson.topics if topic.id == key), None)
        return same or Likely(key, key, 0.0, next((topic.phrasing for topic in lesson.topics), ""))

    def _taught(self, lesson: Lesson, topic: Likely) -> bool:
        """Whether a phrasing was added; the words are asked for until one can be, or none is given."""
        proposed = topic.phrasing
        while True:
            key = "learn_words" if proposed else "learn_words_bare"
            phrasing = self._asked(key, phrasing=proposed, least=LEAST, most=MOST) or proposed
            if not phrasing or phrasing == self.texts["learn_key_stop"]:
                return False
            try:
                file = self.school.accept(topic.id, phrasing)
            except Refused as refused:
                self._say(refused.why.key, **refused.why.values)
                for problem in refused.problems:
                    typer.echo(str(problem))
                proposed = ""
                continue
            self.school.deal_with(lesson.messages)
            self._say("learn_added", phrasing=phrasing, file=file)
            self._say("learn_done", count=len(lesson.messages))
            return True

    def _asked(self, key: str, **values: object) -> str:
        """One line of the editor; at the end of the input, the key that stops."""
        try:
            return " ".join(input(self.texts[key].format(**values)).split())
        except EOFError:
            typer.echo()
            return self.texts["learn_key_stop"]

    def _say(self, key: str, **values: object) -> None:
        typer.echo(self.texts[key].format(**values))
