"""Pictures that were uploaded for announcements. What is announced is for everybody, so they are kept as they are."""

import re
import secrets
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bot.store.announce_tables import Announcement, AnnouncementPicture
from bot.store.connect import Store

FOLDER = "/thong-bao-anh/"
_NAME = re.compile(rf"{FOLDER}[0-9a-f]{{32}}\.jpg")
_UNUSED = timedelta(days=1)  # a picture whose announcement was never saved goes then


def keep(session: Session, jpeg: bytes, now: datetime) -> str:
    """The address at which it is from now on."""
    address = f"{FOLDER}{secrets.token_hex(16)}.jpg"
    session.add(AnnouncementPicture(address=address, jpeg=jpeg, at=now))
    return address


def ours(address: str) -> bool:
    """Whether it looks like an address that `keep` gave."""
    return _NAME.fullmatch(address) is not None


def find(store: Store, address: str) -> bytes | None:
    """The JPEG at this address, or None."""
    if not ours(address):
        return None
    with store.read() as session:
        row = session.get(AnnouncementPicture, address)
    return row.jpeg if row else None


def unused(now: datetime) -> ColumnElement[bool]:
    """Those that stand in no announcement."""
    used = select(Announcement.picture).where(Announcement.picture.is_not(None))
    return (AnnouncementPicture.at < now - _UNUSED) & AnnouncementPicture.address.not_in(used)
