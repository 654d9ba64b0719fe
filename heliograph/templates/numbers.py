"""Numbers, percentages and money as a language writes them (the patterns of UTS 35, part 3)."""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any, Final

from heliograph.templates.languages import digits as currency_digits
from heliograph.templates.languages import words

SPACE: Final = "\xa0"
"""Between a currency written in letters and the figure, as UTS 35 asks."""
_EXACT: Final = Context(prec=400, rounding=ROUND_HALF_EVEN)
"""The largest number of 64 bits in binary has 309 digits."""
_FIGURE = re.compile(r"[#0,.]+")


def number(value: Decimal, language: str, digits: int | None) -> str:
    """With as many digits after the point as asked for, else as many as it has, at most the language's (three)."""
    known = words(language)
    return _written(value, known["number"], known, digits)


def percent(value: Decimal, language: str, digits: int | None) -> str:
    """0.25 as 25 %."""
    known = words(language)
    return _written(_EXACT.multiply(value, Decimal(100)), known["percent"], known, digits).replace(
        "%", known["signs"][3]
    )


def money(value: Decimal, language: str, currency: str, digits: int | None) -> str:
    """An amount with the currency's sign; without *digits* as many after the point as the currency has."""
    known = words(language)
    places = currency_digits().get(currency, 2) if digits is None else digits
    return _signed(_written(value, known["money"], known, places), known["symbols"].get(currency, currency))


def _written(value: Decimal, pattern: str, known: Mapping[str, Any], digits: int | None) -> str:
    positive, _, negative = pattern.partition(";")
    figure = _FIGURE.search(positive)
    if figure is None:
        return str(value)
    most, least = _places(figure[0]) if digits is None else (digits, digits)
    rounded = value.quantize(Decimal(1).scaleb(-most), context=_EXACT)
    whole, _, rest = f"{abs(rounded):f}".partition(".")
    rest = rest[:least] + rest[least:].rstrip("0")
    point, _group, minus, _percent = known["signs"]
    text = _grouped(whole, figure[0], known["signs"][1]) + (point + rest if rest else "")
    if not rounded.is_signed() or not rounded:
        return positive.replace(figure[0], text).replace("'", "")
    shape = negative.replace("-", minus) if negative else minus + positive
    return _FIGURE.sub(lambda _: text, shape, count=1).replace("'", "")


def _places(figure: str) -> tuple[int, int]:
    """(at most, at least) digits after the point."""
    after = figure.partition(".")[2]
    return len(after), after.count("0")


def _grouped(whole: str, figure: str, sign: str) -> str:
    """Digits in groups: the last as long as the pattern's last, the others as its last but one (Hindi: 3 and 2)."""
    sizes = [len(part) for part in figure.partition(".")[0].split(",")[1:]]
    if not sizes:
        return whole
    last, other = sizes[-1], sizes[-2] if len(sizes) > 1 else sizes[-1]
    groups, rest = [whole[-last:]], whole[:-last]
    while rest:
        groups.append(rest[-other:])
        rest = rest[:-other]
    return sign.join(reversed(groups))


def _signed(text: str, symbol: str) -> str:
    before, _, after = text.partition("¤")
    left = SPACE if before and before[-1].isdigit() and symbol[0].isalpha() else ""
    right = SPACE if after and after[0].isdigit() and symbol[-1].isalpha() else ""
    return before + left + symbol + right + after
