from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import TemplateError
from heliograph.templates import engine, render

CONTEXT = {
    "payload": {
        "first_name": "Ada",
        "_code": "1234",
        "_": "alone",
        "contact": "hidden",
        "price": 10.5,
        "count": 3,
        "vip": True,
        "none": None,
        "empty": [],
        "items": [{"name": "Tea", "price": 2}, {"name": "Milk", "price": 1}],
        "prices": {"Tea": 2, "Milk": 1},
        "odd key": "odd",
        "markup": "<b>&\"'",
        "__class__": "plain",
    },
    "contact": {"name": "Ada L", "meta": {"city": "London"}},
    "event": "welcome",
    "project": {"name": "Demo"},
    "links": {"unsubscribe": "https://x.test/u"},
}


def text(source: str, context: dict[str, Any] = CONTEXT) -> str:
    return render({"text": source}, context)["text"]


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("Hi {{ first_name }}", "Hi Ada"),
        ("Hi {{ payload.first_name }}", "Hi Ada"),
        ("{{ _code }} {{ payload._code }} {{ _ }} {{ payload._ }}", "1234 1234 alone alone"),
        ("{{ payload['odd key'] }}{{ payload.__class__ }}", "oddplain"),
        ("{{ contact.name }} in {{ contact.meta.city }}, {{ payload.contact }}", "Ada L in London, hidden"),
        ("{{ event }} {{ project.name }} {{ links.unsubscribe }}", "welcome Demo https://x.test/u"),
        ("{{ vip }} {{ none }}. {{ price }} {{ count }}", "true . 10.5 3"),
        ("{{ nothing | default('you') }}{{ contact.a.b.c | d('!') }}{{ none | default('x', true) }}", "you!x"),
        ("{{ nothing is defined }} {{ vip is defined }} {{ 3 is odd }} {{ none is none }}", "false true true true"),
        ("{% for item in payload.items %}{{ loop.index }}.{{ item.name }} {% endfor %}", "1.Tea 2.Milk "),
        ("{% for i in payload.items if i.price > 1 %}{{ i.name }}{{ loop.length }}{% endfor %}", "Tea1"),
        ("{% for name, price in prices | items %}{{ name }}={{ price }};{% endfor %}", "Tea=2;Milk=1;"),
        ("{% for i in items[:1] %}{{ i.name }}{% if not loop.last %},{% endif %}{% endfor %}", "Tea"),
        ("{% for i in empty %}x{% else %}none{% endfor %}", "none"),
        ("{% if count > 2 and vip %}many{% elif count == 1 %}one{% else %}few{% endif %}", "many"),
        ("{{ 'yes' if vip else 'no' }}{{ 'x' if none }}", "yes"),
        ("{% set total = count * price + 1 %}{{ total }} {{ 7 // 2 }} {{ -count }}", "32.5 3 -3"),
        ("{{ 'a' ~ count ~ none ~ 'b' }} {{ 'a' + 'b' }}", "a3b ab"),
        ("{{ first_name in ['Ada'] }} {{ 'd' in first_name }} {{ 'x' not in prices }}", "true true true"),
        ("{{ first_name | upper }} {{ 'ÅSA' | lower }}", "ADA åsa"),
        ("{{ \"o'hara l\" | title }} {{ 'ada L' | capitalize }}", "O'hara L Ada l"),
        ("{{ ' a ' | trim }}{{ [1, 'b', none] | join('-') }}{{ items | length }}", "a1-b-2"),
        ("{{ [1, 2] | first }}{{ [1, 2] | last }}{{ empty | first }}", "12"),
        ("{{ 2.567 | round(2) }} {{ 2.5 | round }} {{ -3 | abs }}", "2.57 2 3"),
        ("{{ '12' | int }} {{ '1.5' | float }} {{ 'x' | int(7) }} {{ none | float }}", "12 1.5 7 0.0"),
        ("{{ 'a-b-c' | replace('-', '+') }} {{ 'one two three' | truncate(9) }}", "a+b+c one..."),
        ("{{ 'a b/&' | urlencode }}", "a%20b/%26"),
        ("{{ markup }}|{{ markup | escape }}", "<b>&\"'|&lt;b&gt;&amp;&#34;&#39;"),
        ("a {# note #}b{% raw %}{{ x }}{% endraw %}\n", "a b{{ x }}\n"),
        ("{{ '\\x07' }}bell\u0007\u009f", "bell"),
    ],
)  # fmt: skip
def test_renders(source: str, result: str) -> None:
    assert text(source) == result


def test_html_is_escaped_and_text_is_not() -> None:
    parts = render({"html": "<p>{{ markup }}</p>", "text": "{{ markup }}"}, CONTEXT)

    assert parts == {"html": "<p>&lt;b&gt;&amp;&#34;&#39;</p>", "text": "<b>&\"'"}


@pytest.mark.parametrize(
    "change", ["upper", "replace('&', '&')", "trim", "truncate(99)", "title", "e | upper", "e | trim"]
)
def test_no_filter_takes_the_escaping_away(change: str) -> None:
    html = render(
        {"html": f"{{{{ markup | {change} }}}}{{{{ markup | {change} ~ '' }}}}{{{{ '<' + markup|e }}}}"}, CONTEXT
    )

    assert "<" not in html["html"]
    assert '"' not in html["html"]


def test_a_subject_is_one_line() -> None:
    parts = render({"subject": "  Hi\n\t{{ name }}\u2028!\r\n"}, {"payload": {"name": "Ada\nL"}})

    assert parts["subject"] == "Hi Ada L !"


@pytest.mark.parametrize("name", ["a\0b", "a\x1bb", "a\x80b", "=?utf-8?q?x=0d=0aBcc:_eve@example.com?=", "x" * 999])
def test_a_subject_that_could_break_a_header_ends_the_rendering(name: str) -> None:
    with pytest.raises(TemplateError, match=r"^email\.subject: "):
        render({"subject": "Hi {{ name }}"}, {"payload": {"name": name}}, channel="email")


@given(st.text(max_size=40))
def test_a_rendered_subject_never_adds_a_header(name: str) -> None:
    mail = EmailMessage()

    try:
        mail["Subject"] = render({"subject": "Hi {{ name }}"}, {"payload": {"name": name}})["subject"]
    except TemplateError:
        return

    assert mail.keys() == ["Subject"]
    assert "\n\n" not in mail.as_string().rstrip("\n")


@pytest.mark.parametrize(
    ("source", "line", "missing", "written"),
    [
        ("\n\n{{ payload.first }}", 3, 'the payload has no "first"', "payload.first"),
        ("{{ first }}", 1, 'the payload has no "first"', "first"),
        ("{{ contact.meta.zip }}", 1, 'contact.meta has no "zip"', "contact.meta.zip"),
        ("{{ payload['a b'] }}", 1, 'the payload has no "a b"', 'payload["a b"]'),
        ("{% if vips %}x{% endif %}", 1, 'the payload has no "vips"', "vips"),
        ("\n{% for a in nope %}x{% endfor %}", 2, 'the payload has no "nope"', "nope"),
        ("{{ nope | upper }}", 1, 'the payload has no "nope"', "nope"),
        ("{{ nope ~ 1 }}{{ x }}", 1, 'the payload has no "nope"', "nope"),
        ("{{ nope == 1 }}", 1, 'the payload has no "nope"', "nope"),
        ("{{ nope + 1 }}", 1, 'the payload has no "nope"', "nope"),
        ("{% for i in items %}\n{{ i.size }}{% endfor %}", 2, 'i has no "size"', "i.size"),
    ],
)
def test_a_missing_variable_is_named_with_its_line_and_both_ways_out(
    source: str, line: int, missing: str, written: str
) -> None:
    with pytest.raises(TemplateError) as ended:
        render({"html": source}, CONTEXT, channel="email")

    ways = f'add it or write {{{{ {written} | default("") }}}}'
    assert str(ended.value) == f"email.html line {line}: {missing}; {ways}"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (
            "{{ first_name.last }}",
            "first_name is a text and there is no first_name.last; look at what the payload holds",
        ),
        ("{{ items[9].name }}", "items is a list and there is no items[9]; look at what the payload holds"),
        ("{{ items }}", "a list cannot be printed; loop over it, name one of its fields, or join it"),
        ("{{ payload }}", "an object cannot be printed; loop over it, name one of its fields, or join it"),
        ("{% for a in first_name %}x{% endfor %}", "first_name is a text; only a list or an object can be looped over"),
        ("{{ count / 0 }}", "it divides by zero"),
        ("{{ first_name + 1 }}", "a text is no number; write | float or | int first"),
        ("{{ first_name < 1 }}", "a value is of the wrong kind for its use here; look at the payload"),
        (
            "{% for a, b in items[0] %}{% endfor %}",
            "a value is of the wrong kind for its use here; look at the payload",
        ),
    ],
)
def test_an_error_names_the_part_the_line_and_the_variable(source: str, sentence: str) -> None:
    with pytest.raises(TemplateError) as ended:
        render({"html": f"\n{source}"}, CONTEXT, channel="email")

    assert str(ended.value) == f"email.html line 2: {sentence}"


def test_a_template_that_was_never_checked_is_refused_when_it_is_rendered() -> None:
    with pytest.raises(TemplateError, match="html line 1: macros are not available"):
        render({"html": "{% macro a() %}{% endmacro %}"}, {})


def test_an_error_repeats_no_value_of_the_payload() -> None:
    context = {"payload": {"_pin": "canary-1234", "list": ["canary-1234"]}}
    sources = (
        "{{ _pin + 1 }}", "{{ _pin < 1 }}", "{{ 1 in 1 }}{{ _pin }}", "{{ _pin.a }}", "{{ _pin | round }}",
        "{{ list }}", "{{ payload[_pin] }}", "{% for a, b in list %}{% endfor %}", "{{ list | items }}",
        "{{ _pin[0:'a'] }}", "{{ _pin | truncate(_pin) }}", "{{ 1 | round(_pin) }}", "{{ _pin | abs }}",
    )  # fmt: skip

    for source in sources:
        with pytest.raises(TemplateError) as ended:
            text(source, context)
        assert "canary" not in str(ended.value)


def test_a_compiled_part_is_kept_and_the_cache_is_bounded() -> None:
    engine.compiled.cache_clear()

    for number in range(engine.CACHED + 10):
        text(f"{number} {{{{ first_name }}}}")
    text("0 {{ first_name }}")
    text(f"{engine.CACHED} {{{{ first_name }}}}")

    info = engine.compiled.cache_info()
    assert (info.currsize, info.hits) == (engine.CACHED, 1)


def test_renderings_side_by_side_do_not_share_meters() -> None:
    source = "{% for a in list %}{{ a }}{% endfor %}"
    context = {"payload": {"list": ["x"] * 15_000}}

    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: text(source, context), range(8)))

    assert results == ["x" * 15_000] * 8


def test_a_list_of_thousand_rows_renders() -> None:
    source = (
        "<table>{% for r in rows %}<tr><td>{{ r.name }}</td><td>{{ r.price | round(2) }}</td></tr>{% endfor %}</table>"
    )

    html = render({"html": source}, {"payload": {"rows": [{"name": "Tea", "price": 1.234}] * 1_000}})["html"]

    assert html.count("<td>1.23</td>") == 1_000


def is_template_or_sentence(part: str, source: str) -> bool:
    try:
        render({part: source}, {"payload": {"a": "x", "b": [1]}})
    except TemplateError as ended:
        return str(ended).startswith(part)
    return True


@given(st.text(max_size=60))
def test_any_source_is_a_template_or_a_sentence(source: str) -> None:
    assert is_template_or_sentence("text", source)


STATEMENTS = ["{{ ", " }}", "{% if a %}", "{% else %}", "{% endif %}", "{% for a in b %}", "{% endfor %}"]
EXPRESSIONS = ["a", ".b", "[0]", "| e", "+", "~", "1", "'x'"]
MARKUP = ['<a href="', '">', "<", ">", "=", "'", '"', " ", "<!--", "-->", "</a>", "<style>", "javascript:", "on"]


@given(st.lists(st.sampled_from(STATEMENTS + EXPRESSIONS + MARKUP), max_size=25).map("".join))
def test_any_pile_of_pieces_is_a_template_or_a_sentence(source: str) -> None:
    assert is_template_or_sentence("html", source)
