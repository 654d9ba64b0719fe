"""The sandbox's own API below `/_sandbox`: accounts, faults on demand, the journal of calls."""

import json
from dataclasses import asdict
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError, field_validator
from werkzeug import Request, Response

from heliograph.domain.model import JSON
from local.sandbox.accounts import is_loopback, verification_key
from local.sandbox.desk import Desk
from local.sandbox.fakes import FAKES
from local.sandbox.faults import Fault

_FIRST: Final = ("ses", "sendgrid", "twilio", "sns_sms", "aws_sms")
"""The providers whose fakes are no part of the registry."""


def _loopback(url: str) -> str:
    if not is_loopback(url):
        raise ValueError("must be an http URL on this machine: the sandbox posts nowhere else")
    return url


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SendGridAccount(_Strict):
    """SendGrid has one webhook URL in its settings."""

    provider: Literal["sendgrid"]
    api_key: str = Field(min_length=1)
    webhook_url: Annotated[str, AfterValidator(_loopback)]


class TwilioAccount(_Strict):
    """Twilio gets the URL with each message."""

    provider: Literal["twilio"]
    account_sid: str = Field(min_length=1)
    auth_token: str = Field(min_length=1)


class NamedAccount(_Strict):
    """What the fakes of `fakes.FAKES` know an account by, and where its events go."""

    provider: str
    account: str = Field(min_length=1)
    webhook_url: Annotated[str, AfterValidator(_loopback)]

    @field_validator("provider")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in FAKES:
            raise ValueError(f"is none of {', '.join(sorted(FAKES))}")
        return name


class Account(RootModel[SendGridAccount | TwilioAccount | NamedAccount]):
    """One account at one of the providers."""


class FaultRequest(_Strict):
    """What happens to the next calls to a provider."""

    provider: str
    times: int = Field(default=1, ge=1, le=1000)
    status: int = Field(default=0, ge=0, le=599)
    delay: float = Field(default=0, ge=0, le=900)
    lost: bool = False

    @field_validator("provider")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in {*_FIRST, *FAKES}:
            raise ValueError(f"is none of {', '.join(sorted({*_FIRST, *FAKES}))}")
        return name


class Control:
    """The endpoints."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def add_account(self, request: Request) -> Response:
        """POST /_sandbox/accounts: 201, for SendGrid with the key that verifies its signatures; 400."""
        try:
            account = Account.model_validate_json(_body(request)).root
        except ValidationError as exc:
            return _invalid(exc)
        if isinstance(account, NamedAccount):
            self._desk.accounts.add(account.provider, account.account, account.webhook_url)
            return as_json({"provider": account.provider}, 201)
        if isinstance(account, TwilioAccount):
            self._desk.accounts.add_twilio(account.account_sid, account.auth_token)
            return as_json({"provider": "twilio"}, 201)
        self._desk.accounts.add_sendgrid(account.api_key, account.webhook_url)
        return as_json({"provider": "sendgrid", "verification_key": verification_key()}, 201)

    def add_fault(self, request: Request) -> Response:
        """POST /_sandbox/faults: 201 or 400."""
        try:
            fault = FaultRequest.model_validate_json(_body(request))
        except ValidationError as exc:
            return _invalid(exc)
        self._desk.judge.add(Fault(**fault.model_dump()))
        return as_json(fault.model_dump(), 201)

    def faults(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """GET /_sandbox/faults: those still to come."""
        return as_json({"faults": [asdict(fault) for fault in self._desk.judge.waiting()]})

    def clear_faults(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """DELETE /_sandbox/faults: forget them, and how often recipients were refused."""
        self._desk.judge.clear()
        return Response(status=204)

    def journal(self, request: Request) -> Response:
        """GET /_sandbox/journal: all calls, oldest first; `?to=` and `?provider=` narrow them."""
        calls = [asdict(call) for call in self._desk.inbox.calls()]
        wanted = {key: request.args[key] for key in ("to", "provider") if key in request.args}
        return as_json({"calls": [call for call in calls if wanted.items() <= call.items()]})

    def clear_journal(self, request: Request) -> Response:  # noqa: ARG002 -- every endpoint gets it
        """DELETE /_sandbox/journal."""
        self._desk.inbox.clear_calls()
        return Response(status=204)


def as_json(body: JSON, status: int = 200) -> Response:
    """A JSON answer; times become ISO 8601."""
    text = json.dumps(body, default=lambda value: value.isoformat())
    return Response(text, status, content_type="application/json")


def _body(request: Request) -> bytes:
    # A page in a browser cannot send this type to another origin without asking first.
    return request.get_data() if request.mimetype == "application/json" else b""


def _invalid(exc: ValidationError) -> Response:
    errors = [f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in exc.errors()]
    return as_json({"error": "send a JSON object as application/json; " + "; ".join(errors)}, 400)
