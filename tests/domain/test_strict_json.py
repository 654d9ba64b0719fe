import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadInput
from heliograph.domain.strict_json import canonical, parse

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
)
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=4)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=4)

REFUSED = {
    "latin-1": (b'{"a": "\xe9"}', "", "UTF-8 at byte 7"),
    "cut off": (b'{"a": ', "", "line 1, column 7"),
    "empty": (b"", "", "line 1, column 1"),
    "trailing comma": (b'{"a": 1,\n}', "", "line 1, column 8"),
    "byte order mark": (b"\xef\xbb\xbf{}", "", "BOM"),
    "raw line break in a string": (b'{"a": "\n"}', "", "control character"),
    "two values": (b"{} {}", "", "extra data"),
    "a list": (b"[]", "", "is a list"),
    "a string": (b'"a"', "", "is a string"),
    "null": (b"null", "", "is null"),
    "a boolean": (b"true", "", "is a boolean"),
    "a bare NaN": (b"NaN", "", "NaN is no JSON number"),
    "NaN": (b'{"payload": {"price": NaN}}', "payload.price", "NaN is no JSON number"),
    "Infinity": (b'{"a": [1, Infinity]}', "a[1]", "Infinity is no JSON number"),
    "-Infinity": (b'{"a": -Infinity}', "a", "-Infinity is no JSON number"),
    "1e999": (b'{"payload": {"items": [1, 2, 3, {"price": 1e999}]}}', "payload.items[3].price", "too large"),
    "-1e999": (b'{"a": -1e999}', "a", "too large"),
    "5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "a", "64 bits"),
    "65 bits": (b'{"a": 9223372036854775808}', "a", "64 bits"),
    "a key twice": (b'{"to": {"email": 1, "email": 2}}', "to", '"email" is there twice'),
    "a key twice at the top": (b'{"to": 1, "to": 1}', "", '"to" is there twice'),
    "half a pair": (b'{"a": "\\ud800"}', "a", "surrogate"),
    "half a pair in a key": (b'{"a": {"\\udfff": 1}}', "a", "surrogate"),
    "NUL": (b'{"a b": "x\\u0000"}', '["a b"]', "NUL"),
    "NUL in a key": (b'{"\\u0000": 1}', "", "NUL"),
    "100,000 lists": (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "", "16 levels"),
    "100,000 objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "", "16 levels"),
    "100,000 open lists": (b"[" * 100_000, "", "16 levels"),
    "17 levels": (b'{"a": ' + b"[" * 16 + b"]" * 16 + b"}", "a" + "[0]" * 15, "16 levels"),
}


@pytest.mark.parametrize(("body", "field", "words"), REFUSED.values(), ids=REFUSED)
def test_refuses_and_names_the_place(body: bytes, field: str, words: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(body, max_bytes=1_000_000)

    assert refused.value.http_status == 400
    assert refused.value.field == field
    assert words in refused.value.detail


def test_a_body_that_is_too_large_is_413_before_it_is_read() -> None:
    with pytest.raises(BadInput) as refused:
        parse(b"x" * 262_145)

    assert (refused.value.http_status, refused.value.code) == (413, "PAYLOAD_TOO_LARGE")


def test_takes_sixteen_levels_and_the_largest_numbers() -> None:
    body = b'{"a": ' + b"[" * 15 + b"9223372036854775807, -9223372036854775808, 1.5e308" + b"]" * 15 + b"}"

    assert str(parse(body)).count("[") == 15


def test_a_place_is_cut_so_that_an_answer_stays_small() -> None:
    body = json.dumps({"k" * 100_000: {"x" * 100_000: 10**30}}).encode()

    with pytest.raises(BadInput) as refused:
        parse(body)

    assert len(refused.value.detail) < 400


@given(OBJECTS)
def test_reads_what_json_writes(value: dict[str, Any]) -> None:
    body = json.dumps(value).encode()

    assert parse(body, max_depth=100) == value


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_a_refusal(body: bytes) -> None:
    try:
        value = parse(body)
    except BadInput:
        return

    assert isinstance(value, dict)


def shuffled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: shuffled(item) for key, item in reversed(value.items())}
    return [shuffled(item) for item in value] if isinstance(value, list) else value


def same(one: Any, two: Any) -> bool:
    """Equality of JSON values: 1 is 1.0, and neither is true."""
    if isinstance(one, bool) or isinstance(two, bool):
        return one is two
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two)


@given(VALUES)
def test_the_order_of_keys_does_not_change_the_canonical_form(value: Any) -> None:
    assert canonical(value) == canonical(shuffled(value))


SMALL = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 1.0, 1.5, -0.0, "", "1", "a", 2**53, 2**53 + 1, float(2**53)]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


@given(SMALL, SMALL)
def test_the_canonical_form_is_the_same_exactly_for_equal_values(one: Any, two: Any) -> None:
    assert (canonical(one) == canonical(two)) == same(one, two)


@given(VALUES)
def test_the_canonical_form_reads_back_as_the_value(value: Any) -> None:
    assert same(json.loads(canonical(value)), value)


def test_the_canonical_form_is_utf_8_without_spaces() -> None:
    assert canonical({"b": [1.0, "é"], "a": None}) == '{"a":null,"b":[1,"é"]}'.encode()
