"""The leaflets of the web page: made when first asked for, kept for the day while the content stays as it is."""

import threading
from collections.abc import Callable
from datetime import date, datetime

from cachetools import LRUCache

from bot.dossiers.table import NoDossiers
from bot.leaflet import guide_leaflet, topic_leaflet
from bot.library import Library
from bot.links import Links
from bot.pictures import Pictures
from handlers.ports import Tools

_KEPT = 64


class Leaflets:
    """`links` gives the links of a ward's page."""

    def __init__(
        self,
        library: Library,
        pictures: Pictures,
        links: Callable[[str | None], Links],
        default_place: str | None,
        clock: Callable[[], datetime],
    ) -> None:
        self.library, self.pictures, self.links = library, pictures, links
        self.default_place, self.clock = default_place, clock
        self._made: LRUCache[tuple[str, str | None, date, int], bytes] = LRUCache(_KEPT)
        self._one = threading.Lock()  # drawing takes a second of the processor; many at once would starve the chat

    def find(self, key: str, place: str | None = None) -> bytes | None:
        """The PDF of a topic or guide, A4, with the address of this ward; None where there is no such thing."""
        known = self.library.current
        content, on = known.content, self.clock().date()
        if key not in content.guides and key not in content.procedures:
            return None
        name = (key, place, on, id(known))
        with self._one:
            if name not in self._made:
                tools = Tools(content, known.reader, known.intent, NoDossiers(), place or self.default_place)
                ward = content.places.get(place or self.default_place or "")
                if key in content.guides:
                    data = guide_leaflet(
                        tools, content.guides[key], ward, on, "A4", self.links(place), self.pictures.photo
                    )
                else:
                    data = topic_leaflet(tools, content.procedures[key], ward, on, "A4", self.links(place))
                self._made[name] = data
            return self._made[name]
