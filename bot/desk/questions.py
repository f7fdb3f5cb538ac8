"""What residents said and was not understood, in groups: one tap gives a topic a new way of asking."""

from collections.abc import Iterator
from itertools import islice

from starlette.responses import Response
from starlette.routing import Route

from bot.desk.base import LEADS, OFFICERS, Ask, Desk, back, route, shown
from bot.learning import Learner, Lesson
from bot.lesson import lesson_lines
from bot.school import School
from bot.staff.audit import record
from knowledge.load import load
from knowledge.phrasings import Refused

_MOST = 12  # groups on a page


def question_routes(desk: Desk) -> list[Route]:
    return [
        route(desk, "/cau-hoi", _list, LEADS),
        route(desk, "/cau-hoi/{group}/them", _accept, OFFICERS, "POST"),
        route(desk, "/cau-hoi/{group}/bo", _skip, OFFICERS, "POST"),
    ]


def _school(desk: Desk) -> School:
    return School(desk.store, desk.library.folder, load(desk.library.folder))


def _list(desk: Desk, ask: Ask) -> Response:
    lessons = list(islice(_lessons(_school(desk).learner()), _MOST))
    told = [(lesson, list(lesson_lines(lesson, desk.texts))) for lesson in lessons]
    content = desk.library.current.content
    topics = sorted((topic.everyday, key) for key, topic in content.procedures.items())
    return shown(desk, ask, "questions.html", lessons=told, topics=topics)


def _lessons(learner: Learner) -> Iterator[Lesson]:
    yield from learner.lessons()


def _accept(desk: Desk, ask: Ask) -> Response:
    """The phrasing goes into the topic's file after the check; the group does not come again."""
    school = _school(desk)
    learner = school.learner()
    messages = learner.group(ask.number("group"))
    if not messages:
        return back("/cau-hoi", "late")
    phrasing = " ".join(ask.form.get("phrasing", "").split())
    try:
        school.accept(ask.form.get("topic", ""), phrasing)
    except Refused as refused:
        why = desk.said(refused.why.key, **refused.why.values)
        return shown(desk, ask, "refused.html", 400, why=why, problems=[str(one) for one in refused.problems])
    school.deal_with(messages)
    _recorded(desk, ask, "phrasing added", ask.form.get("topic", ""))
    return back("/cau-hoi", "phrasing")


def _skip(desk: Desk, ask: Ask) -> Response:
    school = _school(desk)
    messages = school.learner().group(ask.number("group"))
    school.deal_with(messages)
    _recorded(desk, ask, "questions skipped", str(len(messages)))
    return back("/cau-hoi", "skipped")


def _recorded(desk: Desk, ask: Ask, act: str, about: str) -> None:
    with desk.store.write() as session:
        record(session, ask.staff.id, act, about, desk.clock())
