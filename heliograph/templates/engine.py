"""One part: checked and compiled once, rendered many times."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Any, Final

from jinja2 import Template, TemplateError
from jinja2.exceptions import TemplateSyntaxError
from jinja2.lexer import Lexer

from heliograph.templates.escapes import Escape
from heliograph.templates.grammar import check_tree
from heliograph.templates.html import guards
from heliograph.templates.languages import Setting
from heliograph.templates.limits import MAX_SOURCE, Meter, Refused
from heliograph.templates.rewrite import Rewrite
from heliograph.templates.sandbox import Sandbox
from heliograph.templates.values import METER

CACHED: Final = 128
"""Compiled parts that are kept, the latest used; compiling takes some milliseconds, rendering a few hundredths."""


MAX_SENTENCE: Final = 400
"""Characters; the engine's own words may repeat what is in the source."""


class Faulty(Exception):
    """A source that cannot be a template, or a rendering that ended; *line* is 0 where none is known.

    *origin* names the layout or partial whose line it is, empty for the template itself; *near* is what stands there.
    """

    def __init__(self, sentence: str, line: int = 0, *, origin: str = "", near: str = "") -> None:
        super().__init__(sentence if len(sentence) <= MAX_SENTENCE else f"{sentence[:MAX_SENTENCE]}…")
        self.line = line
        self.origin = origin
        self.near = near


@cache
def _sandbox(html: bool, escape: Escape = Escape.NONE) -> Sandbox:  # noqa: FBT001 - the cache's key
    return Sandbox(html=html, escape=escape)


def lexer() -> Lexer:
    """The engine's own, for those who only want to know where what stands."""
    return _sandbox(html=False).lexer


@lru_cache(CACHED)
def compiled(source: str, html: bool, escape: Escape = Escape.NONE) -> Template:  # noqa: FBT001 - the cache's key
    """The template, whose source is the cache's key; *escape* says how values are written outside HTML.

    Raises:
        Faulty: the source is too large, has an error or uses what is not available.
    """
    if len(source.encode(errors="replace")) > MAX_SOURCE:
        raise Faulty(f"the source is larger than {MAX_SOURCE} bytes; make it shorter")
    sandbox = _sandbox(html, escape)
    try:
        tree = sandbox.parse(source)
        check_tree(tree)
        tree = Rewrite(guards(tree) if html else {}).visit(tree)
        tree.set_environment(sandbox)
        return sandbox.from_string(tree)
    except TemplateSyntaxError as exc:
        raise Faulty(str(exc.message).rstrip("."), exc.lineno or 0, near=getattr(exc, "near", "")) from exc
    except RecursionError as exc:
        raise Faulty("it is nested too deeply; make it flatter") from exc
    except (ValueError, OverflowError, SyntaxError, MemoryError) as exc:
        raise Faulty("a number or a nesting in it is too large") from exc


def rendered(template: Template, variables: Mapping[str, Any], setting: Setting | None = None) -> str:
    """The result of one part; without a *setting* dates and numbers are written in English and UTC.

    Raises:
        Faulty: a variable is missing, a value does not fit its use, or a limit is passed. No payload value is named.
    """
    meter = Meter(setting)
    context = template.new_context({**variables, METER: meter})
    try:
        return "".join(_paid(template.root_render_func(context), meter))
    except (Refused, TemplateError) as exc:
        raise Faulty(str(exc), _line(template, exc)) from exc
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError, RecursionError) as exc:
        # The exception's own words may repeat what is in the payload.
        raise Faulty(
            "a value is of the wrong kind for its use here; look at the payload", _line(template, exc)
        ) from None


def _paid(chunks: Iterator[str], meter: Meter) -> Iterator[str]:
    for chunk in chunks:
        meter.output(chunk)
        yield chunk


def _line(template: Template, exc: BaseException) -> int:
    """The template's line where it ended: of the innermost frame that is the template's own code."""
    found, step = 0, exc.__traceback__
    while step:
        if step.tb_frame.f_globals.get("__jinja_template__") is template:
            found = template.get_corresponding_lineno(step.tb_lineno)
        step = step.tb_next
    return found
