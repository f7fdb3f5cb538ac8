"""Dossiers from a service that answers JSON: VNPT iGate, or any other whose fields a mapping file names."""

from collections.abc import Callable, Iterator
from datetime import datetime
from urllib.parse import quote

from bot.dossiers.cells import Cell
from bot.dossiers.service import Service
from bot.dossiers.source import Field, dossier_of
from bot.dossiers.source_mapping import JsonMapping
from bot.dossiers.tokens import Credentials
from bot.errors import SourceAway
from handlers.ports import Dossier
from knowledge.dossier_codes import normal_code
from knowledge.dossier_tables import TableWords

_PLACE = "{code}"
_ABSENT = object()


class JsonSource:
    """`url` may have a place for the code; then 404 means that there is no such dossier, and otherwise that the
    address is wrong. A search may find more than was asked for: only the very code counts."""

    def __init__(
        self,
        name: str,
        url: str,
        mapping: JsonMapping,
        words: TableWords,
        credentials: Credentials | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.name, self.url, self.mapping, self.words, self.clock = name, url, mapping, words, clock
        self.service = Service(credentials)

    def ask(self, code: str, seconds: float) -> Dossier | None:
        """As `Source.ask`. An answer in which nothing looks as the mapping says is not taken for “unknown”."""
        url = self.url.replace(_PLACE, quote(code, safe=""))
        query = {name: value.replace(_PLACE, code) for name, value in self.mapping.query.items()}
        answer = self.service.get(url, query, seconds, missing=_PLACE in self.url)
        items = list(self._items(answer))
        codes = [value_at(item, path) for item in items for path in self.mapping.paths("code")]
        if items and all(found is None for found in codes):
            raise SourceAway("unreadable")
        for item in items:
            values = {name: self._value(item, name) for name in self.mapping.fields}
            if normal_code(str(values["code"]), self.clock().date()) == code:
                return dossier_of(code, values, self.words, self.clock())
        return None

    def _items(self, answer: object) -> Iterator[object]:
        found = value_at(answer, self.mapping.items, _ABSENT)
        if isinstance(found, list):
            yield from found
        elif isinstance(found, dict):
            yield found
        elif found is not None:
            raise SourceAway("unreadable")

    def _value(self, item: object, name: Field) -> Cell:
        """The first of the field's paths that has a text or a number."""
        for path in self.mapping.paths(name):
            value = value_at(item, path)
            if isinstance(value, str | int | float) and str(value).strip():
                return value
        return None

    def close(self) -> None:
        self.service.close()


def value_at(data: object, path: str, absent: object = None) -> object:
    """What stands at the end of a path of names and places in lists, such as `procedure.translate.0.name`. The empty
    path is the whole; where a name on the way is missing, `absent`."""
    for key in path.split(".") if path and data is not None else ():
        if isinstance(data, dict):
            data = data.get(key, absent)
        elif isinstance(data, list) and key.isdigit() and int(key) < len(data):
            data = data[int(key)]
        else:
            return absent
    return data
