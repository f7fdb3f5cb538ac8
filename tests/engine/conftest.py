"""Chats on each database."""

from tests.tickets.conftest import hall  # noqa: F401  a fixture
