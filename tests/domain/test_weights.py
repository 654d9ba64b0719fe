"""Weights between integrations: by share over many messages, the same for one."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.model import Channel
from heliograph.domain.project import Integration
from heliograph.domain.weights import weighted

MANY = 3_000


def integration(name: str) -> Integration:
    return Integration(id=name, provider=name, channels=frozenset({Channel.EMAIL}), sender="hi@example.com")


CHOICES = tuple(map(integration, ("a", "b", "c")))
shares = st.dictionaries(st.sampled_from("abcx"), st.integers(0, 100), max_size=4)


@given(weights=st.fixed_dictionaries({name: st.integers(0, 100) for name in "abc"}), seed=st.text(max_size=8))
def test_over_many_messages_each_integration_gets_its_share(weights: dict[str, int], seed: str) -> None:
    total = sum(weights.values())
    found = Counter(weighted(CHOICES, weights, f"{seed}{number}")[0].id for number in range(MANY))

    expected = {name: weights[name] / total if total else float(name == "a") for name in "abc"}
    assert all(abs(found[name] / MANY - share) < 0.06 for name, share in expected.items())
    assert all(not found[name] for name, share in expected.items() if not share)


@given(weights=shares, message=st.text(max_size=30))
def test_one_message_always_draws_the_same_and_fails_over_in_order(weights: dict[str, int], message: str) -> None:
    first, again = weighted(CHOICES, weights, message), weighted(CHOICES, weights, message)

    assert first == again
    assert sorted(one.id for one in first) == ["a", "b", "c"]
    assert [one.id for one in first[1:]] == sorted(one.id for one in first[1:])


@given(message=st.text(max_size=30))
def test_who_may_not_be_used_is_not_drawn(message: str) -> None:
    left = CHOICES[1:]

    assert weighted(left, {"a": 100, "c": 1}, message)[0].id == "c"
    assert weighted(left, {"a": 100}, message) == left
