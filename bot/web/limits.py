"""How fast one browser and one address may send: a moving minute, kept in memory."""

import time
from collections import deque


class MovingMinute:
    """Counts events for a key in the last 60 seconds; forgets keys that fell silent."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._seen: dict[str, deque[float]] = {}

    def allows(self, key: str) -> bool:
        """Counts one event and says whether it is within the limit."""
        now = time.monotonic()
        if len(self._seen) > 10_000:
            self._seen = {name: times for name, times in self._seen.items() if times and times[-1] > now - 60}
        times = self._seen.setdefault(key, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True
