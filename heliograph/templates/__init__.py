"""Templates: hostile text plus a payload becomes the parts of a message, or one sentence that says why not.

The language is Jinja2's, less everything that could reach beyond the payload or use up the machine; see `grammar` for
the syntax, `filters` for the filters, `limits` for the limits. In HTML every variable is escaped and judged by where
it stands (`html`): a variable at the start of a link must hold a http, https, mailto or tel address when rendered.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from heliograph.domain.errors import BadInput, TemplateError
from heliograph.domain.model import JSON
from heliograph.domain.recipient import header_text
from heliograph.templates.engine import Faulty, compiled, rendered
from heliograph.templates.languages import Setting
from heliograph.templates.limits import Refused
from heliograph.templates.plaintext import from_html

HTML: Final = frozenset({"html"})
SUBJECTS: Final = frozenset({"subject", "preheader", "title"})
"""Parts of one line: white space collapses, and nothing that breaks a header is let through."""

_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), None)


def check(part: str, source: str) -> None:
    """Refuse a template that could never be rendered safely, when it is saved.

    *part* is the path in the request, such as `templates.email.html`; a path that ends in `html` is HTML.

    Raises:
        BadInput: names the part and the line, and says what would be right.
    """
    try:
        compiled(source, part.rpartition(".")[2] in HTML)
    except Faulty as exc:
        raise BadInput(_sentence(part, exc), field=part, code="TEMPLATE_ERROR") from exc


def render(
    template: Mapping[str, str],
    context: JSON,
    *,
    html_parts: Collection[str] = HTML,
    channel: str = "",
    setting: Setting | None = None,
) -> dict[str, str]:
    """Every part of a template with the context's values; a missing or empty `text` is made from `html`.

    *context* has `payload`, `contact`, `event`, `project`, `links`; the payload's keys are variables themselves too,
    where they do not hide one of those. *channel* is only named in errors: `email.html line 3: …`. *setting* is the
    language and time zone that dates, numbers and money are written for.

    Raises:
        TemplateError: which part, which line, which variable, and what to do. It repeats no value.
    """
    payload = context.get("payload")
    variables = {**(payload if isinstance(payload, dict) else {}), **context}
    parts = {
        name: _part(f"{channel}.{name}".lstrip("."), source, variables, html_parts, setting)
        for name, source in template.items()
    }
    if parts.get("html") and not parts.get("text"):
        parts["text"] = _text(channel, parts["html"])
    return parts


def _part(
    name: str, source: str, variables: Mapping[str, Any], html_parts: Collection[str], setting: Setting | None
) -> str:
    last = name.rpartition(".")[2]
    try:
        result = rendered(compiled(source, last in html_parts), variables, setting)
    except Faulty as exc:
        raise TemplateError(_sentence(name, exc)) from exc
    if last not in SUBJECTS:
        return result.translate(_CONTROLS)
    try:
        return header_text(re.sub(r"\s+", " ", result).strip(), name)
    except BadInput as exc:
        raise TemplateError(exc.detail) from exc


def _text(channel: str, html: str) -> str:
    try:
        return from_html(html)
    except Refused as exc:
        raise TemplateError(f"{channel}.html: {exc}".lstrip(".")) from exc


def _sentence(part: str, fault: Faulty) -> str:
    return f"{part} line {fault.line}: {fault}" if fault.line else f"{part}: {fault}"
