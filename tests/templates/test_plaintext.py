import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.templates import render
from heliograph.templates.limits import Refused
from heliograph.templates.plaintext import from_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hi Ada,</p><p>welcome.<br>Bye</p>", "Hi Ada,\n\nwelcome.\nBye"),
        ("<h1>Tea</h1>\n  <p>one\n   two</p>", "Tea\n\none two"),
        ('<a href="https://x.test/?a=1&amp;b=2">Go</a> now', "Go (https://x.test/?a=1&b=2) now"),
        ('<a href="https://x.test">https://x.test</a>', "https://x.test"),
        ('<a href="#top">top</a><a href="mailto:a@x.test">a</a>', "topa"),
        ('<a class=b href=\'https://x.test\'><img src="y" alt="Logo"></a>', "Logo (https://x.test)"),
        ("<ul><li>a</li><li>b</li></ul>c", "- a\n\n- b\n\nc"),
        ("<table><tr><td>a</td><td>1</td></tr><tr><td>b</td></tr></table>", "a 1\n\nb"),
        ("<html><head><title>T</title><style>p{}</style></head><body>x<script>y</script></body></html>", "x"),
        ("a<!-- b <p> -->c<!-->d<!-- e", "acd"),
        ("<!DOCTYPE html>a &lt;b&gt; &amp; &eacute;", "a <b> & é"),
        ('<img alt="a > b"> c', "a > b c"),
        ("1 < 2, <3", "1 < 2, <3"),
        ("", ""),
    ],
)
def test_makes_a_text_of_html(html: str, text: str) -> None:
    assert from_html(html) == text


def test_a_missing_or_empty_text_part_is_made_from_html_and_a_given_one_stays() -> None:
    html = "<p>Hi {{ name }}</p>"
    context = {"payload": {"name": "<Ada>"}}

    assert render({"html": html}, context)["text"] == "Hi <Ada>"
    assert render({"html": html, "text": ""}, context)["text"] == "Hi <Ada>"
    assert render({"html": html, "text": "own"}, context)["text"] == "own"


@given(st.text(st.sampled_from("<>/a\"'=! -&;p"), max_size=60))
def test_any_html_has_a_text(html: str) -> None:
    assert isinstance(from_html(html), str)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a '",
        '<a "',
        "<!--",
        "<!",
        "</",
        "<a b='\">",
        "& ",
        "&#",
        " ",
        "\n",
        "<b>",
        "<a href='x'>",
        "-->",
        "<p>\n ",
    ],
)
def test_malformed_html_takes_linear_time(piece: str) -> None:
    begun = time.process_time()

    try:
        from_html(piece * (500_000 // len(piece)))
    except Refused as refused:
        assert "tags" in str(refused)  # noqa: PT017 - refusing is one of two right ends

    assert time.process_time() - begun < 2
