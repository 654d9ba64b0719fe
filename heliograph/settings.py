"""Everything that differs between stages: written by the CDK app and read by the functions with the same model."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from heliograph.names import ENV_PREFIX, parameters_root


class Settings(BaseModel):
    """One stage's settings. No secrets, only where they live. Times are seconds.

    Raises:
        pydantic.ValidationError: from `from_env`, when a variable is missing, misspelt or out of range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: str
    table: str
    critical_queue_url: str
    normal_queue_url: str
    events_queue_url: str
    dead_letters_url: str = ""
    """The queue of what was given up; only the function that looks after it has it."""
    schedule_group: str
    schedule_role_arn: str = ""
    scheduler_arn: str = ""
    """Target of one-time schedules; only the functions that make schedules have it."""
    configuration_set: str
    """SES configuration set whose events reach the events queue."""
    files_bucket: str
    """S3 bucket of the files that go with mails."""
    work_timeout: int = Field(default=30, ge=3, le=300)
    """The one number: timeout of the queue workers. Lease, reserve and visibility derive from it."""
    hold: int = Field(default=120, ge=1)
    """How long an unknown outcome waits at least for a receipt before the same attempt is repeated."""
    workers: int = Field(default=100, ge=1)
    """Processes that may send at once, over both lanes: each lets its share of an account's quota go by unasked."""
    private_networks: str = ""
    """Networks with commas between (`10.0.0.0/8`) in which an SMTP server may stand although they are private."""
    sandbox_url: str = ""
    """Set by the local host alone: providers are then reached at `{sandbox_url}/{host}/{path}`."""
    sandbox_smtp: str = ""
    """The same for mail servers: `host:port` of the one that then takes the mail for all of them."""

    @property
    def soonest(self) -> float:
        """Seconds after which providers are asked for receipts at the latest; 0 for their own time, as on AWS."""
        return 1.0 if self.sandbox_url else 0.0

    @property
    def lease(self) -> int:
        """Longer than a function can live, so no worker outlives its lease."""
        return self.work_timeout + 5

    @property
    def reserve(self) -> float:
        """No record of a batch is begun with less time left than this."""
        return self.work_timeout / 2

    @property
    def visibility(self) -> int:
        """Of every queue with a worker: AWS asks for six times the function's timeout."""
        return 6 * self.work_timeout

    @property
    def parameters(self) -> str:
        """The SSM path of this stage."""
        return parameters_root(self.stage)

    @property
    def doubt(self) -> int:
        """The wait for a receipt after a lease is over: long enough that an event whose own worker died comes again."""
        return max(self.hold, self.visibility - self.lease + 5)

    @property
    def soon(self) -> int:
        """The longest wait of a result that could not be stored: it is written before the wait for a receipt ends."""
        return max(1, self.doubt * 3 // 4)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read the settings from variables that begin with HELIOGRAPH_."""
        return cls.model_validate(
            {
                key.removeprefix(ENV_PREFIX).lower(): value
                for key, value in environ.items()
                if key.startswith(ENV_PREFIX)
            }
        )

    def as_env(self) -> dict[str, str]:
        """The variables that `from_env` reads; empty ones are left out."""
        return {f"{ENV_PREFIX}{key.upper()}": str(value) for key, value in self if value != ""}
