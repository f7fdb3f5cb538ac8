"""Short links that start at a topic or guide: on the web page, in Telegram, and the door to Zalo."""

from collections.abc import Mapping
from dataclasses import dataclass

from knowledge.load import Content


@dataclass(frozen=True, slots=True)
class Links:
    """`address` is where residents reach the page; `place` the ward of a page of its own; the rest as set up."""

    address: str
    place: str | None = None
    telegram: str | None = None
    zalo_oa: str | None = None

    def web(self, key: str = "") -> str:
        """The page, or the link that starts at this topic or guide there."""
        here = f"{self.address}/p/{self.place}" if self.place else self.address
        return f"{here}/m/{key}" if key else here

    def others(self, key: str = "") -> Mapping[str, str]:
        """By channel: Telegram starts at the topic; Zalo has no such link and opens the account."""
        found = {}
        if self.telegram:
            found["telegram"] = f"https://t.me/{self.telegram}" + (f"?start={key}" if key else "")
        if self.zalo_oa:
            found["zalo"] = f"https://zalo.me/{self.zalo_oa}"
        return found


def start_of(content: Content, key: str) -> tuple[str, str] | None:
    """What to call the start at this topic, guide or FAQ entry, and the button value that goes there."""
    if key in content.guides:
        return content.guides[key].everyday, f"g:{key}"
    if key in content.procedures:
        return content.procedures[key].everyday, f"t:{key}"
    if key in content.faqs:
        return content.faqs[key].question, f"t:faq:{key}"
    return None
