"""What was understood of a table that was imported: on the screen, or in a report beside the file."""

from collections.abc import Iterator, Mapping

from bot.dossiers.importer import SheetReport
from bot.dossiers.layout import Layout
from knowledge.dossier_tables import Column

_BAD_ROWS_SHOWN = 20
_COLUMN_TEXTS: Mapping[Column, str] = {
    "code": "import_column_code",
    "procedure": "import_column_procedure",
    "field": "import_column_field",
    "status": "import_column_status",
    "received": "import_column_received",
    "due": "import_column_due",
    "completed": "import_column_completed",
    "updated": "import_column_updated",
    "channel": "import_column_channel",
    "level": "import_column_level",
    "result": "import_column_result",
    "holder": "import_column_holder",
    "note": "import_column_note",
    "digitised": "import_column_digitised",
}


def told(name: str, reports: list[SheetReport], texts: Mapping[str, str]) -> Iterator[str]:
    """What was understood of the file of this name, what was not, and what to do about it."""
    for report in reports:
        key = "import_sheet" if report.name else "import_file"
        yield texts[key].format(file=name, sheet=report.name)
        if report.layout is None or report.layout.missing:
            yield f"  {texts['import_skipped']}"
            continue
        yield from (f"  {line}" for line in _understood(report, report.layout, texts))
        yield from (f"  {line}" for line in _results(report, texts))
    if not any(report.used for report in reports):
        yield _what_to_do(name, [report.layout for report in reports if report.layout], texts)


def _understood(report: SheetReport, layout: Layout, texts: Mapping[str, str]) -> Iterator[str]:
    yield texts["import_read_as"].format(encoding=report.encoding, number=layout.number)
    for column, place in sorted(layout.columns.items(), key=lambda item: item[1]):
        yield texts["import_column"].format(column=texts[_COLUMN_TEXTS[column]], name=layout.names[place])
    if layout.private:
        yield texts["import_private"].format(names=", ".join(layout.private))
    if layout.unknown:
        yield texts["import_not_used"].format(names=", ".join(layout.unknown))


def _results(report: SheetReport, texts: Mapping[str, str]) -> Iterator[str]:
    counts = report.counts
    numbers = {"new": counts.new, "changed": counts.changed, "same": counts.same, "older": counts.older}
    yield texts["import_counts"].format(rows=report.rows, bad=report.bad, **numbers)
    for row in report.bad_rows[:_BAD_ROWS_SHOWN]:
        yield texts["import_bad_row"].format(number=row.number, why=texts[row.why], value=row.value).rstrip()
    if report.bad > _BAD_ROWS_SHOWN:
        yield texts["import_more_bad"].format(count=report.bad - _BAD_ROWS_SHOWN)
    for words, count in report.unknown_statuses.most_common():
        yield texts["import_unknown_status"].format(words=words, count=count)


def _what_to_do(name: str, layouts: list[Layout], texts: Mapping[str, str]) -> str:
    """Which columns must be named in a mapping file, and only those."""
    if not layouts:
        return texts["import_no_header"].format(file=name)
    nearest = min(layouts, key=lambda layout: len(layout.missing))
    lines = [
        texts["import_mapping_line"].format(column=column, meaning=texts[_COLUMN_TEXTS[column]])
        for column in nearest.missing
    ]
    missing = ", ".join(texts[_COLUMN_TEXTS[column]] for column in nearest.missing)
    names = ", ".join(dict.fromkeys(name for name in nearest.names if name))
    return texts["import_needs_mapping"].format(
        columns=missing, file=name, names=names, example="\n".join(f"  {line}" for line in lines)
    )
