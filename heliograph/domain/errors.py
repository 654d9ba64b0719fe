"""Everything that can go wrong, in one tree; named for what happened.

HeliographError
├── BadInput                 the caller's mistake: names the field and says what would be right
│   ├── Unauthorized         no key, a wrong one, a revoked or expired one
│   ├── NotFound             it does not exist in this project
│   ├── BadTemplate          a template that could never be rendered: with line and column
│   ├── Conflict             it exists already, or belongs to somebody else
│   │   └── TooLate          a notification that has gone too far for it
│   ├── KeyReused            the idempotency key was used with another body
│   └── LimitReached         the project may send no more for now
├── Unavailable              ours and passing: nothing was stored, try again
├── TemplateError            a template that cannot be rendered with this data
├── Lost                     a conditional write was refused: somebody else was first
├── BadWebhook
│   ├── BadSignature         a webhook that is not from whom it claims to be
│   └── BadPayload           verified, but not what the provider documents
└── ProviderError            what a provider's answer means for the attempt
    ├── Rejected             stop: the same message will be refused again
    ├── Transient            a new attempt later
    ├── Throttled            later, and it costs no try
    ├── AccountTrouble       nothing wrong with the message: the account is refused
    └── UnknownOutcome       the provider may or may not have taken it
"""

from typing import ClassVar

from heliograph.domain.model import JSON
from heliograph.domain.reasons import Reason


class HeliographError(Exception):
    """The base of all; the message is one sentence that a person can act on."""


class BadInput(HeliographError):
    """A 4xx: `field` is the path in the request (`to.email`), empty when it is not one field's fault."""

    status: ClassVar[int] = 400

    code: str = "VALIDATION_ERROR"

    def __init__(self, detail: str, *, field: str = "", code: str = "", status: int | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field
        self.code = code or self.code
        self.http_status = status or self.status


class Unauthorized(BadInput):
    """A 401 or, for a key that lacks the scope, a 403."""

    status = 401
    code = "UNAUTHORIZED"

    def __init__(self, detail: str, *, code: str = "", status: int | None = None) -> None:
        super().__init__(detail, field="Authorization", code=code, status=status)


class NotFound(BadInput):
    """A 404."""

    status = 404
    code = "NOT_FOUND"


class Conflict(BadInput):
    """A 409."""

    status = 409
    code = "CONFLICT"


class BadTemplate(BadInput):
    """A 400: `field` is the template's part; line and column count from 1, 0 where it is not known.

    They are those of *layout* where that is named: the layout or partial in which the fault lies.
    """

    code = "TEMPLATE_ERROR"

    def __init__(self, detail: str, *, field: str, line: int = 0, column: int = 0, layout: str = "") -> None:
        super().__init__(detail, field=field)
        self.line = line
        self.column = column
        self.layout = layout


class TooLate(Conflict):
    """A 409 that shows how the notification stands."""

    code = "TOO_LATE"

    def __init__(self, detail: str, notification: JSON) -> None:
        super().__init__(detail)
        self.notification = notification


class KeyReused(BadInput):
    """A 422: same idempotency key, other request."""

    status = 422
    code = "IDEMPOTENCY_KEY_REUSED"


class LimitReached(BadInput):
    """A 429 with Retry-After in seconds: one of the project's own limits; *figures* are shown (`current`, `limit`)."""

    status = 429

    def __init__(self, detail: str, *, code: str, retry_after: int, **figures: float) -> None:
        super().__init__(detail, code=code)
        self.retry_after = retry_after
        self.figures = figures


class Unavailable(HeliographError):
    """A 503 with Retry-After: nothing was stored and the same request may be sent again."""


class Busy(Unavailable):
    """A 429 with Retry-After: the store is throttled, and accepts yield first."""


class Contended(Busy):
    """Others write the same at this moment; nothing was written, and a try a moment later may."""


class TemplateError(HeliographError):
    """Rendering ended: says which template part (`email.html`), which line and which variable."""

    def __init__(self, sentence: str, *, part: str = "", line: int = 0) -> None:
        super().__init__(sentence)
        self.part = part
        self.line = line


class Lost(HeliographError):
    """A conditional write was refused; read again and decide again."""


class BadWebhook(HeliographError):
    """A webhook request that is refused; the sender learns the status and nothing else."""

    status: ClassVar[int] = 400


class BadSignature(BadWebhook):
    """The proof is missing, malformed or wrong."""

    status = 401


class BadPayload(BadWebhook):
    """The proof holds, but the body is not what the provider documents."""


class ProviderError(HeliographError):
    """A provider did not take the message. `code` and `text` are the provider's own, never secrets or bodies.

    Of a code 100 characters are kept and of a text 1,000, whatever the provider answers.
    """

    reason: Reason = Reason.PROVIDER_ERROR

    def __init__(self, text: str, *, code: str = "", reason: Reason | None = None) -> None:
        self.code = code[:100]
        self.text = text[:1_000]
        super().__init__(self.text)
        self.reason = reason or self.reason


class Rejected(ProviderError):
    """A definite refusal. With the reason `invalid_recipient` no other provider is tried.

    `dead`: the service says that the push token is gone for good, so the contact loses it.
    """

    def __init__(self, text: str, *, code: str = "", reason: Reason | None = None, dead: bool = False) -> None:
        super().__init__(text, code=code, reason=Reason.INVALID_RECIPIENT if dead else reason)
        self.dead = dead


class Transient(ProviderError):
    """The provider could not, this time."""

    reason = Reason.PROVIDER_UNAVAILABLE


class Throttled(ProviderError):
    """Too fast. `retry_after` is in seconds, None when the provider does not say."""

    reason = Reason.THROTTLED

    def __init__(self, text: str, *, code: str = "", retry_after: float | None = None) -> None:
        super().__init__(text, code=code)
        self.retry_after = retry_after


class AccountTrouble(ProviderError):
    """Credentials refused, account suspended, out of credit."""

    reason = Reason.NOT_ALLOWED


class UnknownOutcome(ProviderError):
    """The request may have reached the provider: a lost reply, a reset, a 2xx that cannot be read."""

    reason = Reason.UNKNOWN_OUTCOME
