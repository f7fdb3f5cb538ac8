"""Structured logs on standard error: what happened, never what was said; chats only as keyed hashes."""

import hashlib
import hmac
import logging
import sys
import traceback
from pathlib import Path

import structlog


def set_up_logs(as_json: bool = True) -> None:
    """JSON lines for machines, plain lines for a terminal. Libraries that log whole URLs (with tokens) are hushed."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_words,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name in ("httpx", "httpcore", "telegram", "uvicorn.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_words(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception becomes its kind and where it came from. Its text is left out: it may hold what somebody wrote."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exc_info()[1] if given else None
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        event["error"] = type(error).__name__
        event["where"] = [f"{'/'.join(Path(f.filename).parts[-2:])}:{f.lineno} {f.name}" for f in frames]
    return event


def chat_hash(key: str, channel: str, chat: str) -> str:
    """The same chat always gives the same 12 hex digits; without the key nobody can find the chat from them."""
    return hmac.new(key.encode(), f"{channel}|{chat}".encode(), hashlib.sha256).hexdigest()[:12]
