"""The kinds of values in the content: ids, texts, amounts, dates that are known to the day, the month or the year."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
URL = r"^https://\S+$"
CODE = r"^\d\.\d{6}$"
PARTIAL_DATE = r"^\d{4}(-\d{2}(-\d{2})?)?$"

Slug = Annotated[str, StringConstraints(pattern=SLUG)]
ProcedureCode = Annotated[str, StringConstraints(pattern=CODE)]
Text = Annotated[str, StringConstraints(min_length=2, strip_whitespace=True)]
Url = Annotated[str, StringConstraints(pattern=URL)]
# Digits only: “8.000”, as Vietnamese write it, must be an error and never 8.
Amount = Annotated[int, Field(ge=0, strict=True)]
SourceKeys = Annotated[tuple[str, ...], Field(min_length=1)]
# A source may be dated to the day, the month or the year, as precisely as it states.
PartialDate = Annotated[
    str,
    BeforeValidator(str),
    StringConstraints(pattern=PARTIAL_DATE),
    WithJsonSchema({"type": ["string", "integer"], "pattern": PARTIAL_DATE}),
]
