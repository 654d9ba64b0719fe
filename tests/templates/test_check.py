import re

import pytest

from heliograph.domain.errors import BadInput
from heliograph.templates import check

PART = "templates.email.html"

REFUSED = {
    "unquoted attribute": ("<a\nhref={{ url }}>", 2, "put quotes around the whole value"),
    "unquoted after text": ("<a class=x{{ url }}>", 1, "put quotes around the whole value"),
    "attribute's name": ("<a {{ x }}>", 1, "between attributes"),
    "end of an attribute's name": ("<a on{{ x }}='1'>", 1, "attribute's name"),
    "tag's name": ("<{{ x }}>", 1, "tag's name"),
    "end tag's name": ("</{{ x }}>", 1, "tag's name"),
    "end of a tag's name": ("<h{{ x }}>", 1, "tag's name"),
    "script": ("<script>var a = '{{ x }}';</script>", 1, "script"),
    "xmp": ("<xmp>{{ x }}</xmp>", 1, "xmp"),
    "declaration": ("<!DOCTYPE {{ x }}>", 1, "declaration"),
    "event handler": ('<a onclick="go({{ x }})">', 1, "onclick"),
    "event handler in capitals": ('<a OnClick="go({{ x }})">', 1, "onclick"),
    "srcdoc": ('<iframe srcdoc="{{ x }}"></iframe>', 1, "srcdoc"),
    "srcset": ('<img srcset="{{ x }} 2x">', 1, "srcset"),
    "meta refresh": ('<meta http-equiv="refresh" content="0;{{ x }}">', 1, "content"),
    "javascript link": ('\n<a href="javascript:alert(1)">', 2, "'javascript':"),
    "javascript link with tab": ('<a href="java\tscript:alert(1)">', 1, "'javascript':"),
    "javascript link in entities": ('<a href="java&#115;cript&colon;alert(1)">', 1, "'javascript':"),
    "javascript link in capitals": ("<a HREF=' JaVaScRiPt:alert(1)'>", 1, "'javascript':"),
    "javascript link without quotes": ("<a href=javascript:alert(1)>", 1, "'javascript':"),
    "javascript link with a variable": ('<a href="javascript:{{ x }}">', 1, "'javascript':"),
    "vbscript link": ('<a href="vbscript:x">', 1, "'vbscript':"),
    "data link": ('<a href="data:text/html,x">', 1, "'data':"),
    "half a scheme": ('<a href="java{{ x }}">', 1, "write its https://"),
    "half an entity": ('<a href="java&#{{ x }}">', 1, "write its https://"),
    "half a scheme in a condition": ('<a href="{% if a %}java{% endif %}{{ x }}">', 1, "one way through"),
    "scheme in two pieces": ('<a href="{% if a %}javascript{% endif %}:{{ x }}">', 1, "one way through"),
    "attribute in two pieces": ('<a {% if a %}on{% endif %}click="{{ x }}">', 1, "not written in one piece"),
    "attribute or none": ('<a {% if a %}href{% endif %}="{{ x }}">', 1, "not written in one piece"),
    "tag in two pieces": ("<{% if a %}a{% endif %}b>", 1, "tag's name"),
    "branches that differ": ("\n{% if a %}<p class='{% else %}<p>{% endif %}", 2, "one way through this ends"),
    "loop that opens a tag": ("{% for a in b %}<p {% endfor %}>", 1, "one way through this ends"),
    "open attribute": ('<a href="https://x.test', 1, "the HTML ends in an attribute"),
    "open comment": ("<!-- a", 1, "the HTML ends in a comment"),
    "open script": ("<script>", 1, "ends in an element without markup"),
    "unknown tag": ("\n{% frobnicate %}", 2, "unknown tag 'frobnicate'"),
    "unknown filter": ("{{ a | frobnicate }}", 1, "there is no filter 'frobnicate'; there are abs, capitalize"),
    "unknown filter in a condition": ("{% if a %}{{ a | frobnicate }}{% endif %}", 1, "there is no filter"),
    "unknown test": ("{{ a is frobnicate }}", 1, "there is no test 'is frobnicate'"),
    "wrong arguments": ("{{ a | replace('x') }}", 1, "the filter replace cannot take these arguments"),
    "unclosed": ("{{ a", 1, "unexpected end of template"),
    "unclosed if": ("\n{% if a %}", 2, "Unexpected end of template"),
    "unopened endif": ("\n\n{% endif %}", 3, "unknown tag 'endif'"),
    "handlebars": ("{{#if a}}x{{/if}}", 1, "unexpected char '#'"),
    "macro": ("{% macro a() %}{% endmacro %}", 1, "macros are not available"),
    "call": ("{{ a() }}", 1, "calls are not available"),
    "safe": ("{{ a | safe }}", 1, "values are always escaped"),
    "self": ("{{ self }}", 1, "write payload.self"),
    "three loops": ("{% for a in x %}" * 3 + "{% endfor %}" * 3, 1, "more than 2 loops"),
}

TAKEN = {
    "link": '<a href="{{ links.go }}">go</a>',
    "link with a fixed head": '<a href="https://x.test/{{ id }}?a=1&{{ b | urlencode }}">go</a>',
    "mail link": "<a href='mailto:{{ email }}'>write</a>",
    "link or another": '<a href="{% if a %}https://x.test/{{ a }}{% else %}{{ url }}{% endif %}">go</a>',
    "link of a loop": '<a href="https://x.test{% for s in segments %}/{{ s }}{% endfor %}">go</a>',
    "class": "<p class=\"{{ a }} b\" title='{{ c }}' data-x=\"{{ d }}\">x</p>",
    "class for the last": '<tr{% if a %} class="last"{% endif %}><td>{{ b }}</td></tr>',
    "checked": "<input {% if a %}checked{% endif %} name='b'>",
    "attribute in a branch": "<p {% if a %}class='b' {% endif %}id=\"c\">x</p>",
    "table in a loop": "<table>{% for r in rows %}<tr><td width=100>{{ r }}</td></tr>{% else %}-{% endfor %}</table>",
    "style": '<p style="color: {{ colour }}; width: {{ width }}px">x</p><style>a { color: {{ colour }} }</style>',
    "title": "<!DOCTYPE html><html><head><title>{{ subject }}</title></head><body>{{ a }}</body></html>",
    "outlook": '<!--[if mso]><v:a src="{{ u }}"><![endif]--><!--[if !mso]><!--><a href="{{ u }}">x</a><!--<![endif]-->',
    "comment": "<!-- for {{ a }} -->",
    "picture": '<img src="cid:logo" alt="{{ a }}"><img src="data:image/png;base64,AA=="/><img src="{{ url }}" />',
    "a sign": "a < b, 3 <4, <3 {{ a }}",
    "anchor": '<a href="#top">x</a><a href="/x">y</a><a href="tel:+461">z</a><a href="">e</a>',
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_when_saved_and_says_where(name: str) -> None:
    source, line, words = REFUSED[name]

    with pytest.raises(BadInput) as refused:
        check(PART, source)

    assert refused.value.field == PART
    assert re.match(rf"{re.escape(PART)} line {line}(, column \d+)?: ", refused.value.detail)
    assert words in refused.value.detail


@pytest.mark.parametrize("name", TAKEN)
def test_takes_what_mails_are_made_of(name: str) -> None:
    check(PART, TAKEN[name])


@pytest.mark.parametrize("source", ["<a href={{ x }}", "javascript:{{ x }} <{{ y }}>", "5 < {{ x }}"])
def test_a_text_part_is_not_judged_as_html(source: str) -> None:
    check("templates.sms.text", source)
    check("templates.email.subject", source)


def test_a_source_is_at_most_100_kb() -> None:
    check(PART, "é" * 50_000)

    with pytest.raises(BadInput, match="larger than 100000 bytes"):
        check(PART, "é" * 50_001)
