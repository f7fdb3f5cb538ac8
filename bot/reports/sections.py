"""A report as sections of lines: one shape for the chat, the desk's page, Excel and print."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.staff.numbers import HelpNumbers
from handlers.words import day, money
from knowledge.load import Content

_MOST = 10  # lines of one breakdown


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it counts, the number, of how many (0: of nothing), and the same of the period before; minutes
    do not stand on one scale with people."""

    name: str
    number: int
    whole: int = 0
    before: int | None = None
    minutes: bool = False

    @property
    def share(self) -> str:
        """25,4 %, rounded half up; empty where there is nothing to share."""
        if not self.whole:
            return ""
        tenths = (2000 * self.number + self.whole) // (2 * self.whole)
        return f"{tenths // 10},{tenths % 10} %"


@dataclass(frozen=True, slots=True)
class Section:
    """`title` and its lines; `chart`: whether bars show them better than figures."""

    title: str
    lines: tuple[Line, ...]
    chart: bool = False


def help_sections(
    now: HelpNumbers, before: HelpNumbers | None, content: Content, texts: Mapping[str, str]
) -> list[Section]:
    """What the team did face to face."""
    was = (lambda of: of(before)) if before else (lambda of: None)
    say = texts.__getitem__
    overview = [Line(say("report_team_people"), now.people, 0, was(lambda one: one.people))]
    shown = ("done", "stuck", "visit", "unknown") if now.outcomes else ()
    overview += [
        Line(say(f"report_team_{name}"), now.outcomes[name], now.people, _ended(before, name))
        for name in shown
        if now.outcomes[name] or name != "unknown"
    ]
    overview.append(Line(say("report_team_minutes"), now.minutes, 0, was(lambda one: one.minutes), minutes=True))
    return [
        Section(say("report_team_overview"), tuple(overview)),
        broken(say("report_team_subjects"), now.subjects, lambda key: named(content, key), texts),
        broken(say("report_team_stuck_at"), now.stuck, lambda key: _step(content, key), texts),
        broken(say("report_team_ages"), now.ages, lambda key: texts.get(f"button_age_{key}", key), texts),
        broken(say("report_team_areas"), now.areas, lambda key: key, texts),
        broken(say("report_team_members"), now.members, lambda key: key, texts),
    ]


def _ended(numbers: HelpNumbers | None, name: str) -> int | None:
    """How many ended so; None when that is not shown of so few people."""
    return numbers.outcomes[name] if numbers and (numbers.outcomes or not numbers.people) else None


def period_title(texts: Mapping[str, str], first: date, last: date) -> str:
    return texts["report_team_title"].format(first=day(first), last=day(last))


def as_text(title: str, sections: list[Section]) -> str:
    """For a chat: light markup."""
    blocks = [f"**{title}**"]
    for section in sections:
        shares = [f" ({line.share})" if line.share else "" for line in section.lines]
        told = [
            f"- {line.name}: {money(line.number)}{share}" for line, share in zip(section.lines, shares, strict=True)
        ]
        blocks += ["\n".join([f"**{section.title}**", *told])] if told else []
    return "\n\n".join(blocks)


def named(content: Content, key: str) -> str:
    """A topic's or guide's everyday name."""
    if key in content.guides:
        return content.guides[key].everyday
    return content.procedures[key].everyday if key in content.procedures else key


def _step(content: Content, key: str) -> str:
    name, _, at = key.partition("/")
    guide = content.guides.get(name)
    step = next((one for one in guide.steps if one.id == at), None) if guide else None
    return f"{guide.everyday}: {step.title}" if guide and step else key


def broken(title: str, counted: Counter[str | None], name: Callable[[str], str], texts: Mapping[str, str]) -> Section:
    """The largest first; what was too few to show apart, or not known, in one line at the end."""
    known = [(key, count) for key, count in counted.most_common() if key is not None]
    lines = [Line(name(key), count) for key, count in known[:_MOST]]
    rest = counted[None] + sum(count for _, count in known[_MOST:])
    if rest:
        lines.append(Line(texts["report_team_others"], rest))
    return Section(title, tuple(lines), chart=True)
