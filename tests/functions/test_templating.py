"""Layouts, variants and previews, as a caller meets them."""

from typing import Any

import pytest

from tests.functions.conftest import Call

BASE = {"kind": "layout", "source": "<html>{% block content %}{% endblock %}\n{% include 'footer' %}</html>"}
FOOTER = {"kind": "partial", "source": "<p>{{ project.name }}</p>"}
EVENT: dict[str, Any] = {
    "channels": ["email", "sms"],
    "templates": {
        "email": {
            "html": "{% extends 'base' %}"
            "{% block content %}{{ total | money('EUR') }} {{ at | datetime('long') }}{% endblock %}",
            "variants": [{"name": "plain", "subject": "A"}, {"name": "loud", "weight": 0, "subject": "B!"}],
        },
        "email.sv": {"subject": "Kvitto", "text": "{{ total | money('EUR') }} {{ at | date('long') }} {{ _code }}"},
        "sms": {"text": "{{ text }}"},
    },
}  # fmt: skip
SAMPLE: dict[str, Any] = {
    "payload": {"total": "1234.50", "at": "2027-01-31T21:05:00Z", "_code": 7},
    "contact": {"timezone": "Asia/Tokyo", "shoe": 44},
}


@pytest.fixture
def saved(manage: Call) -> Call:
    for name, layout in (("footer", FOOTER), ("base", BASE)):
        assert manage("PUT", f"/v1/layouts/{name}", layout).status == 201
    assert manage("PUT", "/v1/events/receipt", EVENT).status == 201
    return manage


def preview(manage: Call, **body: Any) -> Any:
    return manage("POST", "/v1/events/receipt/preview", SAMPLE | {"channel": "email"} | body)


def test_a_preview_shows_the_parts_of_a_language_for_a_time_zone(saved: Call) -> None:
    english, swedish = preview(saved).json(), preview(saved, language="sv_fi").json()

    assert (english["template"], english["variant"]) == ("email", "plain")
    assert english["parts"]["subject"] == "A"
    assert english["parts"]["html"].startswith("<html>€1,234.50 February 1, 2027, 6:05")
    assert (swedish["template"], swedish["variant"]) == ("email.sv", None)
    assert swedish["parts"]["text"] == "1\xa0234,50\xa0€ 1 februari 2027 7"


def test_a_preview_takes_a_variant_by_name(saved: Call) -> None:
    named, unknown = preview(saved, variant="loud"), preview(saved, variant="huge")

    assert named.json()["parts"]["subject"] == "B!"
    assert (unknown.status, unknown.json()["field"]) == (400, "variant")
    assert "it has plain, loud" in unknown.json()["detail"]


def test_a_preview_counts_text_messages(saved: Call) -> None:
    short = preview(saved, channel="sms", payload={"text": "Hej å €"}).json()["sms"]
    long = preview(saved, channel="sms", payload={"text": "š" * 671}).json()["sms"]

    assert short == {"encoding": "GSM-7", "characters": 8, "parts": 1, "too_long": False}
    assert long == {"encoding": "UCS-2", "characters": 671, "parts": 11, "too_long": True}


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"payload": {"total": 1}}, 400, "templates.email.html"),
        ({"channel": "push"}, 400, "channel"),
        ({"channel": "pigeon"}, 400, "channel"),
        ({"version": 7}, 404, "version"),
        ({"version": "old"}, 400, "version"),
        ({"contact": {"timezone": "7"}}, 400, "contact.timezone"),
        ({"contact": {"timezone": "Mars/Base"}}, 400, "contact.timezone"),
        ({"language": "swedish!"}, 400, "language"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_a_sample_that_does_not_fit_is_a_4xx_that_names_the_field(
    saved: Call, change: dict[str, Any], status: int, field: str
) -> None:
    answer = preview(saved, **change)

    assert answer.status == status
    assert answer.json()["field"].startswith(field)


def test_a_missing_variable_is_named_with_part_and_line(saved: Call) -> None:
    answer = preview(saved, payload={"total": 1}).json()

    assert (answer["code"], answer["line"]) == ("TEMPLATE_ERROR", 1)
    assert 'the payload has no "at"' in answer["detail"]


def test_a_published_version_keeps_the_layouts_that_it_was_published_with(saved: Call) -> None:
    saved("POST", "/v1/events/receipt/publish")

    changed = saved("PUT", "/v1/layouts/footer", FOOTER | {"source": "<p>New</p>"})

    assert changed.status == 200
    assert "New" not in preview(saved, version=1).json()["parts"]["html"]
    assert "New" in preview(saved).json()["parts"]["html"]


def test_a_draft_whose_layout_is_gone_cannot_be_published(saved: Call) -> None:
    saved("DELETE", "/v1/layouts/base")

    answer = saved("POST", "/v1/events/receipt/publish")

    assert (answer.status, answer.json()["field"], answer.json()["line"]) == (400, "templates.email.html", 1)


def test_layouts_are_listed_read_and_removed(saved: Call) -> None:
    listed = saved("GET", "/v1/layouts").json()["layouts"]
    removed = saved("DELETE", "/v1/layouts/footer")

    assert [(one["name"], one["kind"]) for one in listed] == [("base", "layout"), ("footer", "partial")]
    assert saved("GET", "/v1/layouts/base").json()["source"] == BASE["source"]
    assert removed.status == 200
    assert saved("GET", "/v1/layouts/footer").json()["code"] == "LAYOUT_NOT_FOUND"


def test_a_layout_that_uses_itself_is_refused_with_its_line(saved: Call) -> None:
    answer = saved("PUT", "/v1/layouts/footer", FOOTER | {"source": "x\n{% include 'footer' %}"})

    assert (answer.status, answer.json()["line"], answer.json()["column"]) == (400, 2, 13)


@pytest.mark.parametrize(
    ("variants", "field"),
    [
        ([], "templates.sms.variants"),
        ({"a": 1}, "templates.sms.variants"),
        ([{"name": "a", "text": "x"}, {"name": "a", "text": "y"}], "templates.sms.variants"),
        ([{"name": "a", "weight": 0, "text": "x"}], "templates.sms.variants"),
        ([{"name": "a", "weight": -1, "text": "x"}], "templates.sms.variants[0].weight"),
        ([{"name": "a", "colour": "x"}], "templates.sms.variants[0].colour"),
        ([{"name": "a b", "text": "x"}], "templates.sms.variants[0].name"),
        ([{"name": "a", "subject": "x"}], "templates.sms.variants[0]"),
        ([{"name": "a", "text": "{{ x | nope }}"}], "templates.sms.variants[0].text"),
    ],
)
def test_a_variant_that_is_wrong_names_the_field(manage: Call, variants: Any, field: str) -> None:
    body = {"channels": ["sms"], "templates": {"sms": {"variants": variants}}}

    answer = manage("PUT", "/v1/events/promo", body)

    assert answer.status == 400
    assert answer.json()["field"].startswith(field)


def test_a_draft_is_shown_as_it_was_given(saved: Call) -> None:
    templates = saved("GET", "/v1/events/receipt").json()["draft"]["templates"]

    assert templates["email"]["html"] == EVENT["templates"]["email"]["html"]
    assert templates["email"]["variants"] == [
        {"name": "plain", "weight": 1, "subject": "A"},
        {"name": "loud", "weight": 0, "subject": "B!"},
    ]


def test_templates_that_grow_beyond_an_item_are_refused(manage: Call) -> None:
    manage("PUT", "/v1/layouts/large", {"kind": "partial", "source": "x" * 90_000})
    body = {
        "channels": ["sms"],
        "templates": {f"sms.{tag}": {"text": "{% include 'large' %}"} for tag in ("en", "sv", "de", "fr")},
    }

    answer = manage("PUT", "/v1/events/promo", body)

    assert (answer.status, answer.json()["code"]) == (400, "TEMPLATES_TOO_LARGE")
