"""What every refusal looks like."""

from typing import Annotated, Literal

from pydantic import Field

from heliograph.api.answers.answer import Answer
from heliograph.api.answers.notifications import NotificationAnswer
from heliograph.api.answers.sending import Accepted, Refused


class ProblemAnswer(Answer):
    """A problem document of RFC 9457: one sentence that says what to do, the field at fault, and a code."""

    type: Literal["about:blank"]
    title: str = Field(description="The status in words.")
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str = Field(description="One sentence that says what to do.")
    error: str = Field(description="The same as `detail`.")
    code: str = Field(pattern="^[A-Z][A-Z_]*$", description="For programs.", examples=["VALIDATION_ERROR"])
    field: str = Field(default="", description="The path in the request; missing where no field is at fault.")
    request_id: str = Field(description="Finds the request in the logs.")
    line: int = Field(default=0, ge=1, description="Of a template.")
    column: int = Field(default=0, ge=1, description="Of a template.")
    layout: str = Field(default="", description="The layout or partial that line and column are of.")
    current: float = Field(default=0, description="Of a limit: what is used up.")
    limit: float = Field(default=0, description="Of a limit: how much there is.")
    notification: NotificationAnswer | None = Field(default=None, description="With `TOO_LATE`: how it stands.")
    notifications: list[Accepted | Refused] = Field(
        default=[], description="Of a call with many: one result each, in order, when none was accepted."
    )


class GatewayAnswer(Answer):
    """What the HTTP API says by itself, before any code of ours: an unknown path, too large, too often, too slow."""

    message: str | None
