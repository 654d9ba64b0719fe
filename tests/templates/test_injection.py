"""Data never becomes markup: the parsed result has the elements, attributes and schemes that a plain word gives."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import TemplateError
from heliograph.templates import render

PAGE = """<html><head><title>{{ x }}</title></head><body class="{{ x }}" id='{{ x }}'><!-- {{ x }} -->
<p title="a {{ x }} b">{{ x }}{{ x | upper }}{{ x | e }}{{ x ~ x }}{{ x | replace("a", "<") }}{{ x | default("") }}</p>
<a href="https://x.test/?q={{ x }}">{{ [x, x] | join("<br>") }}</a><textarea>{{ x }}</textarea>
{% for y in [x] %}<td data-y="{{ y }}">{{ y | truncate(20, true) }}</td>{% endfor %}</body></html>"""

LINK = '<a href="{{ x }}">x</a>'

PAYLOADS = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    '" onmouseover=alert(1) x="',
    "--><script>alert(1)</script>",
    "--!><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?php",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "&amp;lt;b&amp;gt;",
    '\\"><b>',
    "`><b>",
    "\u2028<b>",
    "\u00a0<b>",
    "<\u0000b>",
    "\u0001<b>",
    "<b",
    "</p>",
    "</a><b>",
    "<br/>",
    "{{ 7 * 7 }}",
    "{% if 1 %}",
    "\uff1cscript\uff1e",
    "<ScRiPt>",
    "<iframe srcdoc='<b>'>",
    "<base href=//evil.test>",
    "<meta http-equiv=refresh>",
    "<style>",
    "x\ty",
    "x\ny",
    "x\r\ny",
    " ",
    "",
    "=",
    "a=b",
    "/",
    ">",
    "<",
    '"',
    "'",
    "&",
    "&&",
    "&#",
    "&#x",
    "&#x3c",
    "&quot",
    "&quot;",
    "<a <a <a",
    "<img src='x'",
    "<<b>>",
    "< b>",
    "<\nb>",
    "</ b>",
    "<b onclick",
    "é<b>",
    "\U0001f600<b>",
    "a" * 300,
    "<" * 300,
    '"' * 300,
    "&" * 300,
]

BAD_LINKS = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    " javascript:alert(1)",
    "\tjavascript:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "&#106;avascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "file:///etc/passwd",
    "ftp://x",
    "//evil.test",
    "\\\\evil.test",
    "blob:x",
    "about:blank",
    "x",
    "",
    " ",
    "view-source:x",
    "intent:x",
    "http:x",
    "https:/x",
    "https:///x",
    "https://x\r\n",
    "https://x.test/\u0000",
    ":",
    "feed:https://x",
    "httpsx://x",
    "http",
    "://x",
]

GOOD_LINKS = [
    "https://x.test/a?b=1&c=2",
    "HTTP://x.test",
    "mailto:a@example.com",
    "tel:+461",
    "/a",
    "#a",
    "?a=1",
    'https://x/"><b>',
]


class Shape(HTMLParser):
    """Elements with the names of their attributes, and every link."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.links: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.links.extend(value or "" for name, value in attrs if name in {"href", "src"})

    def handle_endtag(self, tag: str) -> None:
        self.tags.append((f"/{tag}", ()))


def shape(x: str) -> list[tuple[str, tuple[str, ...]]]:
    return Shape(render({"html": PAGE}, {"payload": {"x": x}})["html"]).tags


@pytest.mark.parametrize("x", PAYLOADS, ids=range(len(PAYLOADS)))
def test_a_payload_stays_data(x: str) -> None:
    assert shape(x) == shape("word")


@given(st.text(st.sampled_from("<>\"'&=/!- \nabp;#x`{}%"), max_size=20))
def test_any_payload_stays_data(x: str) -> None:
    assert shape(x) == shape("word")


@pytest.mark.parametrize("x", BAD_LINKS, ids=range(len(BAD_LINKS)))
def test_a_link_that_is_no_web_mail_or_phone_address_ends_the_rendering(x: str) -> None:
    with pytest.raises(TemplateError, match=r"^email\.html line 1: the link does not begin with http"):
        render({"html": LINK}, {"payload": {"x": x}}, channel="email")


@pytest.mark.parametrize("x", GOOD_LINKS)
def test_a_right_link_comes_through(x: str) -> None:
    html = render({"html": LINK}, {"payload": {"x": x}})["html"]

    assert Shape(html).links == [x]
    assert Shape(html).tags == [("a", ("href",)), ("/a", ())]


@given(st.text(st.sampled_from("javscript:hp/ \t&#58;x"), max_size=20))
def test_a_link_has_one_of_our_schemes_or_none_comes_out(x: str) -> None:
    try:
        html = render({"html": LINK}, {"payload": {"x": x}})["html"]
    except TemplateError:
        return

    assert Shape(html).links[0].lower().startswith(("http://", "https://", "mailto:", "tel:", "sms:", "/", "#", "?"))


@pytest.mark.parametrize(
    "x", ["red;background:url(//evil.test)", "expression(alert(1))", "a}b{c", "</style><b>", "\\6a", "/*", '"']
)
@pytest.mark.parametrize("page", ['<p style="color: {{ x }}">a</p>', "<style>p { color: {{ x }} }</style>"])
def test_css_gets_plain_values_only(page: str, x: str) -> None:
    with pytest.raises(TemplateError, match="inside CSS"):
        render({"html": page}, {"payload": {"x": x}})


@pytest.mark.parametrize("x", ["red", "#ff00aa", "12.5px", "50%", "Arial, sans-serif", ""])
def test_css_takes_colours_and_lengths(x: str) -> None:
    html = render({"html": '<p style="color: {{ x }}">a</p>'}, {"payload": {"x": x}})["html"]

    assert html == f'<p style="color: {x}">a</p>'
