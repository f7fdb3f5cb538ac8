"""What every answer of the web server carries, and what a person sees when something is wrong."""

from collections.abc import Callable, Mapping

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.errors import StoreAway
from bot.web.render import page

_log = structlog.get_logger()


class SecurityHeaders:
    """Nothing is loaded from elsewhere, nothing runs that is not ours, nobody frames the page unless allowed."""

    def __init__(self, app: ASGIApp, frame_ancestors: str) -> None:
        self.app = app
        framers = frame_ancestors.strip() or "'none'"
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
            "manifest-src 'self'; worker-src 'self'; "
            f"form-action 'self'; base-uri 'none'; frame-ancestors {framers}"
        )
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),  # with no-referrer a form's own origin would be “null”
            (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
            (b"cross-origin-opener-policy", b"same-origin"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}  # a page may be stricter than the site
                message["headers"] = [*message["headers"], *(pair for pair in self.headers if pair[0] not in own)]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


def create_site(
    routes: list[BaseRoute], texts: Callable[[], Mapping[str, str]], frame_ancestors: str = ""
) -> SecurityHeaders:
    """The web application: routes, headers, and error pages in the residents' language."""

    def failed(request: Request, status: int) -> Response:
        if request.url.path.startswith("/webhooks/") or "application/json" in request.headers.get("accept", ""):
            return JSONResponse({"error": status}, status)
        words = texts()
        said = words.get(f"web_error_{status}", words["web_error_500"])
        return HTMLResponse(page("error.html", words, said=said), status)

    def refused(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return failed(request, status if status in (400, 403, 404, 410, 413, 429) else 404 if status == 405 else 500)

    def away(request: Request, error: Exception) -> Response:
        response = failed(request, 503)
        response.headers["Retry-After"] = "10"
        return response

    def broken(request: Request, error: Exception) -> Response:
        where = "/" + request.url.path.split("/")[1]  # what follows may be a key to somebody's data
        _log.error("web_failed", path=where, error=type(error).__name__)
        return failed(request, 500)

    handlers = {HTTPException: refused, StoreAway: away, Exception: broken}
    return SecurityHeaders(Starlette(routes=routes, exception_handlers=handlers), frame_ancestors)
