"""An event as files and back."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cli.templates import folder
from cli.templates.changes import of_event
from cli.templates.event import Event, files, joined, same_settings
from cli.templates.faults import Faulty
from tests.cli.templates.bodies import BODIES

WELCOME = {
    "title": "Welcome",
    "channels": ["email"],
    "priority": "normal",
    "tracking": {"opens": True, "clicks": False},
    "window": None,
    "templates": {
        "email": {
            "html": "<p>Hi</p>",
            "variants": [
                {"name": "plain", "weight": 1, "subject": "Hi"},
                {"name": "v1.2", "weight": 3, "subject": "Hi!", "html": "<b>Hi</b>"},
            ],
        },
        "email.sv": {"subject": "Hej", "text": "Hej"},
    },
}


def faults(files: dict[str, str]) -> list[str]:
    with pytest.raises(Faulty) as caught:
        joined("welcome", files)
    return [str(fault) for fault in caught.value.faults]


def test_every_text_lies_in_a_file_of_its_own_and_event_yaml_has_the_rest_without_defaults() -> None:
    assert files(WELCOME) == {
        "event.yaml": "title: Welcome\nchannels: [email]\ntracking: {opens: true}\n"
        "templates:\n  email:\n    variants:\n    - {name: plain}\n    - {name: v1.2, weight: 3}",
        "email.html": "<p>Hi</p>",
        "email.subject@plain.txt": "Hi",
        "email.subject@v1.2.txt": "Hi!",
        "email@v1.2.html": "<b>Hi</b>",
        "email.sv.subject.txt": "Hej",
        "email.sv.txt": "Hej",
    }


@given(BODIES)
def test_an_event_of_the_service_is_the_same_after_it_was_files(body: dict[str, Any]) -> None:
    event = joined("welcome", files(body))

    assert of_event("welcome", event, body) == []
    assert files(event.body) == files(body)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES)
def test_files_on_disk_hold_every_character(body: dict[str, Any], tmp_path: Path) -> None:
    for path in tmp_path.rglob("*.*"):
        path.unlink()

    for name, source in files(body).items():
        folder.write(tmp_path, f"events/welcome/{name}", source)

    assert dict(folder.read(tmp_path).events["welcome"].files) == files(body)


def test_what_is_left_out_means_the_same_as_the_default_that_is_written_out() -> None:
    short: dict[str, Any] = {"channels": ["email"], "templates": {}}

    assert same_settings(short, short | {"priority": "normal", "title": "", "tracking": {"opens": False}})
    assert not same_settings(short, short | {"priority": "critical"})


def test_members_that_this_version_does_not_know_pass_through_in_both_directions() -> None:
    body = {"channels": ["email"], "routing": {"mode": "all", "then": ["sms"]}, "templates": {"email": {"text": "x"}}}

    event = joined("welcome", files(body))

    assert event.body == body
    assert "routing:" in files(body)["event.yaml"]


def test_variants_whose_names_differ_in_case_only_do_not_fight_for_a_file() -> None:
    variants = [{"name": "A", "text": "one"}, {"name": "a", "text": "two"}]

    found = files({"channels": ["sms"], "templates": {"sms": {"text": "none", "variants": variants}}})

    assert found["sms@A.txt"] == "one"
    assert "{name: a, text: two}" in found["event.yaml"]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "events/welcome/event.yaml: it is missing"),
        ({"event.yaml": "channels: [email"}, "events/welcome/event.yaml:1:17: while parsing a flow sequence"),
        ({"event.yaml": "a: 1\nb: 2\na: 3"}, "events/welcome/event.yaml:3:1: 'a' stands here twice"),
        ({"event.yaml": "a: &x 1\nb: *x"}, "events/welcome/event.yaml:2:4: aliases are not taken"),
        ({"event.yaml": "a:\n  1: 2"}, "events/welcome/event.yaml:2:3: a key must be a text"),
        ({"event.yaml": "a: !!python/name:os.system"}, "events/welcome/event.yaml:1:4: could not determine"),
        ({"event.yaml": "a: !!timestamp 2027-01-31"}, "events/welcome/event.yaml:1:4: could not determine"),
        ({"event.yaml": "a: b\nc: \x07"}, "events/welcome/event.yaml:2:4: there is a character"),
        ({"event.yaml": "- a"}, "events/welcome/event.yaml:1: it must hold an event's fields"),
        ({"event.yaml": "a: 1\ntemplates: [x]"}, "events/welcome/event.yaml:2:1: `templates` must be"),
        ({"event.yaml": "a: 1", "notes.md": ""}, "events/welcome/notes.md: no part of an event has this name"),
        ({"event.yaml": "a: 1", "sms.text.txt": ""}, "events/welcome/sms.text.txt: no part of an event has this name"),
        ({"event.yaml": "a: 1", "sms@b.txt": ""}, "events/welcome/sms@b.txt: there is no variant 'b'"),
        (
            {"event.yaml": "templates: {sms: {text: x}}", "sms.txt": "y"},
            "events/welcome/sms.txt: the same part stands in event.yaml",
        ),
    ],
)
def test_a_fault_names_the_file_and_where_it_can_line_and_column(files: dict[str, str], sentence: str) -> None:
    assert faults(files)[0].startswith(sentence)


def test_all_faults_of_an_event_are_told_at_once() -> None:
    assert len(faults({"event.yaml": "a: [", "x.md": "", "y.md": ""})) == 3


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("templates.email.html", "events/welcome/email.html:7:3"),
        ("templates.email.sv.subject", "events/welcome/email.sv.subject.txt:7:3"),
        ("templates.email.variants[1].html", "events/welcome/email@v1.2.html:7:3"),
        ("templates.email.variants[0].html", "events/welcome/email@plain.html:7:3"),
        ("templates.email.sv", "events/welcome/email.sv.subject.txt:7:3"),
        ("templates.email.variants[1].weight", "events/welcome/event.yaml:8:20"),
        ("templates.email.variants[9]", "events/welcome/event.yaml:6:5"),
        ("tracking.opens", "events/welcome/event.yaml:3:12"),
        ("templates.gone.text", "events/welcome/gone.txt:7:3"),
        ("", "events/welcome/event.yaml:1:1"),
    ],
)
def test_a_field_of_the_api_leads_to_its_file(field: str, place: str) -> None:
    event: Event = joined("welcome", files(WELCOME))

    assert str(event.fault("no", field, 7, 3)) == f"{place}: no"


def test_a_text_in_event_yaml_is_found_there() -> None:
    event = joined("welcome", {"event.yaml": "channels: [sms]\ntemplates:\n  sms: {text: x}"})

    assert str(event.fault("no", "templates.sms.text", 1, 1)) == "events/welcome/event.yaml:3:9: no"
