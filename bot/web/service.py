"""What the web pages need of the rest of the program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.bell import Bell
from bot.channels.contract import Outgoing
from bot.pictures import Made
from bot.store.transcript import Entry
from handlers.turn import Incoming, Photographed, Reply
from knowledge.place import Place


@dataclass(frozen=True, slots=True)
class WebService:
    """`take` and `transcript` are synchronous and called in threads; `transcript(chat, after)` gives later entries.
    `read_photo` tells what stands in a photo, which is not kept. `leaflet(id, place)` is a PDF; `welcome(place)`
    what stands there before anything was said; `my_data(token)` a copy of what is kept of one person; `begin(id)` what
    to call the start at this topic, and the button that goes there. `announced(name)` is the JPEG of an
    announcement, `sent_picture(chat, number)` one that a helper and somebody sent each other, for these two only."""

    take: Callable[[Incoming], Reply | None]
    transcript: Callable[[str, int], tuple[Entry, ...]]
    bell: Bell
    ping: Callable[[], None]
    texts: Callable[[], Mapping[str, str]]
    welcome: Callable[[str | None], Outgoing]
    my_data: Callable[[str], str | None]
    read_photo: Callable[[bytes], Photographed]
    places: Callable[[], Mapping[str, Place]]
    secret_key: str
    public_url: str
    picture: Callable[[str, str], Made | None]
    timeline: Callable[[str], Made | None]
    announced: Callable[[str], bytes | None]
    sent_picture: Callable[[str, int], bytes | None]
    leaflet: Callable[[str, str | None], bytes | None]
    begin: Callable[[str], tuple[str, str] | None]
    default_place: str | None = None
    messages_per_minute: int = 30
    messages_per_minute_and_address: int = 300
