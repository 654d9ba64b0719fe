"""Which template of an event serves a language."""

import pytest

from heliograph.domain.definition import Body
from heliograph.domain.model import Channel

BODY = Body(
    channels=(Channel.EMAIL, Channel.SMS),
    templates={
        "email": {"subject": "Hello"},
        "email.sv": {"subject": "Hej"},
        "email.sv-FI": {"subject": "Hej, Finland"},
        "sms.de": {"text": "Hallo"},
    },
)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("", "email"),
        ("sv", "email.sv"),
        ("sv-SE", "email.sv"),
        ("sv-FI", "email.sv-FI"),
        ("sv-FI-x", "email.sv-FI"),
        ("fr", "email"),
    ],
)
def test_the_nearest_language_serves(language: str, name: str) -> None:
    assert BODY.template(Channel.EMAIL, language) == (name, BODY.templates[name])


def test_a_language_without_a_template_has_none_where_there_is_no_default() -> None:
    assert BODY.template(Channel.SMS, "de-AT") == ("sms.de", {"text": "Hallo"})
    assert BODY.template(Channel.SMS, "sv") is None
    assert BODY.template(Channel.PUSH, "") is None
