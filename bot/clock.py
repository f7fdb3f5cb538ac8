"""The time where the residents are."""

from datetime import datetime
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """Now, aware, in the residents' zone."""
    return datetime.now(TIME_ZONE)
