"""Signing in to the desk and out of it."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.desk.base import COOKIE, HOME, Ask, Desk, of_here, route, shown
from bot.staff.sessions import LONGEST, SignInRefused, revoke, sign_in, sign_out


def sign_routes(desk: Desk) -> list[Route]:
    async def form(request: Request) -> Response:
        return shown(desk, None, "sign_in.html", wrong="", name="")

    async def entered(request: Request) -> Response:
        if not of_here(request, desk.settings.public_url):
            return shown(desk, None, "sign_in.html", 403, wrong=desk.texts["desk_sign_wrong"], name="")
        given = await request.form(max_files=0, max_fields=5)
        name, password, code = (str(given.get(key) or "")[:200] for key in ("name", "password", "code"))
        address = request.client.host if request.client else ""
        try:
            token = await to_thread.run_sync(_sign_in, desk, name, password, code, address)
        except SignInRefused as refused:
            return shown(desk, None, "sign_in.html", 403, wrong=desk.texts[f"desk_sign_{refused.why}"], name=name)
        response = RedirectResponse(HOME, 303)
        secure = (desk.settings.public_url or "").startswith("https:")
        seconds = int(LONGEST.total_seconds())
        response.set_cookie(COOKIE, token, max_age=seconds, path=HOME, httponly=True, secure=secure, samesite="strict")
        return response

    return [
        Route(f"{HOME}/vao", form, methods=["GET"]),
        Route(f"{HOME}/vao", entered, methods=["POST"]),
        route(desk, "/ra", _out, method="POST"),
        route(desk, "/ra-het", _out_everywhere, method="POST"),
    ]


def _sign_in(desk: Desk, name: str, password: str, code: str, address: str) -> str:
    """Wrong ones are counted even though they are refused: the refusal is raised after the commit."""
    refused: SignInRefused | None = None
    token = ""
    with desk.store.write() as session:
        try:
            token = sign_in(session, desk.key, name, password, code, address, desk.clock())
        except SignInRefused as error:
            refused = error
    if refused:
        raise refused
    return token


def _out(desk: Desk, ask: Ask) -> Response:
    with desk.store.write() as session:
        sign_out(session, ask.token)
    return _gone()


def _out_everywhere(desk: Desk, ask: Ask) -> Response:
    with desk.store.write() as session:
        revoke(session, ask.staff.id)
    return _gone()


def _gone() -> Response:
    response = RedirectResponse(f"{HOME}/vao", 303)
    response.delete_cookie(COOKIE, path=HOME)
    return response
