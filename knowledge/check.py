"""Rules across the content: links, sources, dates, fees, cases, guides, phrasings. All problems at once.

Run on some files with `python -m knowledge.check procedures/dang-ky-khai-sinh.yaml ...`; `causo check` checks all.
"""

import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from knowledge.check_numbers import number_faults
from knowledge.check_paths import Fault, case_faults, guide_faults
from knowledge.facts import dated, facts
from knowledge.fold import folded
from knowledge.load import FOLDER, OTHER_LEVELS, Content, read
from knowledge.model import Confidence, Dated, Faq, Fee, Guide, Procedure
from knowledge.place import Place, of_commune
from knowledge.problems import Problem, Problems, problems_of
from knowledge.source_lines import Where
from knowledge.wording import Said, said

WARN_BEFORE = timedelta(days=30)


def check(folder: Path, on: date) -> tuple[Content, tuple[Problem, ...]]:
    """The content of `folder` as of day `on`, and everything wrong with it, sorted by file and line."""
    content, unreadable = read(folder)
    problems = problems_of(folder)
    _cross_checks(content, problems, on)
    return content, tuple(sorted((*unreadable, *problems.found)))


def _cross_checks(content: Content, problems: Problems, on: date) -> None:
    """Problems that only show when files are read together or against a day."""
    for sub, key, item in dated(content):
        path = problems.folder / content.files[f"{sub}/{key}"]
        for where, what, bad in _age(item, on):
            problems.add(path, where, what, "error" if bad else "warning")
        for where, what in _faults(item, content, on):
            problems.add(path, where, what)
    _double_phrasings(content, problems)
    for where, what in _other_level_faults(content):
        problems.add(problems.folder / OTHER_LEVELS, where, what)


def _faults(item: Dated, content: Content, on: date) -> Iterator[Fault]:
    yield from _source_faults(item)
    yield from _link_faults(item, content)
    yield from number_faults(item)
    if isinstance(item, Procedure):
        yield from _document_faults(item)
        yield from case_faults(item)
    if isinstance(item, Procedure | Place):
        yield from fee_faults(item.fees, on)
    if isinstance(item, Guide):
        yield from guide_faults(item)


def _source_faults(item: Dated) -> Iterator[Fault]:
    used: set[str] = set()
    for where, fact in facts(item):
        used.update(fact.source)
        unknown = [key for key in fact.source if key not in item.sources]
        if unknown:
            yield (*where, "source"), said("check_no_source", keys=", ".join(unknown))
        elif (fact.confidence or item.confidence) is not Confidence.LOW and not any(
            item.sources[key].official for key in fact.source
        ):
            yield (*where, "confidence"), said("check_not_official")
    for key in sorted(set(item.sources) - used):
        yield ("sources", key), said("check_source_unused")


def _age(item: Dated, on: date) -> Iterator[tuple[Where, Said, bool]]:
    if item.checked_on > on:
        yield ("checked_on",), said("check_future"), True
    if item.review_by < on:
        yield ("review_by",), said("check_review_passed", day=_day(item.review_by)), True
    elif item.review_by < on + WARN_BEFORE:
        yield ("review_by",), said("check_review_soon", day=_day(item.review_by)), False


def _link_faults(item: Dated, content: Content) -> Iterator[Fault]:
    known = set(content.procedures) | set(content.faqs) | set(content.guides)
    if isinstance(item, Procedure | Faq | Guide):
        for index, key in enumerate(item.related):
            if key not in known:
                yield ("related", index), said("check_no_topic", key=key)
    if isinstance(item, Procedure) and item.cases:
        for index, case in enumerate(item.cases.list):
            if case.instead and case.instead not in content.procedures:
                yield ("cases", "list", index, "instead"), said("check_no_topic", key=case.instead)
    if isinstance(item, Procedure) and f"group_{item.group}" not in content.texts:
        yield ("group",), said("check_no_group", key=item.group)
    if isinstance(item, Procedure | Faq):
        for index, key in enumerate(item.guides):
            if key not in content.guides:
                yield ("guides", index), said("check_no_guide", key=key)
    if isinstance(item, Guide | Faq) and item.topic and item.topic not in content.procedures:
        yield ("topic",), said("check_no_procedure", key=item.topic)
    if isinstance(item, Place):
        if item.kind == "ward" and item.province not in content.places:
            yield ("province",), said("check_no_place", key=item.province)
        for index, fee in enumerate(item.fees):
            if fee.procedure not in content.procedures:
                yield ("fees", index, "procedure"), said("check_no_procedure", key=fee.procedure)


def _other_level_faults(content: Content) -> Iterator[Fault]:
    """The list says of every record of another level why it is here, and nothing more."""
    listed = [other.code for other in content.other_levels]
    for index, code in enumerate(listed):
        if f"tthc:{code}" not in content.catalogue:
            yield ("codes", index, "code"), said("check_not_in_catalogue", code=code)
        elif code in listed[:index]:
            yield ("codes", index, "code"), said("check_listed_twice", code=code)
    for record in content.catalogue.values():
        if not of_commune(record.level) and record.code not in listed:
            yield ("codes",), said("check_not_on_list", code=record.code)


def _document_faults(item: Procedure) -> Iterator[Fault]:
    for index, document in enumerate(item.documents):
        if document.action == "not_needed" and not document.why:
            yield ("documents", index, "why"), said("check_needs_why")


def fee_faults(fees: Sequence[Fee], on: date) -> Iterator[Fault]:
    """Fees of the same thing, way and case must together cover the day `on`, without overlapping."""
    groups: dict[tuple[object, ...], list[tuple[int, Fee]]] = {}
    for index, fee in enumerate(fees):
        if fee.to and fee.to < fee.from_:
            yield ("fees", index, "to"), said("check_fee_ends_early")
        if fee.amount is None and not fee.note:
            yield ("fees", index), said("check_fee_needs_note")
        key = (getattr(fee, "procedure", ""), fee.what, fee.way, fee.cases)
        groups.setdefault(key, []).append((index, fee))
    for group in groups.values():
        if not any(fee.covers(on) for _, fee in group) and not all(fee.temporary for _, fee in group):
            yield ("fees", group[-1][0], "to"), said("check_fee_gap", what=group[-1][1].what, day=_day(on))
        ordered = sorted(group, key=lambda pair: pair[1].from_)
        for (_, before), (index, after) in pairwise(ordered):
            if before.to is None or before.to >= after.from_:
                yield ("fees", index, "from"), said("check_fee_overlap", what=after.what)


def _double_phrasings(content: Content, problems: Problems) -> None:
    seen: dict[str, str] = {}
    for sub, items in (("procedures", content.procedures), ("faq", content.faqs)):
        for key, item in items.items():
            owner = item.topic if isinstance(item, Faq) and item.topic else key
            for index, phrasing in enumerate(item.phrasings):
                other = seen.setdefault(folded(phrasing), owner)
                if other != owner:
                    what = said("check_phrasing_taken", phrasing=phrasing, other=other)
                    problems.add(problems.folder / content.files[f"{sub}/{key}"], ("phrasings", index), what)


def _day(when: date) -> str:
    return f"{when:%d/%m/%Y}"


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
