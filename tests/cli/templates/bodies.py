"""Events as the service may show them, for hypothesis: known members, members of a later version, any text."""

from typing import Any

from hypothesis import strategies as st

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.sampled_from(
    ["", "\n", "a\n", "a\r\nb", "no", "10:30", "1e3", "012", "- x", "{{ a }}", "# x", "2027-01-31", "é\u2028", "null"]
)
NAME = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,8}", fullmatch=True)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
PARTS = st.dictionaries(st.sampled_from(["subject", "html", "text", "title", "url", "a b"]), TEXT, max_size=4)
VARIANT = st.builds(
    lambda name, weight, parts: {"name": name, "weight": weight, **parts}, NAME, st.integers(0, 9), PARTS
)
VARIANTS = st.lists(VARIANT, min_size=1, max_size=3, unique_by=lambda one: one["name"])
TEMPLATE = st.builds(
    lambda parts, variants, later: parts | ({"variants": variants} if variants else {}) | later,
    PARTS,
    st.none() | VARIANTS,
    st.dictionaries(st.just("blocks"), JSON, max_size=1),
)
TEMPLATES = st.dictionaries(
    st.sampled_from(["email", "email.sv", "email.sv-FI", "sms", "in_app", "Odd name"]), TEMPLATE, max_size=4
)
BODIES: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda known, later, templates: known | later | {"templates": templates},
    st.fixed_dictionaries(
        {"channels": st.just(["email", "sms"])},
        optional={
            "title": TEXT,
            "priority": st.sampled_from(["normal", "critical"]),
            "tracking": st.fixed_dictionaries({"opens": st.booleans(), "clicks": st.booleans()}),
            "window": st.none() | st.just("Mo-Fr 08:00-16:30"),
            "expires_in": st.none() | st.integers(1, 900),
            "deadlines": st.none() | st.fixed_dictionaries({"channel": st.integers(1, 900)}),
            "retries": st.none() | st.integers(0, 5),
        },
    ),
    st.dictionaries(st.sampled_from(["later", "x-other"]), JSON.filter(lambda value: value is not None), max_size=2),
    TEMPLATES,
)
