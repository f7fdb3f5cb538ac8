"""Rules across the content: links, sources, dates, fees, cases, guides, phrasings. All problems at once.

Run on some files with `python -m knowledge.check procedures/dang-ky-khai-sinh.yaml ...`; `causo check` checks all.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal

from knowledge.check_paths import case_faults, guide_faults
from knowledge.facts import Where, dated, facts
from knowledge.fold import folded
from knowledge.load import FOLDER, OTHER_LEVELS, Content, Problem, read
from knowledge.model import Confidence, Dated, Faq, Fee, Guide, Procedure
from knowledge.place import Place, of_commune
from knowledge.source_lines import line_of

Fault = tuple[Where, str]
WARN_BEFORE = timedelta(days=30)


def check(folder: Path, on: date) -> tuple[Content, tuple[Problem, ...]]:
    """The content of `folder` as of day `on`, and everything wrong with it, sorted by file and line."""
    content, problems = read(folder)
    return content, tuple(sorted((*problems, *cross_checks(content, folder, on))))


def cross_checks(content: Content, folder: Path, on: date) -> Iterator[Problem]:
    """Problems that only show when files are read together or against a day."""
    for sub, key, item in dated(content):
        report = _reporter(folder / content.files[f"{sub}/{key}"], folder)
        yield from (report(where, said) for where, said in _source_faults(item))
        yield from (report(where, said, "error" if bad else "warning") for where, said, bad in _age(item, on))
        yield from (report(where, said) for where, said in _link_faults(item, content))
        if isinstance(item, Procedure):
            yield from (report(where, said) for where, said in _document_faults(item))
            yield from (report(where, said) for where, said in fee_faults(item.fees, on))
            yield from (report(where, said) for where, said in case_faults(item))
        if isinstance(item, Place):
            yield from (report(where, said) for where, said in fee_faults(item.fees, on))
        if isinstance(item, Guide):
            yield from (report(where, said) for where, said in guide_faults(item))
    yield from _double_phrasings(content, folder)
    report = _reporter(folder / OTHER_LEVELS, folder)
    yield from (report(where, said) for where, said in _other_level_faults(content))


def _reporter(path: Path, folder: Path) -> Callable[..., Problem]:
    def report(where: Where, said: str, level: Literal["error", "warning"] = "error") -> Problem:
        name = ".".join(map(str, where)) or "file"
        return Problem(str(path.relative_to(folder)), line_of(path, where), name, said, level)

    return report


def _source_faults(item: Dated) -> Iterator[Fault]:
    used: set[str] = set()
    for where, fact in facts(item):
        used.update(fact.source)
        unknown = [key for key in fact.source if key not in item.sources]
        if unknown:
            yield (*where, "source"), f"no such source in this file: {', '.join(unknown)}"
        elif (fact.confidence or item.confidence) is not Confidence.LOW and not any(
            item.sources[key].official for key in fact.source
        ):
            yield (*where, "confidence"), "has no official source, so it must say confidence: low"
    for key in sorted(set(item.sources) - used):
        yield ("sources", key), "no fact here uses this source"


def _age(item: Dated, on: date) -> Iterator[tuple[Where, str, bool]]:
    if item.checked_on > on:
        yield ("checked_on",), "is in the future", True
    if item.review_by < on:
        yield ("review_by",), f"passed on {item.review_by}; check the facts again and set new dates", True
    elif item.review_by < on + WARN_BEFORE:
        yield ("review_by",), f"comes up on {item.review_by}", False


def _link_faults(item: Dated, content: Content) -> Iterator[Fault]:
    known = set(content.procedures) | set(content.faqs) | set(content.guides)
    if isinstance(item, Procedure | Faq | Guide):
        for index, key in enumerate(item.related):
            if key not in known:
                yield ("related", index), f"there is no “{key}”"
    if isinstance(item, Procedure) and f"group_{item.group}" not in content.texts:
        yield ("group",), f"there is no group “{item.group}”"
    if isinstance(item, Procedure | Faq):
        for index, key in enumerate(item.guides):
            if key not in content.guides:
                yield ("guides", index), f"there is no guide “{key}”"
    if isinstance(item, Guide | Faq) and item.topic and item.topic not in content.procedures:
        yield ("topic",), f"there is no procedure “{item.topic}”"
    if isinstance(item, Place):
        if item.kind == "ward" and item.province not in content.places:
            yield ("province",), f"there is no place “{item.province}”"
        for index, fee in enumerate(item.fees):
            if fee.procedure not in content.procedures:
                yield ("fees", index, "procedure"), f"there is no procedure “{fee.procedure}”"


def _other_level_faults(content: Content) -> Iterator[Fault]:
    """The list says of every record of another level why it is here, and nothing more."""
    listed = [other.code for other in content.other_levels]
    for index, code in enumerate(listed):
        if f"tthc:{code}" not in content.catalogue:
            yield ("codes", index, "code"), f"{code} is not in the catalogue; run `causo import catalogue`"
        elif code in listed[:index]:
            yield ("codes", index, "code"), f"{code} is listed twice"
    for record in content.catalogue.values():
        if not of_commune(record.level) and record.code not in listed:
            yield ("codes",), f"{record.code} is in the catalogue, but not on this list"


def _document_faults(item: Procedure) -> Iterator[Fault]:
    for index, document in enumerate(item.documents):
        if document.action == "not_needed" and not document.why:
            yield ("documents", index, "why"), "a paper that is no longer needed must say why"


def fee_faults(fees: Sequence[Fee], on: date) -> Iterator[Fault]:
    """Fees of the same thing, way and case must together cover the day `on`, without overlapping."""
    groups: dict[tuple[object, ...], list[tuple[int, Fee]]] = {}
    for index, fee in enumerate(fees):
        if fee.to and fee.to < fee.from_:
            yield ("fees", index, "to"), "ends before it begins"
        if fee.amount is None and not fee.note:
            yield ("fees", index), "without an amount it must say in `note` who sets it"
        key = (getattr(fee, "procedure", ""), fee.what, fee.way, fee.cases)
        groups.setdefault(key, []).append((index, fee))
    for group in groups.values():
        if not any(fee.covers(on) for _, fee in group) and not all(fee.temporary for _, fee in group):
            yield ("fees", group[-1][0], "to"), f"no fee for “{group[-1][1].what}” covers {on}"
        ordered = sorted(group, key=lambda pair: pair[1].from_)
        for (_, before), (index, after) in pairwise(ordered):
            if before.to is None or before.to >= after.from_:
                yield ("fees", index, "from"), f"overlaps with another fee for “{after.what}”"


def _double_phrasings(content: Content, folder: Path) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for sub, items in (("procedures", content.procedures), ("faq", content.faqs)):
        for key, item in items.items():
            report = _reporter(folder / content.files[f"{sub}/{key}"], folder)
            owner = item.topic if isinstance(item, Faq) and item.topic else key
            for index, phrasing in enumerate(item.phrasings):
                other = seen.setdefault(folded(phrasing), owner)
                if other != owner:
                    yield report(("phrasings", index), f"“{phrasing}” is also a phrasing of {other}")


def main(names: Sequence[str]) -> int:
    """Print the problems of the named files (all without names); 1 if there are any."""
    _, problems = check(FOLDER, date.today())
    chosen = [p for p in problems if not names or any(name in p.file for name in names)]
    for problem in chosen:
        print(problem)
    print(f"{len(chosen)} problems" if chosen else "all in order")
    return 1 if chosen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
