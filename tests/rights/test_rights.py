"""Every right that is granted is needed, and every one that is needed is granted."""

from tests.functions.granted import granted
from tests.support.aws_calls import Recorded
from tests.support.judgement import missing, unused


def test_nothing_is_granted_that_no_function_needs(used: set[Recorded]) -> None:
    assert unused(used, granted()) == []


def test_everything_that_a_function_needs_is_granted(used: set[Recorded]) -> None:
    assert missing(used, granted()) == []
