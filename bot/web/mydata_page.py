"""A copy of one's own data, behind a link that ends after a quarter of an hour."""

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.web.render import page
from bot.web.service import WebService

_NOBODY_KEEPS = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"}


def mydata_route(service: WebService) -> Route:
    """`GET /du-lieu/{token}`, as text to keep with `?tai=1`; 410 once its time is over, or when nothing is kept."""

    async def show(request: Request) -> Response:
        token = request.path_params["token"]
        copy = await to_thread.run_sync(service.my_data, token)
        if copy is None:
            raise HTTPException(410)
        texts = service.texts()
        if request.query_params.get("tai"):
            name = texts["web_data_file"]
            attached = {"Content-Disposition": f'attachment; filename="{name}"'}
            return PlainTextResponse(copy, headers={**_NOBODY_KEEPS, **attached})
        return HTMLResponse(page("mydata.html", texts, copy=copy), headers=_NOBODY_KEEPS)

    return Route("/du-lieu/{token}", show)
