"""What can be chosen when the template is made: `cdk.json` holds the choices of each stage, `-c name=value` wins."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

STAGE: Final = re.compile(r"[a-z][a-z0-9-]{0,15}")


def _tuple(value: Any) -> Any:
    return tuple(filter(None, value.split(","))) if isinstance(value, str) else value


class Options(BaseModel):
    """The choices of one stage. Times are seconds, memory is MB, `None` leaves AWS's own default.

    Raises:
        pydantic.ValidationError: a value that is no such choice.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str = Field(pattern=f"^{STAGE.pattern}$")
    work_timeout: int = 30
    """Passed on to the settings; timeouts, leases and visibility derive from it."""
    hold: int = Field(default=120, ge=1)
    """Passed on to the settings: how long an unknown outcome waits for a receipt before its attempt is repeated."""
    private_networks: str = ""
    """Passed on to the settings: where a mail server may stand although the network is private."""
    memory: int = Field(default=512, ge=128, le=10240)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_days: Literal[1, 3, 7, 14, 30, 90, 365] = 30
    worker_concurrency: int = Field(default=50, ge=2, le=1000)
    """The most copies of a queue worker that run at once, for each queue."""
    intake_concurrency: int | None = Field(default=None, ge=1)
    """Reserved for the webhook intake, and its limit: a public URL has no other brake."""
    rate: int = Field(default=200, ge=1)
    """Requests a second that the HTTP API lets through."""
    burst: int = Field(default=400, ge=1)
    alarm_email: str = ""
    runbooks_url: str = Field(default="", pattern="^(https://.+)?$")
    """Where the team reads the pages of docs/runbooks/: alarms and the dashboard then name their addresses."""
    warm_reads: int | None = Field(default=None, ge=12000)
    """Read units a second that the table can serve at once, without growing into them."""
    warm_writes: int | None = Field(default=None, ge=4000)
    snap_start: Annotated[tuple[Literal["send", "manage"], ...], BeforeValidator(_tuple)] = ()
    api_domain: str = ""
    api_certificate: str = ""
    """ARN of an ACM certificate in the stack's own region."""
    webhooks_domain: str = ""
    links_domain: str = ""
    edge_certificate: str = ""
    """ARN of an ACM certificate in us-east-1 for the webhooks' and the links' domain: both stand behind CloudFront."""

    @model_validator(mode="after")
    def _certificates(self) -> Self:
        if bool(self.api_domain) != bool(self.api_certificate):
            raise ValueError("api_domain and api_certificate belong together: give both or neither")
        if bool(self.webhooks_domain or self.links_domain) != bool(self.edge_certificate):
            raise ValueError("webhooks_domain or links_domain, and edge_certificate, belong together")
        return self

    @property
    def disposable(self) -> bool:
        """Only `dev` may lose its data with its stack; every other stage keeps it."""
        return self.stage == "dev"

    @classmethod
    def from_context(cls, context: Mapping[str, JsonValue]) -> Self:
        """Read the choices of `context["stage"]`: its own object first, then single values over it."""
        stage = str(context.get("stage", "dev"))
        stages = context.get("stages")
        own = stages.get(stage) if isinstance(stages, dict) else None
        single = {key: value for key, value in context.items() if key in cls.model_fields}
        return cls.model_validate({**(own if isinstance(own, dict) else {}), **single, "stage": stage})
