"""Walking through the content: every dated file, and every sourced fact inside one."""

from collections.abc import Iterator

from pydantic import BaseModel

from knowledge.load import Content
from knowledge.model import Dated, Sourced
from knowledge.source_lines import Where


def dated(content: Content) -> Iterator[tuple[str, str, Dated]]:
    """Every file with facts in it: its folder, its id and what it says."""
    for sub, items in (
        ("procedures", content.procedures),
        ("guides", content.guides),
        ("faq", content.faqs),
        ("places", content.places),
    ):
        yield from ((sub, key, item) for key, item in items.items())
    if content.units:
        yield "units", content.units.id, content.units
    if content.dossiers:
        yield "dossiers", content.dossiers.id, content.dossiers


def facts(model: BaseModel, where: Where = ()) -> Iterator[tuple[Where, Sourced]]:
    """Every sourced item inside a file, with the path to it."""
    for name in type(model).model_fields:
        value = getattr(model, name)
        for index, item in enumerate(value) if isinstance(value, tuple) else ((None, value),):
            if isinstance(item, BaseModel):
                here = (*where, name) if index is None else (*where, name, index)
                if isinstance(item, Sourced):
                    yield here, item
                yield from facts(item, here)
