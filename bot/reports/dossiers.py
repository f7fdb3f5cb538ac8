"""The counts of dossiers as lines, one a count, for the screen, Excel, the desk and print."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.dossiers.numbers import Numbers, tenths


@dataclass(frozen=True, slots=True)
class Line:
    """One count, and the share it has of another."""

    name: str
    number: int
    whole: int
    inner: bool = False


def lines(numbers: Numbers, texts: Mapping[str, str]) -> list[Line]:
    """The overview, one count a line; what is nought of the unknown is left out."""
    online, received = numbers.channel["online"], numbers.received
    found = [Line(texts["report_dossiers_received"], received, 0)]
    groups = (
        ("channel", ("desk", "online", "post", "unknown"), received),
        ("level", ("partial", "full", "unknown"), online),
        ("timing", ("on_time", "late", "done_undated", "in_time", "overdue", "ended"), received),
        ("result", ("post",), received),
        ("digitised", ("yes", "no"), received),
    )
    for group, keys, whole in groups:
        counted = getattr(numbers, group)
        named = [key for key in keys if counted[key] or key not in ("unknown", "done_undated", "ended")]
        found += [Line(texts[f"report_dossiers_{group}_{key}"], counted[key], whole, group == "level") for key in named]
    return found


def share(part: int, whole: int) -> str:
    """79,9 %, or nothing where there is nothing to share."""
    found = tenths(part, whole)
    return "" if found is None else f"{found // 10},{found % 10} %"
