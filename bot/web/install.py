"""The page as an app on the phone, what it shows without network, and the one line that puts it on a ward's site."""

import json
from functools import lru_cache

import resvg_py
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.web.render import STATIC, page, static_version
from bot.web.service import WebService
from knowledge.place import Place

_GREEN = "#0b5a4a"
_SIZES = (192, 512)  # what Chromium asks for to offer an installation; https://web.dev/articles/add-manifest
_SCRIPT = "text/javascript; charset=utf-8"


class InstallPages:
    """The endpoints, on one service."""

    def __init__(self, service: WebService) -> None:
        self.service = service

    def routes(self) -> list[Route]:
        found = [
            Route("/sw.js", self.worker),
            Route("/embed.js", self.embed),
            Route("/icon-{size:int}.png", self.icon),
        ]
        for prefix in ("", "/p/{place}"):
            found += [
                Route(f"{prefix}/manifest.webmanifest", self.manifest),
                Route(f"{prefix}/ngoai-tuyen", self.offline),
            ]
        return found

    def _ward(self, request: Request) -> tuple[str, Place | None]:
        places, key = self.service.places(), request.path_params.get("place")
        if key is not None and key not in places:
            raise HTTPException(404)
        return (f"/p/{key}" if key else ""), places.get(key or self.service.default_place or "")

    async def manifest(self, request: Request) -> Response:
        """https://www.w3.org/TR/appmanifest/"""
        here, ward = self._ward(request)
        texts = self.service.texts()
        icons = [
            {"src": f"/icon-{size}.png", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in _SIZES
            for purpose in ("any", "maskable")
        ]
        made = {
            "id": here or "/",
            "name": f"{texts['web_name']}, {ward.name}" if ward else texts["web_title"],
            "short_name": texts["web_name"],
            "description": texts["web_tagline"],
            "lang": "vi",
            "start_url": here or "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": _GREEN,
            "background_color": "#f3f5f1",
            "icons": icons,
        }
        return Response(json.dumps(made, ensure_ascii=False), media_type="application/manifest+json")

    async def icon(self, request: Request) -> Response:
        size = request.path_params["size"]
        if size not in _SIZES:
            raise HTTPException(404)
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(_icon(size), media_type="image/png", headers=headers)

    async def offline(self, request: Request) -> Response:
        """Shown by the phone itself when there is no network: whom to call, and the last list of papers."""
        here, ward = self._ward(request)
        texts, places = self.service.texts(), self.service.places()
        above = places.get(ward.province) if ward and ward.province else None
        phones = [
            (texts[f"place_phone_{phone.what}"].format(number="").rstrip(": "), phone.number)
            for layer in (ward, above)
            if layer
            for phone in layer.phones
        ]
        html = page("offline.html", texts, here=here, place=ward.name if ward else "", phones=phones)
        return HTMLResponse(html)

    async def worker(self, request: Request) -> Response:
        """Answers pages only when the network does not; it never keeps a conversation."""
        script = (STATIC / "worker.js").read_text(encoding="utf-8").replace("VERSION", static_version())
        return Response(script, media_type=_SCRIPT, headers={"Cache-Control": "no-cache"})

    async def embed(self, request: Request) -> Response:
        """`<script src=".../embed.js" data-place="..." async></script>` on a ward's site: a button that opens this."""
        texts = self.service.texts()
        words = {name: texts[f"web_embed_{name}"] for name in ("open", "close", "title")}
        script = (STATIC / "embed.js").read_text(encoding="utf-8").replace("WORDS", json.dumps(words))
        headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
        return Response(script, media_type=_SCRIPT, headers=headers)


@lru_cache
def _icon(size: int) -> bytes:
    """The icon as a square without round corners, so that a phone may cut it to its own shape."""
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8").replace(' rx="10"', "")
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size))
