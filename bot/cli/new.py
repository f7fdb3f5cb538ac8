"""`causo new`: drafts for editors."""

import re
from pathlib import Path
from typing import Annotated

import typer

from knowledge.draft import draft, slug
from knowledge.fields import SLUG
from knowledge.load import FOLDER, Content, ContentError, read

app = typer.Typer(help="Draft new content.", no_args_is_help=True)


@app.command()
def procedure(
    code: Annotated[str, typer.Argument(help="The code of the procedure on the portal, as 1.001193.")],
    key: Annotated[str, typer.Option("--id", help="The id, and the name of the file; else made from the name.")] = "",
    folder: Annotated[Path, typer.Option(help="The content to add to.", exists=True, file_okay=False)] = FOLDER,
) -> None:
    """Draft the file of a topic from the catalogue; what is still missing in it is marked, and the check names it."""
    content, problems = read(folder)  # another draft may be unfinished
    texts = content.texts
    if "draft_head" not in texts or "check_marker" not in texts:
        raise ContentError(problems)
    record = content.catalogue.get(f"tthc:{code}")
    if record is None:
        raise _refused(texts["draft_no_record"].format(code=code))
    taken = next((topic.id for topic in content.procedures.values() if code in [c.code for c in topic.codes]), None)
    if taken:
        raise _refused(texts["draft_taken"].format(code=code, id=taken))
    key = key or slug(record.name, texts)
    file = folder / "procedures" / f"{key}.yaml"
    if not re.fullmatch(SLUG, key):
        raise _refused(texts["draft_bad_id"].format(id=key))
    if file.exists():
        raise _refused(texts["draft_exists"].format(file=file))
    if _used(content, key):
        raise _refused(texts["draft_id_used"].format(id=key))
    text = draft(record, key, content.catalogue_on, texts)
    with file.open("x", encoding="utf-8") as out:
        out.write(text)
    marker = texts["check_marker"]
    count = len(re.findall(rf"# {re.escape(marker)}:", text))
    typer.echo(texts["draft_written"].format(file=file))
    typer.echo(texts["draft_next"].format(marker=marker, count=count, link=record.link or "", id=key))


def _used(content: Content, key: str) -> bool:
    return any(key in items for items in (content.procedures, content.faqs, content.guides))


def _refused(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(1)
