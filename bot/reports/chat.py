"""The numbers of a member's month, as they read them in their own chat."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.reports.periods import Period, before, period
from bot.reports.sections import as_text, help_sections, period_title
from bot.reports.ward import Span, ward_sections
from bot.staff.numbers import help_numbers
from handlers.ports import StaffMember
from handlers.words import day
from knowledge.load import Content


def reporter(session: Session, member: StaffMember, content: Content, now: datetime) -> Callable[[Period], str]:
    """A member sees their own numbers; who leads sees the ward's."""

    def report(kind: Period) -> str:
        first, last = period(kind, now.date())
        if member.role != "member":
            title = content.texts["report_ward_title"].format(first=day(first), last=day(last))
            return as_text(title, ward_sections(session, Span(first, last), now.date(), content, short=True))
        numbers = help_numbers(session, first, last, staff=member.id)
        then = help_numbers(session, *before(first, last), staff=member.id)
        title = period_title(content.texts, first, last)
        return as_text(title, help_sections(numbers, then, content, content.texts))

    return report
