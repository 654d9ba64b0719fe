"""What AWS lets the account that the stage runs in send."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.errors import Unavailable


def mail_rate(client: Any) -> float:
    """The recipients a second that SES takes of this account in this region; 0: as many as come.

    Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendQuota.html

    Raises:
        Unavailable: SES did not say.
    """
    try:
        quota = client.get_account().get("SendQuota", {})
    except (ClientError, BotoCoreError) as exc:
        raise Unavailable("SES did not say how much this account may send") from exc
    return max(0.0, float(quota.get("MaxSendRate", 0)))
