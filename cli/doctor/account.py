"""What AWS allows this account to send."""

from typing import Final

from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn

USED: Final = 0.8
"""Of a quota, from which on it is told."""
DAY: Final = 1440


def mails(deployment: Deployment) -> Findings:
    """SES sends, to everybody, and today's quota lasts."""
    found = deployment.client("sesv2").get_account()
    health = found.get("EnforcementStatus", "HEALTHY")
    quota = found.get("SendQuota", {})
    most, sent = quota.get("Max24HourSend", 0), quota.get("SentLast24Hours", 0)
    text = f"{sent:.0f} of {most:.0f} mails in 24 hours, {quota.get('MaxSendRate', 0):.0f} a second"
    if not found.get("SendingEnabled", True) or health == "SHUTDOWN":
        yield bad("SES has paused this account's sending", "see the SES console, and the mail that AWS wrote")
    elif health != "HEALTHY":
        yield warn(f"SES has this account on {health.lower()}", "see bounces and complaints in the SES console")
    # A quota of -1 is none.
    if 0 < most <= sent:
        yield bad(f"today's quota is used up: {text}", "ask for a larger one in the SES console")
    elif 0 < most * USED <= sent:
        yield warn(f"today's quota is nearly used up: {text}", "ask for a larger one in the SES console")
    if not found.get("ProductionAccessEnabled", True):
        yield warn(
            f"SES's sandbox: mails go to verified addresses alone ({text})",
            "verify your domain and ask for production access in the SES console",
        )
    else:
        yield ok(text)


def texts(deployment: Deployment) -> Findings:
    """SNS's spend limit for text messages lasts this month."""
    found = deployment.client("sns").get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"]
    limit = float(found.get("MonthlySpendLimit") or 1)
    points = deployment.points("AWS/SNS", "SMSMonthToDateSpentUSD", DAY, "Maximum")
    spent = max((float(point["Maximum"]) for point in points), default=0.0)
    text = f"{spent:.2f} of {limit:.2f} dollars of SNS's limit this month"
    if spent >= limit * USED:
        what = "used up" if spent >= limit else "nearly used up"
        advice = "raise the limit in the AWS End User Messaging console: SNS sends no text beyond it"
        yield (bad if spent >= limit else warn)(f"{what}: {text}", advice)
    else:
        yield ok(text)


def texts_account(deployment: Deployment) -> Findings:
    """End User Messaging sends to everybody."""
    found = deployment.client("pinpoint-sms-voice-v2").describe_account_attributes()["AccountAttributes"]
    tier = next((one["Value"] for one in found if one["Name"] == "ACCOUNT_TIER"), "PRODUCTION")
    if tier == "SANDBOX":
        yield warn(
            "End User Messaging's sandbox: texts go to verified numbers alone",
            "ask for production access in the AWS End User Messaging console, if you send texts by AWS",
        )
    else:
        yield ok("texts may go to every number")
