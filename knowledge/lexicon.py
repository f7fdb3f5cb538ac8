"""The word tables of `content/lexicon/`: short forms, dialect, synonyms, fillers, question words, chit-chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from knowledge.load import FOLDER
from knowledge.source_lines import parse


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`homophones` map what was heard to what was meant, `teencode` and `dialect` a typed word to words, `synonyms`
    toneless words to toneless words added beside."""

    homophones: Mapping[str, str]
    teencode: Mapping[str, str]
    dialect: Mapping[str, str]
    synonyms: Mapping[str, str]
    fillers: frozenset[str]
    facets: tuple[Mapping[str, object], ...]
    facet_fillers: tuple[str, ...]
    not_where: frozenset[str]
    intents: Mapping[str, Mapping[str, tuple[str, ...]]]
    wraps: Mapping[str, tuple[str, ...]]
    personal: Mapping[str, tuple[str, ...]]


@lru_cache
def lexicon(folder: Path = FOLDER) -> Lexicon:
    """The tables of this content folder."""

    def table(name: str) -> dict[str, object]:
        return cast(dict[str, object], parse((folder / "lexicon" / f"{name}.yaml").read_text(encoding="utf-8")))

    def words(name: str) -> dict[str, str]:
        return {str(key): str(value) for key, value in table(name).items()}

    facets = table("facets")
    intents = {
        name: {kind: _texts(found) for kind, found in cast(dict[str, object], kinds).items()}
        for name, kinds in table("intents").items()
    }
    return Lexicon(
        words("homophones"),
        words("teencode"),
        words("dialect"),
        words("synonyms"),
        frozenset(map(str, cast(list[object], table("fillers")["words"]))),
        tuple(cast(list[dict[str, object]], facets["rules"])),
        tuple(map(str, cast(list[object], facets["fillers"]))),
        frozenset(map(str, cast(list[object], facets["not_where"]))),
        intents,
        {name: _texts(found) for name, found in table("wraps").items()},
        {name: _texts(found) for name, found in table("personal").items()},
    )


def _texts(found: object) -> tuple[str, ...]:
    return tuple(map(str, found)) if isinstance(found, list) else (str(found),)
