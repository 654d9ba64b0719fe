import builtins
import socket
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadTemplate
from heliograph.templates import check, render
from heliograph.templates.engine import Faulty
from heliograph.templates.styles import inlined

CSS = "<style>.a, p { color: red } td { padding: 4px } p.a { color: blue; margin: 0 } #x{width:1px}</style>"


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("<p>x</p>", '<p style="color: red">x</p>'),
        ("<p class='a b'>", "<p style=\"color: blue; margin: 0\" class='a b'>"),
        ('<p id="x" style="color: {{ c }}">', '<p id="x" style="color: red; width: 1px; color: {{ c }}">'),
        ('<b class="a">', '<b style="color: red" class="a">'),
        ("{% if a < b and c > d %}<p>{% endif %}", '{% if a < b and c > d %}<p style="color: red">{% endif %}'),
        ("<table>{% for r in rows %}<tr><td>{{ r }}</td></tr>{% endfor %}</table>",
         '<table>{% for r in rows %}<tr><td style="padding: 4px">{{ r }}</td></tr>{% endfor %}</table>'),
        ('<b class="a" alt="{{ u | d("<p>") }}">', '<b style="color: red" class="a" alt="{{ u | d("<p>") }}">'),
        ('<p class="a {{ kind }}">', '<p class="a {{ kind }}">'),
        ("<p{% if a %} class='a'{% endif %}>", "<p{% if a %} class='a'{% endif %}>"),
        ("<!-- <p> --><!--[if mso]><p><![endif]-->", "<!-- <p> --><!--[if mso]><p><![endif]-->"),
        ("{# <p> #}{{ '<p>' }}<title><p></title>", "{# <p> #}{{ '<p>' }}<title><p></title>"),
    ],
)  # fmt: skip
def test_simple_rules_are_written_into_the_tags_that_they_mean(source: str, result: str) -> None:
    assert inlined(CSS + source) == CSS + result


@pytest.mark.parametrize(
    "css",
    [
        "<style>@media (max-width: 9px) { p { color: red } }</style>",
        "<style>p:hover { color: red } div p { color: red } p > b { color: red } p[a] { color: red }</style>",
        "<style>p { color: red !important }</style>",
        "<style>p { color: {{ colour }} }</style>",
        "<style>{% if a %}p { color: red }{% endif %}</style>",
        '<style data-inline="no">p { color: red }</style>',
        "<style>@import url(http://x.test/a.css);</style>",
        "<!-- <style>p { color: red }</style> -->",
        "<style>p { color: red }",
    ],
)
def test_what_cannot_be_decided_stays_in_the_style(css: str) -> None:
    assert inlined(css + "<p><b>x</b></p>") == css + "<p><b>x</b></p>"


def test_an_imports_neighbour_is_read() -> None:
    css = '<style>@import "x"; /* { */ p { font-family: "A B", serif }</style>'

    assert inlined(css + "<p>") == css + '<p style="font-family: &quot;A B&quot;, serif">'


def test_what_is_published_has_its_styles_in_its_tags_and_renders() -> None:
    source = check("templates.email.html", CSS + '<p style="width: {{ w }}px">{{ name }}</p>')

    html = render({"html": source}, {"payload": {"w": 3, "name": "A&B"}})["html"]

    assert html == CSS + '<p style="color: red; width: 3px">A&amp;B</p>'


def test_styles_are_of_html_parts_only() -> None:
    assert check("templates.sms.text", CSS + "<p>") == CSS + "<p>"


def test_no_declaration_gets_out_of_its_attribute() -> None:
    css = '<style>p { color: "><script>alert(1)</script> } b { x: \'" onclick="a\' }</style>'

    assert "<script" not in inlined(css + "<p>").removeprefix(css)
    assert 'onclick="' not in inlined("<style>b { x: '\" onclick=\"a' }</style><b>").partition("</style>")[2]


LOADING = [
    "<link rel='stylesheet' href='{}'><p>x</p>",
    "<style>@import url({});</style><p>x</p>",
    "<style>p {{ background: url({}) }}</style><p>x</p>",
    "<p style='background: url({})'>x</p>",
    "<img src='{}'>",
]
PLACES = ["file:///etc/passwd", "http://127.0.0.1:9/a.css", "data:text/css,p{color:red}", "/etc/passwd"]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("source", LOADING)
def test_nothing_is_opened_and_nobody_is_called(source: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Any] = []
    monkeypatch.setattr(builtins, "open", lambda *args, **_kwargs: opened.append(args))
    monkeypatch.setattr(socket, "socket", lambda *args, **_kwargs: opened.append(args))

    inlined(source.format(place))

    assert opened == []


HOSTILE = {
    "many rules for many tags": "<style>" + ".a.b{c:d}" * 5_000 + "</style>" + "<p class=a class='a'>" * 2_000,
    "much output": "<style>p{" + "color:red;" * 10 + "width:" + "9" * 5_000 + "}</style>" + "<p>" * 5_000,
    "open styles": "<style>" * 14_000,
    "open brackets": "<style>" + "{" * 90_000 + "</style><p>",
    "open comments": "<style>" + "/*" * 45_000 + "</style><p>",
    "open comments of css with stars": "<style>" + "/***" * 22_000 + "</style><p>",
    "open expressions": "{{" * 50_000,
    "open quotes": "<style>p{a:b}</style>" + "<a '\"" * 15_000,
    "open tags": "<style>p{a:b}</style>" + "<a " * 30_000,
    "many classes": "<style>.a{a:b}</style><p class='" + "a " * 40_000 + "'>",
    "many semicolons": "<style>p{" + ";" * 90_000 + "}</style><p>",
    "many spaces": "<style>p{a:" + " " * 90_000 + "}</style><p>",
    "many heads": "<style>" + ";" * 90_000 + "p{a:b}</style><p>",
    "many selectors": "<style>" + "a," * 40_000 + "{a:b}</style>" + "<a>" * 3_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_styles_end_soon(name: str) -> None:
    begun = time.process_time()

    try:
        result = inlined(HOSTILE[name])
    except Faulty as refused:
        result = str(refused)

    assert time.process_time() - begun < 1.0
    assert len(result) <= 101_000


@given(st.text(alphabet="<>p ab='\"{}%#.:;/*!-style", max_size=80))
def test_any_source_keeps_its_own_text(source: str) -> None:
    result = iter(inlined(CSS + source))

    assert all(letter in result for letter in CSS + source)


def test_too_many_styles_are_a_sentence_on_the_part() -> None:
    with pytest.raises(BadTemplate, match=r"^templates\.email\.html: its styles have too many rules"):
        check("templates.email.html", HOSTILE["many rules for many tags"].replace("class=a ", ""))
