"""Both sides of the desk for the turn of one conversation."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot.reports.chat import reporter
from bot.staff import directory
from bot.store.tables import Conversation
from bot.tickets.member import Member
from bot.tickets.resident import Resident
from bot.tickets.wording import Wording
from handlers.ports import StaffMember, Tools
from handlers.ticket_ports import Named
from knowledge.calendar import Calendar


def with_desks(tools: Tools, session: Session, conversation: Conversation, key: str, now: datetime) -> Tools:
    """The tools with the resident's side for everybody, and the member's side in the chat of one."""
    wording = Wording(tools)
    calendar = tools.content.dossiers.calendar if tools.content.dossiers else Calendar()
    desk = Resident(session, conversation, wording, calendar, key, now)
    staff = directory.member_of(session, conversation.id)
    if staff is None:
        return replace(tools, desk=desk)
    areas = tuple(Named(area.id, area.name) for area in directory.areas(session))
    member = StaffMember(staff.id, staff.name, staff.role, staff.area_id, areas)
    tickets = Member(session, staff.id, wording, key, now)
    report = reporter(session, member, tools.content, now)
    return replace(tools, desk=desk, member=member, tickets=tickets, report=report)
