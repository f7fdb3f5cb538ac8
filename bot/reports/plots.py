"""Bars and columns as SVG, readable on a phone and in black-and-white print; the figures stand beside them."""

from collections.abc import Sequence
from html import escape

from bot.reports.sections import Line
from handlers.words import money

_WIDTH, _ROW, _BAR, _THIN, _SIZE = 340, 46, 14, 5, 15  # in units of the drawing, which is 340 wide: a phone's page
_HIGH, _FOOT, _HEAD, _SMALL = 150, 22, 18, 11  # of columns: the whole, below for the name, above for the figure, type
_SPARE = 118  # for the figure after the bar, as large as "12.345 (100,0 %)"


def bars(title: str, lines: Sequence[Line], before: str = "") -> str:
    """One row a line: its name, a bar with the number after it, and where the period before is known a thin pale bar
    of that; `before` is what the drawing calls it, for those who hear it."""
    most = max([1, *(max(line.number, line.before or 0) for line in lines)])
    rows, spoken, top = [], [], 0
    for line in lines:
        length = (_WIDTH - _SPARE) * line.number / most
        told = f"{money(line.number)}{f' ({line.share})' if line.share else ''}"
        rows.append(f'<text x="0" y="{top + 16}">{escape(_short(line.name))}</text>')
        rows.append(f'<rect x="0" y="{top + 22}" width="{max(length, 1):.1f}" height="{_BAR}" fill="#0b5a4a"/>')
        rows.append(f'<text x="{length + 6:.1f}" y="{top + 34}" font-weight="600">{escape(told)}</text>')
        spoken.append(f"{line.name}: {money(line.number)}")
        if line.before is not None:
            then = max((_WIDTH - _SPARE) * line.before / most, 1)
            rows.append(f'<rect x="0" y="{top + 37}" width="{then:.1f}" height="{_THIN}" fill="#8aa79f"/>')
            spoken[-1] += f" ({before} {money(line.before)})"
        top += _ROW if line.before is None else _ROW + _THIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {max(top, _ROW)}" role="img" '
        f'font-size="{_SIZE}" font-family="Be Vietnam Pro, sans-serif" fill="#17211d"><title>{escape(title)}</title>'
        f"<desc>{escape('; '.join(spoken))}</desc>{''.join(rows)}</svg>"
    )


def columns(title: str, lines: Sequence[Line], names: Sequence[str]) -> str:
    """One column a line, from left to right as time goes, its number on top and its short name below."""
    most, room = max([1, *(line.number for line in lines)]), _WIDTH / max(len(lines), 1)
    wide, drawn = min(room * 0.7, 60), []
    for place, (line, name) in enumerate(zip(lines, names, strict=True)):
        high = max((_HIGH - _FOOT - _HEAD) * line.number / most, 1)
        middle, top = room * (place + 0.5), _HIGH - _FOOT - high
        drawn.append(f'<rect x="{middle - wide / 2:.1f}" y="{top:.1f}" width="{wide:.1f}" height="{high:.1f}"/>')
        drawn.append(f'<text x="{middle:.1f}" y="{top - 4:.1f}">{money(line.number)}</text>')
        drawn.append(f'<text x="{middle:.1f}" y="{_HIGH - 6}">{escape(name)}</text>')
    spoken = "; ".join(f"{line.name}: {money(line.number)}" for line in lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HIGH}" role="img" font-size="{_SMALL}" '
        f'font-family="Be Vietnam Pro, sans-serif" text-anchor="middle" fill="#0b5a4a"><title>{escape(title)}</title>'
        f"<desc>{escape(spoken)}</desc>{''.join(drawn)}</svg>"
    )


def _short(name: str) -> str:
    return name if len(name) <= 44 else f"{name[:43].rstrip()}…"
