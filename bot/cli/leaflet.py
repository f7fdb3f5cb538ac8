"""`causo leaflet` and `causo poster`: sheets to print."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rapidfuzz import process

from bot.clock import now
from bot.dossiers.table import NoDossiers
from bot.leaflet import guide_leaflet, topic_leaflet
from bot.library import Library
from bot.links import Links
from bot.pictures import Pictures
from bot.poster import poster as draw_poster
from bot.settings import Settings, read_settings
from handlers.ports import Tools
from knowledge.place import Place

_Place = Annotated[str | None, typer.Option("--place", help="The ward whose address and hours it gives.")]
_Out = Annotated[Path | None, typer.Option("--out", help="The PDF to write.", dir_okay=False)]


def leaflet(
    key: Annotated[str, typer.Argument(metavar="ID|GUIDE", help="The id of a topic or a guide.")],
    place: _Place = None,
    size: Annotated[Literal["A4", "A5"], typer.Option("--size")] = "A4",
    out: _Out = None,
) -> None:
    """A printable leaflet of one topic or guide, with a QR code that opens it in the chat."""
    settings = read_settings()
    library, tools = _tools(settings)
    content, ward = tools.content, _ward(tools, place or settings.place)
    links = _links(settings, place)
    today = now().date()
    if key in content.guides:
        pictures = Pictures(lambda: content, library.folder, settings.cache_dir)
        data = guide_leaflet(tools, content.guides[key], ward, today, size, links, pictures.photo)
    elif key in content.procedures:
        data = topic_leaflet(tools, content.procedures[key], ward, today, size, links)
    else:
        near = ", ".join(name for name, *_ in process.extract(key, [*content.procedures, *content.guides], limit=3))
        typer.echo(content.texts["leaflet_none"].format(id=key, near=near), err=True)
        raise typer.Exit(2)
    _write(out or Path(f"{key}.pdf"), data)


def poster(
    place: _Place = None,
    size: Annotated[Literal["A4", "A3"], typer.Option("--size")] = "A4",
    out: _Out = None,
) -> None:
    """A poster for the one-stop desk, with a large QR code that opens the chat."""
    settings = read_settings()
    _, tools = _tools(settings)
    ward = _ward(tools, place or settings.place)
    _write(out or Path("cau-so.pdf"), draw_poster(tools, ward, now().date(), size, _links(settings, place)))


def _tools(settings: Settings) -> tuple[Library, Tools]:
    library = Library(cache=settings.cache_dir)
    known = library.current
    return library, Tools(known.content, known.reader, known.intent, NoDossiers(), settings.place, settings.address)


def _ward(tools: Tools, key: str | None) -> Place | None:
    places = tools.content.places
    if key and key not in places:
        known = ", ".join(sorted(places))
        typer.echo(tools.content.texts["leaflet_place"].format(place=key, known=known), err=True)
        raise typer.Exit(2)
    return places[key] if key else None


def _links(settings: Settings, place: str | None) -> Links:
    return Links(settings.address, place, settings.telegram_name, settings.zalo_oa_id)


def _write(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)
    typer.echo(str(out))
