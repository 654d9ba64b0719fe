"""Addresses of Apprise: which are let through, and that nothing else is."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.apprise_addresses import FIXED, HOSTED, apprise
from heliograph.domain.errors import BadInput

PIECES = (
    *(
        "ntfys://",
        "json://",
        "file://",
        "ntfy.example.com",
        "127.0.0.1",
        "10.0.0.1",
        "localhost",
        "db.internal",
        "topic",
    ),
    *("@", "/", "?", "#", ":", ",", " ", "%40", "%2F", "%23", "&", "=", "verify", "no", "8080", "\\", ";", "pover"),
)


@pytest.mark.parametrize(
    "address",
    [
        "ntfys://ntfy.sh/topic",
        "ntfys://tk_secret@ntfy.example.com:8443/alerts?priority=high&tags=warning",
        "gotifys://gotify.example.com/AbCdEfGhIjKlMnO",
        "matrixs://ada:s%40cret@matrix.example.com/%23room",
        "mastodons://token@mastodon.example.com",
        "pover://user@token",
        "zulip://bot@acme/token/general",
        "threema://*GATEWAY@secret/TESTABCD",
        "tag:ops",
        "default",
    ],
)
def test_the_url_of_a_known_service_a_tag_and_the_default_are_taken_as_they_are(address: str) -> None:
    assert apprise(address, "to") == address


@pytest.mark.parametrize("scheme", sorted({*HOSTED, *FIXED}))
def test_every_scheme_of_the_list_is_let_through(scheme: str) -> None:
    assert apprise(f"{scheme}://token@example.com/there", "to")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ntfy.sh/topic",
        "tag:",
        "tag:a b",
        "ntfy://ntfy.sh/topic",  # in the clear
        *(f"{scheme}://example.com/x" for scheme in ("json", "jsons", "xmls", "forms", "mailtos", "apprises", "xmpps")),
        *(
            "file:///etc/passwd",
            "dbus://",
            "syslog://",
            "macosx://",
            "windows://",
            "exec://id",
            "mqtts://example.com/a",
        ),
        "ntfys://127.0.0.1/topic",
        "ntfys://169.254.169.254/latest",
        "ntfys://[::1]/topic",
        "ntfys://2130706433/topic",
        "ntfys://localhost/topic",
        "ntfys://topic",
        "ntfys://ntfy.internal/topic",
        "ntfys://ntfy.example.com/",
        "ntfys://ntfy.example.com:0/topic",
        "ntfys://ntfy.example.com:99999/topic",
        "ntfys://a@ntfy.example.com@127.0.0.1/topic",
        "ntfys://ntfy.example.com/topic@127.0.0.1",
        "ntfys://ntfy.example.com/topic,json://127.0.0.1",
        "ntfys://ntfy.example.com/topic json://127.0.0.1",
        "ntfys://ntfy.example.com/topic#x",
        "ntfys://ntfy.example.com\\@127.0.0.1/topic",
        "ntfys://ntfy.example.com/topic?verify=no",
        "ntfys://ntfy.example.com/topic?attach=http://127.0.0.1/",
        "ntfys://ntfy.example.com/topic?priority=high&to=other",
        "NTFYS://ntfy.example.com/topic",
        f"ntfys://ntfy.example.com/{'x' * 2048}",
    ],
)
def test_whatever_else_apprise_could_be_told_is_refused(address: str) -> None:
    with pytest.raises(BadInput) as refused:
        apprise(address, "to.apprise")

    assert (refused.value.field, refused.value.code) == ("to.apprise", "INVALID_ADDRESS")


def test_a_refusal_does_not_repeat_the_secret_in_the_address() -> None:
    with pytest.raises(BadInput) as refused:
        apprise("jsons://ada:hunter22@example.com/", "to.apprise")

    assert "hunter22" not in str(refused.value)


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join) | st.text(st.characters(codec=None), max_size=60))
def test_no_text_leads_elsewhere_than_it_says(text: str) -> None:
    with suppress(BadInput):
        taken = apprise(text, "to")
        scheme, _, rest = taken.partition("://")
        assert taken in {text, "default"}
        assert not rest or scheme in {*HOSTED, *FIXED}
        assert rest.count("@") <= 1
        assert scheme not in HOSTED or not {"127.0.0.1", "10.0.0.1"} & {rest.partition("/")[0].rpartition("@")[2]}
