"""The numbers of a member's month, as they read them in their own chat."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot.reports.periods import Period, before, period
from bot.reports.sections import as_text, help_sections, period_title
from bot.staff.numbers import help_numbers
from handlers.ports import StaffMember
from knowledge.load import Content


def reporter(session: Session, member: StaffMember, content: Content, now: datetime) -> Callable[[Period], str]:
    """A member sees their own numbers; who leads sees the ward's."""

    def report(kind: Period) -> str:
        first, last = period(kind, now.date())
        mine = member.id if member.role == "member" else None
        numbers = help_numbers(session, first, last, staff=mine)
        then = help_numbers(session, *before(first, last), staff=mine)
        title = period_title(content.texts, first, last)
        return as_text(title, help_sections(numbers, then, content, content.texts))

    return report
