"""Templates: hostile text plus a payload becomes the parts of a message, or one sentence that says why not.

The language is Jinja2's, less everything that could reach beyond the payload or use up the machine; see `grammar` for
the syntax, `filters` for the filters, `limits` for the limits. In HTML every variable is escaped and judged by where
it stands (`html`): a variable at the start of a link must hold a http, https, mailto or tel address when rendered.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from heliograph.domain.errors import BadInput, BadTemplate, TemplateError
from heliograph.domain.layout import Layout
from heliograph.domain.model import JSON
from heliograph.domain.recipient import header_text
from heliograph.templates.engine import Faulty, compiled, rendered
from heliograph.templates.escapes import escape_of
from heliograph.templates.faults import column
from heliograph.templates.flatten import Find, Flat, flatten
from heliograph.templates.languages import ENGLISH, UTC, Setting
from heliograph.templates.limits import Refused
from heliograph.templates.plaintext import from_html
from heliograph.templates.styles import inlined

HTML: Final = frozenset({"html"})
SUBJECTS: Final = frozenset({"subject", "preheader", "title"})
"""Parts of one line: white space collapses, and nothing that breaks a header is let through."""

_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), None)


def _no_layout(_name: str) -> Layout | None:
    return None


def check(part: str, source: str, find: Find = _no_layout) -> str:
    """What is published of a template: layouts and partials put in, HTML's styles in its tags, and the whole checked.

    *part* is the path in the request, such as `templates.email.html`; a path that ends in `html` is HTML.

    Raises:
        BadTemplate: it could never be rendered safely; names the part, the line and what would be right.
    """
    flat = Flat(source)
    try:
        flat = flatten(source, find)
        html = part.rpartition(".")[2] in HTML
        whole = inlined(flat.text) if html else flat.text
        compiled(whole, html)
    except Faulty as exc:
        raise _bad_template(part, exc, source, flat, find) from exc
    return whole


def _bad_template(part: str, exc: Faulty, source: str, flat: Flat, find: Find) -> BadTemplate:
    """The fault by the line that its author wrote, in the template itself or in one of its layouts."""
    origin, line = (exc.origin, exc.line) if exc.origin or not exc.line else flat.origin(exc.line)
    layout = find(origin) if origin else None
    at = column(layout.source if layout else source, line, exc.near, str(exc))
    where = part + (f", in the {layout.kind} {origin!r}," if layout else "")
    if line:
        where += f" line {line}" + (f", column {at}" if at else "")
    return BadTemplate(f"{where}: {exc}", field=part, line=line, column=at, layout=layout.name if layout else "")


def render(
    template: Mapping[str, str],
    context: JSON,
    *,
    html_parts: Collection[str] = HTML,
    channel: str = "",
    language: str = "",
    timezone: str = "",
) -> dict[str, str]:
    """Every part of a template with the context's values; a missing or empty `text` is made from `html`.

    *context* has `payload`, `contact`, `event`, `project`, `links`; the payload's keys are variables themselves too,
    where they do not hide one of those. *channel* is only named in errors: `email.html line 3: …`. Dates,
    numbers and money are written for *language* and *timezone*, without them in English and UTC.

    Raises:
        TemplateError: which part, which line, which variable, and what to do. It repeats no value.
    """
    payload = context.get("payload")
    variables = {**(payload if isinstance(payload, dict) else {}), **context}
    setting = Setting(language or ENGLISH, timezone or UTC)
    parts = {
        name: _part(f"{channel}.{name}".lstrip("."), source, variables, html_parts, setting)
        for name, source in template.items()
    }
    if parts.get("html") and not parts.get("text"):
        parts["text"] = _text(channel, parts["html"])
    return parts


def _part(name: str, source: str, variables: Mapping[str, Any], html_parts: Collection[str], setting: Setting) -> str:
    channel, _, last = name.rpartition(".")
    try:
        result = rendered(compiled(source, last in html_parts, escape_of(channel, last)), variables, setting)
    except Faulty as exc:
        raise TemplateError(_sentence(name, exc), part=name, line=exc.line) from exc
    if last not in SUBJECTS:
        return result.translate(_CONTROLS)
    try:
        return header_text(re.sub(r"\s+", " ", result).strip(), name)
    except BadInput as exc:
        raise TemplateError(exc.detail, part=name) from exc


def _text(channel: str, html: str) -> str:
    try:
        return from_html(html)
    except Refused as exc:
        raise TemplateError(f"{channel}.html: {exc}".lstrip(".")) from exc


def _sentence(part: str, fault: Faulty) -> str:
    return f"{part} line {fault.line}: {fault}" if fault.line else f"{part}: {fault}"
