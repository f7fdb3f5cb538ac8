"""Floors on the judging messages, taken through the whole program. They rise with what is measured and never fall.

The writers of `tests/questions/` saw neither phrasings nor training messages. `causo eval` prints the same figures.
"""

import json
from pathlib import Path

import pytest

from bot.cli.ask import Conversation, passing_app
from bot.evaluation import Report, judge, share
from bot.settings import Settings
from handlers.turn import Reply

QUESTIONS = Path(__file__).parent / "questions"
FILES = ("topics.jsonl", "dialogues.jsonl", "no_answer.jsonl")
AT_LEAST = {
    "top-1": 96.5,
    "top-3": 99.0,
    "answered outright": 93.0,
    "right of these": 97.5,
    "facet among those shown": 88.5,
    "dialogue turns": 92.5,
}
AT_MOST = {"answered though none": 3.0}
STYLES_AT_LEAST = 92.0
KINDS_AT_LEAST = {
    "khan-cap": 100.0,
    "thong-tin-ca-nhan": 100.0,
    "ma-ho-so": 100.0,
    "gap-nguoi-that": 85.0,
    "prompt-injection": 90.0,
    "spam": 90.0,
}


@pytest.fixture(scope="module")
def report() -> Report:
    lines = [json.loads(line) for name in FILES for line in (QUESTIONS / name).read_text(encoding="utf-8").splitlines()]
    found = Report()
    with passing_app(Settings(secret_key="a key for tests only, long enough")) as app:  # type: ignore[arg-type]
        chats: dict[str, Conversation] = {}

        def ask(chat: str, text: str) -> Reply:
            return chats.setdefault(chat, Conversation(app, chat)).say(text)

        for group, verdict in judge(lines, ask):
            found.add(group, verdict)
    return found


@pytest.mark.parametrize("name", AT_LEAST)
def test_a_figure_keeps_its_floor(report: Report, name: str) -> None:
    assert report.figures()[name].percent >= AT_LEAST[name]


@pytest.mark.parametrize("name", AT_MOST)
def test_a_figure_keeps_its_ceiling(report: Report, name: str) -> None:
    assert report.figures()[name].percent <= AT_MOST[name]


def test_no_style_of_writing_is_left_behind(report: Report) -> None:
    styles = {verdict.style for verdict in report.topics}
    shares = report.by_style()
    assert {name: shares[name].percent for name in styles if shares[name].percent < STYLES_AT_LEAST} == {}


@pytest.mark.parametrize("kind", KINDS_AT_LEAST)
def test_what_is_no_question_gets_its_own_reply(report: Report, kind: str) -> None:
    assert report.by_style()[kind].percent >= KINDS_AT_LEAST[kind]


def test_sure_is_right_and_unsure_is_often_wrong(report: Report) -> None:
    sure = [verdict.first for verdict in report.topics if verdict.confidence >= 0.95]
    unsure = [verdict.first for verdict in report.topics if verdict.confidence < 0.6]
    assert share(sure).percent >= 98.5
    assert share(unsure).percent <= 80.0
