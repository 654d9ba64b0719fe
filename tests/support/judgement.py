"""Rights that were used against rights that are granted, both ways."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from heliograph.names import HANDLERS, Function
from tests.support.aws_calls import Recorded
from tests.support.policies import Grant, Policy

BY_AWS: Final = {
    *("logs:CreateLogStream", "logs:PutLogEvents"),
    *("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
}
"""What Lambda itself does in a function's name.

Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaSQSQueueExecutionRole.html
"""


def missing(used: Iterable[Recorded], policies: Mapping[Function, Policy]) -> list[str]:
    """Whatever a function did and may not do."""
    return sorted(
        f"{function} may not {one.right.action} on {one.right.resource} {' '.join(one.right.keys)}".rstrip()
        for one in used
        for function in functions(one)
        if not policies[function].allows(one.right)
    )


def unused(used: Iterable[Recorded], policies: Mapping[Function, Policy]) -> list[str]:
    """Whatever a function may do and did not."""
    known = list(used)
    return sorted(
        f"{function} may {grant.action} on {grant.resource}"
        for function, policy in policies.items()
        for grant in _without_need(policy, [one for one in known if function in functions(one)])
    )


def _without_need(policy: Policy, used: list[Recorded]) -> Iterator[Grant]:
    yield from (grant for grant in policy.unused(one.right for one in used) if grant.action not in BY_AWS)


def functions(one: Recorded) -> list[Function]:
    """Whose right it is: the lanes are two functions from one code, and what the one needs the other needs too."""
    return [name for name, handler in HANDLERS.items() if handler == HANDLERS[Function(one.function)]]
