"""IAM's judgement, as far as our policies go: actions, resources and conditions of one role's statements.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.support.aws_rights import Right

type Statement = Mapping[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action on one pattern of resources. `inverted`: on everything else."""

    action: str
    resource: str
    inverted: bool = False

    def covers(self, right: Right) -> bool:
        """Whether it speaks of this."""
        return matches(self.action.lower(), right.action.lower()) and (
            matches(self.resource, right.resource) is not self.inverted
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """All statements of a role."""

    statements: Sequence[Statement]

    def allows(self, right: Right) -> bool:
        """A statement allows it, and none denies it."""
        speaking = [one for one in self.statements if _speaks(one, right)]
        return bool(speaking) and all(one["Effect"] == "Allow" for one in speaking)

    def unused(self, rights: Iterable[Right]) -> list[Grant]:
        """What is allowed and not needed for any of these, each action on each pattern for itself."""
        known = list(rights)
        return sorted(
            grant
            for statement in self.statements
            if statement["Effect"] == "Allow"
            for grant in grants(statement)
            if not any(grant.covers(right) and _holds(statement, right) for right in known)
        )


def grants(statement: Statement) -> Iterator[Grant]:
    """Every action of a statement on every pattern."""
    inverted = "NotResource" in statement
    for action in as_list(statement["Action"]):
        for resource in as_list(statement["NotResource" if inverted else "Resource"]):
            yield Grant(action, resource, inverted)


def matches(pattern: str, text: str) -> bool:
    """As IAM compares: `*` is any text, `?` one character."""
    parts = (".*" if one == "*" else "." if one == "?" else re.escape(one) for one in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def as_list(value: Any) -> list[Any]:
    """IAM takes one or a list."""
    return value if isinstance(value, list) else [value]


def _speaks(statement: Statement, right: Right) -> bool:
    found = list(grants(statement))
    # What is inverted is left out by any of its patterns.
    covered = (all if "NotResource" in statement else any)(
        any(one.covers(right) for one in found if one.resource == resource)
        for resource in {one.resource for one in found}
    )
    return covered and _holds(statement, right)


def _holds(statement: Statement, right: Right) -> bool:
    return all(
        OPERATORS[operator](KEYS[key](right), as_list(wanted))
        for operator, conditions in statement.get("Condition", {}).items()
        for key, wanted in conditions.items()
    )


def _equals(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(one in wanted for one in found)


def _like(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(matches(pattern, one) for one in found for pattern in wanted)


def _all_like(found: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(matches(pattern, one) for pattern in wanted) for one in found)


OPERATORS: Final[Mapping[str, Callable[[Sequence[str], Sequence[str]], bool]]] = {
    "ForAllValues:StringLike": _all_like,
    "StringEquals": _equals,
    "StringLike": _like,
}
"""One that is not here fails, so that no condition is passed over."""
KEYS: Final[Mapping[str, Callable[[Right], Sequence[str]]]] = {
    "dynamodb:LeadingKeys": lambda right: right.keys,
    "iam:PassedToService": lambda right: [right.passed_to],
}
"""The same."""
