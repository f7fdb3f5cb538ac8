"""One line of `causo doctor`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `wrong` ends the command with 1; a warning does not."""

    level: Literal["good", "warning", "wrong"]
    text: str
