"""Structured logs on standard error: what happened, never what was said; chats only as keyed hashes."""

import hashlib
import hmac
import logging
import sys

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
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    for name in ("httpx", "httpcore", "telegram", "uvicorn.access", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def chat_hash(key: str, channel: str, chat: str) -> str:
    """The same chat always gives the same 12 hex digits; without the key nobody can find the chat from them."""
    return hmac.new(key.encode(), f"{channel}|{chat}".encode(), hashlib.sha256).hexdigest()[:12]
