"""`causo learn`: what residents said and was not understood, and what an editor makes of it."""

import json
import sys
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.desk import Desk
from bot.clock import TIME_ZONE
from bot.learning import Learner
from bot.lesson import data, lines
from bot.school import open_school
from bot.store.misread import Misread
from knowledge.load import FOLDER
from knowledge.phrasings import Refused
from knowledge.wording import Said, said

app = typer.Typer(help="Learn phrasings from messages that were not understood.")
_Folder = Annotated[Path, typer.Option(help="The content to use.", exists=True, file_okay=False)]


@app.callback(invoke_without_command=True)
def learn(
    context: typer.Context,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only messages since this day.")] = None,
    limit: Annotated[int, typer.Option(help="So many groups.", min=1)] = 20,
    only_list: Annotated[bool, typer.Option("--list", help="Only print them.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as data.")] = False,
    folder: _Folder = FOLDER,
) -> None:
    """Go through the messages that were asked back, unanswered or followed by “không phải”, like ones together.

    An editor adds a phrasing to a topic or skips the group; then it does not come again. Nothing is learnt by itself.
    """
    if context.invoked_subcommand:
        return
    school = open_school(folder)
    learner = school.learner(since.replace(tzinfo=TIME_ZONE) if since else None)
    lessons = list(islice(learner.lessons(), limit))
    if as_json:
        typer.echo(json.dumps([data(lesson) for lesson in lessons], ensure_ascii=False, indent=1))
    elif only_list or not lessons or not sys.stdin.isatty():
        for line in lines(lessons, school.content.texts):
            typer.echo(line)
    else:
        Desk(school).go_through(lessons)
    school.store.close()


@app.command()
def accept(
    topic: Annotated[str, typer.Argument(help="The id of a topic or FAQ entry.")],
    phrasing: Annotated[str, typer.Argument(help="Three to ten words, as residents say it.")],
    group: Annotated[
        int | None, typer.Option(help="The group it is from; without it, the groups with a message of all its words.")
    ] = None,
    folder: _Folder = FOLDER,
) -> None:
    """Add a phrasing to a topic's file, check the file, and have the group not come again."""
    school = open_school(folder)
    texts = school.content.texts
    key = school.topic(topic)
    if isinstance(key, Said):
        raise _refused(texts, key)
    learner = school.learner()
    messages = learner.with_words(phrasing) if group is None else _group(learner, texts, group)
    phrasing = " ".join(phrasing.split())
    try:
        file = school.accept(key, phrasing)
    except Refused as refused:
        for problem in refused.problems:
            typer.echo(str(problem), err=True)
        raise _refused(texts, refused.why) from None
    school.deal_with(messages)
    typer.echo(texts["learn_added"].format(phrasing=phrasing, file=file))
    typer.echo(texts["learn_done"].format(count=len(messages)))


@app.command()
def skip(
    group: Annotated[int, typer.Argument(help="The number of the group.")],
    folder: _Folder = FOLDER,
) -> None:
    """Have a group not come again."""
    school = open_school(folder)
    texts = school.content.texts
    messages = _group(school.learner(), texts, group)
    school.deal_with(messages)
    typer.echo(texts["learn_skipped"].format(count=len(messages)))


def _group(learner: Learner, texts: Mapping[str, str], number: int) -> list[Misread]:
    messages = learner.group(number)
    if not messages:
        raise _refused(texts, said("learn_no_group", group=number))
    return messages


def _refused(texts: Mapping[str, str], why: Said) -> typer.Exit:
    typer.echo(texts[why.key].format(**why.values), err=True)
    return typer.Exit(1)
