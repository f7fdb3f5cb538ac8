"""Telling the operators, in the chats they joined with, that Zalo needs a person."""

from sqlalchemy.orm import Session

from bot.relay import put_down
from bot.staff import directory


def tell_operators(session: Session, text: str) -> int:
    """How many chats it goes to; where there is no operator, the officers'."""
    people = directory.everybody(session)
    wanted = [one for one in people if one.role == "operator"] or [one for one in people if one.role == "officer"]
    chats = [chat for one in wanted for chat in directory.chats_of(session, one.id)]
    for chat in chats:
        put_down(session, chat, (text,))
    return len(chats)
