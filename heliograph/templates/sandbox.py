"""The engine: Jinja2's immutable sandbox, without globals, with our filters, tests and operators only."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from jinja2 import Undefined, pass_context
from jinja2.exceptions import TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from heliograph.templates.escapes import WRITTEN, Escape
from heliograph.templates.filters import FILTERS, metered
from heliograph.templates.limits import MAX_TOKENS, Meter, Refused
from heliograph.templates.values import Counted, Missing, bounded, kind, look_up, meter_of, plain, to_number, weigh

LINK: Final = re.compile(r"(?:https?://[^/]|mailto:|tel:|sms:|/(?!/)|#|\?)", re.IGNORECASE)
"""How a value may begin that is a whole link."""
STYLE: Final = re.compile(r"[\w #%.,+-]*")
"""A value inside CSS: a colour, a length, a name; nothing that could begin something else."""

OPERATORS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": lambda one, two: one + two,
    "-": lambda one, two: one - two,
    "*": lambda one, two: one * two,
    "/": lambda one, two: one / two,
    "//": lambda one, two: one // two,
}

TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "defined": lambda value: not isinstance(value, Undefined),
    "undefined": lambda value: isinstance(value, Undefined),
    "none": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "string": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "mapping": lambda value: isinstance(value, dict),
    "sequence": lambda value: isinstance(value, list | tuple),
    # Jinja's own would format: "%9999999999d" is even.
    "even": lambda value: to_number(value) % 2 == 0,
    "odd": lambda value: to_number(value) % 2 == 1,
}


class TokenLimit(Extension):
    """Ends the parsing of a source that would take too long to compile."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for count, token in enumerate(stream):
            if count >= MAX_TOKENS:
                message = f"there are more than {MAX_TOKENS} names, operators and texts; make the template shorter"
                raise TemplateSyntaxError(message, token.lineno)
            yield token


class Sandbox(ImmutableSandboxedEnvironment):
    """One for HTML, one for each way to write text; threads share it, since a rendering's meter is in its context."""

    intercepted_binops = frozenset(OPERATORS)

    def __init__(self, *, html: bool, escape: Escape = Escape.NONE) -> None:
        super().__init__(
            autoescape=html,
            undefined=Missing,
            finalize=_printing(WRITTEN[escape]),
            extensions=[TokenLimit],
            cache_size=0,
            optimized=False,
            keep_trailing_newline=True,
        )
        self.globals.clear()
        self.tests = dict(TESTS)
        self.filters = {name: metered(function) for name, function in FILTERS.items()} | INTERNAL

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            meter_of(context).text(len(left) + len(right))
            return plain(left) + plain(right)
        try:
            return bounded(OPERATORS[operator](to_number(left), to_number(right)))
        except ZeroDivisionError as exc:
            raise Refused("it divides by zero") from exc
        except OverflowError as exc:
            raise Refused("a number became too large") from exc


def _printing(written: Callable[[str], str]) -> Callable[[Context, Any], str]:
    @pass_context
    def printed(context: Context, value: Any) -> str:
        """Every value on its way out."""
        text = value if isinstance(value, Markup) else written(plain(value))
        meter_of(context).text(len(text))
        return text

    return printed


def _steps(meter: Meter, value: Any, cost: int, written: str) -> Counted:
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, list | tuple | dict):
        raise Refused(f"{written} is {kind(value)}; only a list or an object can be looped over")
    return Counted(value, meter, cost)


def _get(_meter: Meter, value: Any, key: Any, owner: str, path: str) -> Any:
    return look_up(value, key, owner, path)


def _slice(meter: Meter, value: Any, start: Any, stop: Any, step: Any) -> Any:
    if isinstance(value, Undefined):
        str(value)
    if not isinstance(value, list | tuple | str):
        raise Refused(f"{kind(value)} has no slices")
    meter.work(1 + len(value))
    return value[start:stop:step]


def _concat(meter: Meter, values: list[Any]) -> str:
    texts = [plain(value) for value in values]
    meter.text(sum(map(len, texts)))
    return "".join(texts)


def _link(_meter: Meter, value: Any) -> str:
    text = value if isinstance(value, Markup) else plain(value)
    if not LINK.match(text) or not text.isprintable():
        raise Refused("the link does not begin with http://, https://, mailto: or tel:; correct it in the payload")
    return text


def _style(_meter: Meter, value: Any) -> str:
    text = plain(value)
    if not STYLE.fullmatch(text):
        raise Refused("a value inside CSS may only have letters, digits, spaces and # % . , + - in it")
    return text


def _internal(function: Callable[..., Any]) -> Callable[..., Any]:
    @pass_context
    def run(context: Context, *args: Any) -> Any:
        return function(meter_of(context), *args)

    return run


INTERNAL: Final = {
    "concat!": _internal(_concat),
    "get!": _internal(_get),
    "link!": _internal(_link),
    "slice!": _internal(_slice),
    "steps!": _internal(_steps),
    "style!": _internal(_style),
    "weigh!": _internal(weigh),
}
"""What the rewritten template calls. With its `!`, no source can name it."""
