"""What the table's failures mean."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from heliograph.domain.errors import BadInput, Busy, Contended, HeliographError, Lost, Unavailable
from heliograph.store.values import Item, decode

_THROTTLED: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflictException",
    }
)
_TOO_LARGE: Final = "has exceeded the maximum allowed size"
"""DynamoDB has no code for an item above its limit, only these words."""
_REFUSED: Final = "ConditionalCheckFailedException"
_CANCELED: Final = "TransactionCanceledException"
_CONFLICT: Final = "TransactionConflict"
_UNMET: Final = "ConditionalCheckFailed"


class Refused(Lost):
    """A condition did not hold. `item` is what stood there instead, None when nothing did."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("a condition did not hold: read again and decide again")
        self.item = item


class Unmet(Lost):
    """Conditions of a transaction did not hold: *places* are the numbers of those writes."""

    def __init__(self, places: tuple[int, ...]) -> None:
        super().__init__("a condition of several writes did not hold: read again and decide again")
        self.places = places


@contextmanager
def translated() -> Iterator[None]:
    """AWS's errors as ours."""
    try:
        yield
    except ClientError as exc:
        raise _meaning(exc) from exc
    except ParamValidationError:
        # Nobody was asked, and asking again would end the same: a fault of ours.
        raise
    except BotoCoreError as exc:
        raise Unavailable("the table did not answer: send the same request again in a few seconds") from exc


def _meaning(exc: ClientError) -> HeliographError | ClientError:
    code = exc.response["Error"]["Code"]
    if code == _REFUSED:
        old: Any = exc.response.get("Item")
        return Refused(decode(old) if old else None)
    if code == _CANCELED:
        return _canceled(exc)
    if code in _THROTTLED:
        return Busy("the table is busy: send the same request again in a few seconds")
    if _TOO_LARGE in exc.response["Error"].get("Message", ""):
        detail = "what would be stored is larger than 400 KB, however small it was on its way: send less"
        return BadInput(detail, code="PAYLOAD_TOO_LARGE", status=413)
    if exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:  # noqa: PLR2004  # HTTP: their failure
        return Unavailable("the table failed: send the same request again in a few seconds")
    return exc


def _canceled(exc: ClientError) -> HeliographError:
    """Why a transaction wrote nothing."""
    reasons: Any = exc.response.get("CancellationReasons", [])
    unmet = tuple(place for place, reason in enumerate(reasons) if reason.get("Code") == _UNMET)
    if unmet:
        return Unmet(unmet)
    kind = Contended if any(reason.get("Code") == _CONFLICT for reason in reasons) else Busy
    return kind("the table is busy: send the same request again in a few seconds")
