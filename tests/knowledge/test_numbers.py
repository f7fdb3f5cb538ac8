"""Every number the bot says can be traced to a source."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pydantic import BaseModel

from knowledge.check import check
from knowledge.check_numbers import numbers
from knowledge.facts import dated, facts
from knowledge.load import FOLDER, load
from knowledge.model import Benefit, Deadline, Fee, Sourced
from knowledge.source_lines import parse

ON = date(2026, 11, 24)
KHAI_SINH = "procedures/dang-ky-khai-sinh.yaml"
# What operators and editors read; numbers there are about the program.
FOR_OPERATORS = {"check.yaml", "draft.yaml", "report.yaml", "schema.yaml"}
# Numbers in the bot's own sentences that are no facts: an example of a code, how a code is built, groups of ages.
EXAMPLES = {
    "dossier_ask": {"24.12", "261105", "7"},
    "dossier_near": {"24.12", "261105", "7"},
    "dossier_bad_date": {"6"},
    "button_age_under_35": {"35"},
    "button_age_35_59": {"35", "59"},
}


def inside(model: BaseModel) -> Iterator[BaseModel]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield part
                yield from inside(part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Từ 01/7/2025", {"1/7/2025"}),
        ("8.000 đồng, không phải 8000 hay 8", {"8000", "8"}),
        ("giảm 4,5%", {"4,5"}),
        ("1.250.000 đồng", {"1250000"}),
        ("ba ngày", set()),
    ],
)
def test_numbers_compare_however_they_are_written(text: str, expected: set[str]) -> None:
    assert numbers(text) == expected


def test_every_amount_stands_in_a_fact_that_names_a_source_of_its_file() -> None:
    """By the model: whatever has an amount or a time is `Sourced`, and a source list is never empty."""
    content = load()
    count = 0
    for _, _, item in dated(content):
        for part in inside(item):
            if "amount" in type(part).model_fields or isinstance(part, Fee | Benefit | Deadline):
                assert isinstance(part, Sourced)
                assert part.source
                assert set(part.source) <= set(item.sources)
                count += 1
    assert count > 200


def test_every_source_of_a_fact_is_titled_and_dated() -> None:
    for _, _, item in dated(load()):
        for _, fact in facts(item):
            assert all(item.sources[key].title and item.sources[key].date for key in fact.source)


def test_every_record_of_the_catalogue_leads_to_the_portals_page_and_month() -> None:
    content = load()
    assert content.catalogue_on
    assert [record.code for record in content.catalogue.values() if not record.link] == []


@pytest.mark.parametrize(
    ("old", "new", "where", "number"),
    [
        ("tells_apart: Chỉ", "tells_apart: Trong 91 ngày, chỉ", "tells_apart", "91"),
        ("Bé sinh được quá 60 ngày chưa", "Bé sinh được quá 91 ngày chưa", "cases.ask.0.text", "91"),
        ("label: Chưa quá 60 ngày", "label: Chưa quá 91 ngày", "cases.ask.0.options.0.label", "91"),
        ("everyday: Làm giấy", "everyday: Làm 91 giấy", "everyday", "91"),
    ],
)
def test_a_number_outside_the_facts_that_no_fact_has_is_found(
    folder: Path, old: str, new: str, where: str, number: str
) -> None:
    (problem,) = changed(folder, old, new)
    assert f": {where}: số {number} không thấy" in problem


def test_a_deadline_whose_words_and_amount_differ_is_found(folder: Path) -> None:
    (problem,) = changed(folder, "thêm 3 ngày làm việc", "thêm 5 ngày làm việc")
    assert ": deadlines.1.amount: trong câu không có số 3" in problem


def changed(folder: Path, old: str, new: str) -> list[str]:
    text = (folder / KHAI_SINH).read_text(encoding="utf-8")
    assert old in text
    (folder / KHAI_SINH).write_text(text.replace(old, new, 1), encoding="utf-8")
    return [str(problem) for problem in check(folder, ON)[1] if problem.file == KHAI_SINH]


def test_numbers_in_the_bots_own_sentences_stand_in_a_fact_somewhere() -> None:
    """A phone number or a day in a greeting or warning must be a fact of some file, with its source."""
    content = load()
    known: set[str] = set()
    for _, _, item in dated(content):
        for _, fact in facts(item):
            known |= numbers(fact.model_dump_json(exclude={"source"}))
    untraced = {}
    for path in sorted((FOLDER / "texts").glob("*.yaml")):
        if path.name in FOR_OPERATORS:
            continue
        texts = parse(path.read_text(encoding="utf-8"))
        assert isinstance(texts, dict)
        for key, text in texts.items():
            if left := numbers(text) - known - EXAMPLES.get(key, set()):
                untraced[key] = left
    assert untraced == {}
