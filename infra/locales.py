"""Cuts what the template filters need out of Babel's copy of the CLDR: `python -m infra.locales`, after a new Babel."""

import json
import re
from datetime import time
from typing import Any, Final

from babel import Locale, localedata
from babel.core import get_global
from babel.dates import format_time

from infra.cdk import ROOT

TARGET: Final = ROOT / "heliograph" / "templates" / "locales.txt"
NOTICE: Final = (
    "Locale data of the Unicode CLDR, cut by infra/locales.py. Copyright 1991- Unicode, Inc., Unicode License v3"
)
TAG: Final = r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2}|-\d{3})?"
STYLES: Final = ("short", "medium", "long", "full")
CLOCKS: Final = ("short", "medium")
"""Longer times name the zone, which would be ten times as much data."""

type Data = dict[str, Any]


def main() -> None:
    """Write the file anew."""
    lines = render()
    TARGET.write_text("".join(lines), encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines) - 1} languages, {TARGET.stat().st_size:,} bytes")


def render() -> list[str]:
    """The file's lines: a notice, then `"tag": {…}` with what differs from the language, or from English."""
    whole = {tag: _data(name) for tag, name in _locales().items()}
    lines = [f"{json.dumps(NOTICE)}: {json.dumps({'digits': _digits()}, separators=(',', ':'))}\n"]
    for tag in sorted(whole):
        data = _less(whole[tag], _inherited(tag, whole))
        if data or "-" not in tag:
            lines.append(f"{json.dumps(tag)}: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n")
    return lines


def _locales() -> dict[str, str]:
    """Tag -> Babel's name of the locale."""
    found = {name.replace("_", "-"): name for name in localedata.locale_identifiers()}
    for short, full in get_global("likely_subtags").items():
        # `zh-TW` is what people write for `zh-Hant-TW`.
        if full in found.values():
            found.setdefault(short.replace("_", "-"), full)
    return {tag: name for tag, name in found.items() if re.fullmatch(TAG, tag)}


def _data(name: str) -> Data:
    # Babel merges what it reads into what it has read, so that one locale's words turn up in another's.
    localedata._cache.clear()  # noqa: SLF001 - it offers no other way
    locale = Locale.parse(name)
    symbols = locale.number_symbols["latn"]
    return {
        "date": {style: locale.date_formats[style].pattern for style in STYLES},
        "time": {style: locale.time_formats[style].pattern for style in CLOCKS},
        "both": {style: str(locale.datetime_formats[style]) for style in STYLES},
        "months": _row(locale.months["format"]["wide"], 12, 1),
        "months_short": _row(locale.months["format"]["abbreviated"], 12, 1),
        "days": _row(locale.days["format"]["wide"], 7, 0),
        "days_short": _row(locale.days["format"]["abbreviated"], 7, 0),
        "days_alone": _row(locale.days["stand-alone"]["wide"], 7, 0),
        "halves": [format_time(time(hour), "a", locale=locale) for hour in (9, 15)],
        "hours": _hours(locale),
        "era": locale.eras["abbreviated"][1],
        "signs": [symbols["decimal"], symbols["group"], symbols["minusSign"], symbols["percentSign"]],
        "number": locale.decimal_formats[None].pattern,
        "percent": locale.percent_formats[None].pattern,
        "money": locale.currency_formats["standard"].pattern,
        "symbols": {code: symbol for code, symbol in sorted(locale.currency_symbols.items()) if code != symbol},
    }


def _hours(locale: Locale) -> list[str]:
    """The name of each hour's part of the day, where times are written with it."""
    if not any("B" in locale.time_formats[style].pattern for style in CLOCKS):
        return []
    return [format_time(time(hour), "B", locale=locale) for hour in range(24)]


def _row(names: Any, size: int, first: int) -> list[str]:
    return [names[number] for number in range(first, first + size)]


def _inherited(tag: str, whole: dict[str, Data]) -> Data:
    data: Data = dict(whole["en"]) if tag != "en" else {}
    parts = tag.split("-")
    for size in range(1, len(parts)):
        data |= whole.get("-".join(parts[:size]), {})
    return data


def _less(data: Data, base: Data) -> Data:
    less = {name: value for name, value in data.items() if base.get(name) != value}
    if "symbols" in less and base:
        ours, theirs = data["symbols"], base["symbols"]
        both = {code: ours.get(code, code) for code in sorted({*ours, *theirs})}
        less["symbols"] = {code: symbol for code, symbol in both.items() if theirs.get(code, code) != symbol}
    return less


def _digits() -> dict[str, int]:
    """Digits after the point of the currencies that have not two."""
    table = get_global("currency_fractions")
    return {code: row[0] for code, row in sorted(table.items()) if row[0] != 2 and code != "DEFAULT"}  # noqa: PLR2004 - what it says


if __name__ == "__main__":
    main()
