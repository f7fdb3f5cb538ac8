"""The stored form of a conversation: versioned JSON, read leniently, never a reason to fail."""

import json
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import structlog
from pydantic import Discriminator, TypeAdapter, ValidationError

from handlers.states import Idle, State
from handlers.turn import Memory, Profile

VERSION = 1

_STATE: TypeAdapter[State] = TypeAdapter(Annotated[State, Discriminator("kind")])
_MEMORY = TypeAdapter(Memory)
_PROFILE = TypeAdapter(Profile)
_log = structlog.get_logger()
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stored:
    state: State = field(default_factory=Idle)
    memory: Memory = field(default_factory=Memory)
    profile: Profile = field(default_factory=Profile)


def dump(stored: Stored) -> str:
    """JSON with the version it was written in."""
    parts = {
        "version": VERSION,
        "state": _STATE.dump_python(stored.state, mode="json"),
        "memory": _MEMORY.dump_python(stored.memory, mode="json"),
        "profile": _PROFILE.dump_python(stored.profile, mode="json"),
    }
    return json.dumps(parts, ensure_ascii=False)


def load(text: str) -> Stored:
    """What was stored. A part that cannot be understood any more (older, newer, broken) starts anew, and is logged."""
    try:
        parts = json.loads(text)
    except ValueError:
        parts = None
    if not isinstance(parts, dict) or parts.get("version") != VERSION:
        _log.warning("stored_state_unreadable", part="all")
        return Stored()
    return Stored(
        _part(_STATE, parts, "state", Idle()),
        _part(_MEMORY, parts, "memory", Memory()),
        _part(_PROFILE, parts, "profile", Profile()),
    )


def _part(adapter: TypeAdapter[T], parts: dict[str, object], name: str, fresh: T) -> T:
    try:
        return adapter.validate_python(parts.get(name))
    except ValidationError:
        _log.warning("stored_state_unreadable", part=name)
        return fresh
