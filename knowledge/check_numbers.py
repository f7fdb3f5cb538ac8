"""Every number a resident is told stands in a fact with a source, or repeats one that does."""

import re
from collections.abc import Iterator

from pydantic import BaseModel

from knowledge.check_paths import Fault
from knowledge.facts import facts
from knowledge.model import Dated, Deadline, Sourced
from knowledge.source_lines import Where
from knowledge.wording import said

_NUMBER = re.compile(r"\d+(?:[./,]\d+)*")
# Ids, dates and links, sources and laws themselves, what residents ask, what operators read, and our own estimate.
_NOT_CLAIMED = {
    *("id", "group", "code", "codes", "checked_on", "review_by", "related", "guides", "topic", "province"),
    *("sources", "legal_basis", "question", "phrasings", "ask_desk", "notes", "link", "url", "map", "minutes"),
    *("value", "tap"),  # of a drawn screen: what somebody may have typed, and the order of tapping
}


def numbers(text: str) -> set[str]:
    """The numbers in a text as they compare: 01/7/2025 and 1/7/2025 are one, so are 8.000 and 8000."""
    found = set()
    for number in _NUMBER.findall(text):
        parts = [part.lstrip("0") or "0" for part in number.split("/")]
        plain = re.sub(r"\.(?=\d{3}(?!\d))", "", "/".join(parts))
        found.add(plain)
    return found


def number_faults(item: Dated) -> Iterator[Fault]:
    """Numbers outside the facts that no fact of the file has, and deadlines whose words and amount differ."""
    texts = list(_texts(item))
    known = {number for _, text, sourced in texts if sourced for number in numbers(text)}
    known |= {number for source in item.sources.values() for number in numbers(f"{source.title} {source.date}")}
    for where, text, sourced in texts:
        for number in sorted(numbers(text) - known) if not sourced else ():
            yield where, said("check_number", number=number)
    for where, fact in facts(item):
        if isinstance(fact, Deadline) and fact.amount and str(fact.amount) not in numbers(fact.text):
            yield (*where, "amount"), said("check_amount_text", amount=fact.amount)


def _texts(model: BaseModel, where: Where = (), sourced: bool = False) -> Iterator[tuple[Where, str, bool]]:
    """Every text and amount a resident is told, where it stands, and whether it is part of a fact with a source."""
    sourced = sourced or isinstance(model, Sourced)
    for name in type(model).model_fields:
        if name in _NOT_CLAIMED:
            continue
        value = getattr(model, name)
        for index, part in enumerate(value) if isinstance(value, tuple) else ((None, value),):
            here = (*where, name) if index is None else (*where, name, index)
            if isinstance(part, BaseModel):
                yield from _texts(part, here, sourced)
            elif isinstance(part, str | int) and not isinstance(part, bool):
                yield here, str(part), sourced
