"""What the AWS SDK's exceptions mean for the attempt."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError, ParamValidationError
from botocore.exceptions import ConnectionError as NotConnected

from heliograph.domain.errors import AccountTrouble, ProviderError, Rejected, Throttled, Transient, UnknownOutcome
from heliograph.wire import reading
from heliograph.wire.refusals import Refusal, by_status
from heliograph.wire.tables import spread

COMMON: Final = spread(
    {
        "ExpiredToken ExpiredTokenException": Refusal(Transient),  # the role's next credentials are on their way
        "RequestTimeout": Refusal(Transient),
        "Throttled ThrottledException Throttling ThrottlingException": Refusal(Throttled),
    }
)
"""Codes of every AWS service -> what they mean; the rest goes by its HTTP status.

Source: https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html and its siblings."""


@contextmanager
def refusals(service: str, known: Mapping[str, Refusal], hide: Callable[[str], str]) -> Iterator[None]:
    """Whatever the SDK raises inside, as a ProviderError.

    Args:
        service: its name for people.
        known: the service's own codes, or `code.reason` where its errors give a reason, before `COMMON`.
        hide: takes the recipient's address out of the service's words.

    Raises:
        ProviderError: one of its five kinds. The client must not retry by itself: a lost answer may hide a success.
    """
    try:
        yield
    except ClientError as exc:
        raise _refusal(exc, known, hide) from exc
    except NotConnected as exc:
        raise Transient(f"{service} cannot be reached: {type(exc).__name__}") from exc
    except (NoCredentialsError, NoRegionError) as exc:
        raise AccountTrouble(f"{service} cannot be called: {type(exc).__name__}") from exc
    except (ParamValidationError, UnicodeError) as exc:
        raise Rejected(f"{service} takes no such message: addresses must be ASCII, all parts whole text") from exc
    except BotoCoreError as exc:
        raise UnknownOutcome(f"no answer came from {service}: {type(exc).__name__}") from exc


def _refusal(exc: ClientError, known: Mapping[str, Refusal], hide: Callable[[str], str]) -> ProviderError:
    code = reading.text(exc.response, "Error", "Code")
    status = reading.typed(int, reading.member(exc.response, "ResponseMetadata", "HTTPStatusCode"))
    detail = reading.text(exc.response, "Reason")
    precise = f"{code}.{detail}" if detail else code
    told = known.get(precise) or known.get(code) or COMMON.get(code) or Refusal(by_status(status))
    return told.error(hide(reading.text(exc.response, "Error", "Message")), precise)
