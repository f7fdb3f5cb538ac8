"""Chats on each database, and the page."""

from tests.tickets.conftest import hall  # noqa: F401  a fixture
from tests.web.conftest import page_site  # noqa: F401  a fixture
