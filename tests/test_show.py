"""`causo show ID` prints everything the bot can say on an id, with sources; old facts say that they are old."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from pydantic import BaseModel
from typer.testing import CliRunner

from bot.channels.markup import plain
from bot.cli import app
from bot.dossiers.table import NoDossiers
from bot.library import Library
from handlers.ports import Tools
from handlers.show import everything
from knowledge.facts import dated
from knowledge.load import load
from knowledge.model import Benefit, Dated, Fee
from knowledge.place import Phone
from tests.conftest import Person, words

ON = date(2026, 11, 24)
CONTENT = load()
# Ids, dates and marks, what residents ask, and what only operators read; sources are looked for by title.
NOT_SAID = {"id", "group", "code", "source", "sources", "confidence", "phrasings", "kind", "case", "next", "on"}
NOT_SAID |= {"instead", "way", "level", "action", "unit", "set_by", "topic", "province", "to_supply", "days", "app"}


def said_of(model: BaseModel, on: date) -> Iterator[str]:
    """Every text of a file that a resident may be shown on the day `on`."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        if name in NOT_SAID or (name == "cases" and isinstance(value, tuple)):
            continue
        if name in ("related", "guides") or (name == "notes" and not hasattr(model, "to_supply")):
            continue
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Fee | Benefit) and part.to and part.to < on:
                continue
            if isinstance(part, BaseModel):
                yield from said_of(part, on)
            elif type(part) is str and not (isinstance(model, Phone) and name == "what"):
                yield part.split("//")[1] if name == "link" else part


def flat(text: str) -> str:
    return " ".join(text.replace("**", "").replace("•", "-").lower().replace(". ", " ").replace(".", " ").split())


@pytest.fixture(scope="module")
def tools(library: Library) -> Tools:
    known = library.current
    return Tools(known.content, known.reader, known.intent, NoDossiers())


@pytest.mark.parametrize("item", [item for _, _, item in dated(CONTENT)], ids=lambda item: item.id)
def test_it_prints_everything_with_every_source(tools: Tools, item: Dated) -> None:
    shown = flat(plain(everything(tools, item, ON)))
    missing = [text for text in said_of(item, ON) if flat(text) not in shown]
    assert missing == []
    for source in item.sources.values():
        assert flat(source.title) in shown
        if source.url:
            assert source.url.lower().replace(".", " ") in shown


@pytest.mark.parametrize("item", [item for _, _, item in dated(CONTENT)], ids=lambda item: item.id)
def test_past_its_day_it_says_when_it_was_last_checked(tools: Tools, item: Dated) -> None:
    late = date(item.review_by.year + 1, 1, 1)
    checked = f"{item.checked_on:%d/%m/%Y}"
    assert f"kiểm tra lần cuối ngày {checked}" in everything(tools, item, late)
    assert "kiểm tra lần cuối" not in everything(tools, item, item.review_by)


@pytest.mark.parametrize("key", ["dang-ky-khai-sinh", "vneid-muc-2", "vneid-la-gi", "phuong-ngo-quyen"])
def test_as_data_it_is_the_file_as_it_was_read(key: str) -> None:
    done = CliRunner().invoke(app, ["show", key, "--json"])
    assert done.exit_code == 0, done.output
    (item,) = [item for _, name, item in dated(CONTENT) if name == key]
    assert type(item).model_validate(json.loads(done.stdout)) == item
    assert json.loads(done.stdout)["sources"]


def test_a_record_of_the_catalogue_is_shown_as_the_portals_of_its_month() -> None:
    done = CliRunner().invoke(app, ["show", "1.012783"])
    assert done.exit_code == 0, done.output
    for part in ("Cổng Dịch vụ công quốc gia", "07/2026", "1.012783", "https://dichvucong.gov.vn/"):
        assert part in done.stdout
    assert "field:" not in done.stdout


def test_an_id_that_is_not_there_says_what_is_near() -> None:
    done = CliRunner().invoke(app, ["show", "khai-sinh"])
    assert done.exit_code == 1
    assert "dang-ky-khai-sinh" in done.stderr


def test_an_answer_past_its_day_says_so_in_the_conversation(person: Person) -> None:
    topic = CONTENT.procedures["dang-ky-tam-tru"]
    warning = f"kiểm tra lần cuối ngày {topic.checked_on:%d/%m/%Y}"
    assert warning not in words(person.says(button="t:dang-ky-tam-tru"))
    person.now = person.now.replace(year=topic.review_by.year + 1)
    assert warning in words(person.says(button="t:dang-ky-tam-tru"))
    assert warning in words(person.says(button="t:dang-ky-tam-tru:le-phi"))
    for button in ("g:vneid-muc-2", "p:phuong-ngo-quyen", "t:faq:vneid-la-gi"):
        assert "kiểm tra lần cuối ngày" in words(person.says(button=button)), button


def test_so_does_the_answer_for_a_case(person: Person) -> None:
    person.now = person.now.replace(year=2029)
    person.says(button="c:dang-ky-khai-sinh")
    assert "kiểm tra lần cuối ngày" in words(person.says("Quá 60 ngày rồi"))
