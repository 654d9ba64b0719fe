"""Whether the stage is set up: its stack, secrets, addresses, and this machine's clock."""

from email.utils import parsedate_to_datetime
from typing import Final

from cli.deployment import Deployment
from cli.doctor.finding import Findings, bad, ok, warn
from heliograph.names import SECRET_NAMES, SECRETS, URL_NAMES, URLS, parameters_root

SKEW: Final = 30
"""Seconds that a clock may differ before it is told."""
REFUSED: Final = 240
"""Seconds of difference; at 300 AWS refuses what was signed
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html)."""
GONE: Final = "make deploy STAGE={stage}"


def stack(deployment: Deployment) -> Findings:
    """CloudFormation is done with it, and did not turn back."""
    status = deployment.description["StackStatus"]
    if status.endswith("_FAILED") or "ROLLBACK" in status:
        yield bad(
            f"CloudFormation left {deployment.stack} in {status}",
            f"look at the stack's events in the CloudFormation console, then run `{_deploy(deployment)}`",
        )
    elif status.endswith("_IN_PROGRESS"):
        yield warn(f"{deployment.stack} is being changed ({status})", "wait until it is done, then look again")
    else:
        yield ok(f"{deployment.stack} is {status}")


def secrets(deployment: Deployment) -> Findings:
    """What `heliograph init` creates is there; the values are not decrypted."""
    missing = _missing(deployment, SECRETS, SECRET_NAMES)
    if missing:
        yield bad(
            f"missing: {', '.join(missing)}; the functions answer 503",
            f"run `heliograph init --stage {deployment.stage.name}`; it creates what is missing and leaves the rest",
        )
    else:
        yield ok(f"{', '.join(SECRET_NAMES)} are there")


def urls(deployment: Deployment) -> Findings:
    """The public addresses are where the functions read them."""
    missing = _missing(deployment, URLS, URL_NAMES)
    if missing:
        yield bad(f"the parameters of {', '.join(missing)} are missing", f"run `{_deploy(deployment)}`: it makes them")
    else:
        yield ok(f"{', '.join(URL_NAMES)} are there")


def clock(deployment: Deployment) -> Findings:
    """AWS and this machine agree on the time."""
    answer = deployment.client("sqs").list_queues(MaxResults=1)
    there = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    skew = abs((deployment.clock() - there).total_seconds())
    advice = "set this machine's clock by NTP (`timedatectl set-ntp true`): AWS refuses requests 5 minutes off"
    if skew > SKEW:
        yield (bad if skew > REFUSED else warn)(f"this machine's clock is {skew:.0f} s off", advice)
    else:
        yield ok("this machine's clock agrees with AWS")


def _missing(deployment: Deployment, folder: str, names: tuple[str, ...]) -> list[str]:
    root = f"{parameters_root(deployment.stage.name)}/{folder}"
    found = deployment.client("ssm").get_parameters(Names=[f"{root}/{name}" for name in names])["Parameters"]
    there = {one["Name"].rpartition("/")[2] for one in found if one["Value"]}
    return [name for name in names if name not in there]


def _deploy(deployment: Deployment) -> str:
    return GONE.format(stage=deployment.stage.name)
