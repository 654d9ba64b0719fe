import pytest

from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled, Transient
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Response
from heliograph.wire.refusals import Refusal, by_status, refusal


def answer(status: int, **headers: str) -> Response:
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()}, b"")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, Transient),
        (400, Rejected),
        (401, AccountTrouble),
        (403, AccountTrouble),
        (404, Rejected),
        (408, Transient),
        (429, Throttled),
        (500, Transient),
        (0, Transient),
    ],
)
def test_a_status_has_its_meaning(status: int, kind: type[ProviderError]) -> None:
    assert by_status(status) is kind


def test_without_words_and_code_the_status_is_both() -> None:
    error = refusal("Acme", answer(503), "")

    assert (type(error), error.text, error.code) == (Transient, "Acme answered with status 503", "503")


def test_a_known_code_goes_before_the_status() -> None:
    known = {"7": Refusal(Rejected, Reason.UNSUBSCRIBED)}

    error = refusal("Acme", answer(500), "said stop", code="7", known=known)

    assert (type(error), error.text, error.code, error.reason) == (Rejected, "said stop", "7", Reason.UNSUBSCRIBED)


def test_an_unknown_code_is_kept_and_the_status_decides() -> None:
    error = refusal("Acme", answer(401), "no", code="8", known={"7": Refusal(Rejected)})

    assert (type(error), error.code, error.reason) == (AccountTrouble, "8", Reason.NOT_ALLOWED)


@pytest.mark.parametrize(("status", "reason"), [(400, Reason.INVALID_RECIPIENT), (500, Reason.PROVIDER_UNAVAILABLE)])
def test_a_reason_counts_only_where_the_message_is_refused(status: int, reason: Reason) -> None:
    error = refusal("Acme", answer(status), "", reason=Reason.INVALID_RECIPIENT)

    assert error.reason is reason


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("7", 7.0), ("", None), ("soon", None), ("-1", None), ("1.5", None), ("9" * 400, None)],
)
def test_a_throttle_waits_as_long_as_it_is_told_in_seconds(header: str, seconds: float | None) -> None:
    error = refusal("Acme", answer(429, retry_after=header), "")

    assert isinstance(error, Throttled)
    assert error.retry_after == seconds


def test_a_throttle_by_its_code_waits_too() -> None:
    error = refusal("Acme", answer(400, retry_after="3"), "", code="7", known={"7": Refusal(Throttled)})

    assert isinstance(error, Throttled)
    assert error.retry_after == 3.0
