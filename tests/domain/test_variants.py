from collections import Counter

import pytest

from heliograph.domain.definition import Body
from heliograph.domain.model import Channel
from heliograph.domain.variants import Variant, choose

TWO = (Variant(name="a", weight=3, parts={"subject": "A"}), Variant(name="b", weight=1, parts={"subject": "B"}))


def test_a_notification_gets_the_same_variant_every_time() -> None:
    chosen = {choose(TWO, "abc").name for _ in range(100)}

    assert len(chosen) == 1


def test_over_many_notifications_the_weights_hold() -> None:
    counted = Counter(choose(TWO, f"n{number}").name for number in range(8_000))

    assert counted["a"] / 8_000 == pytest.approx(0.75, abs=0.02)


def test_a_variant_of_no_weight_is_never_chosen() -> None:
    variants = (Variant(name="off", weight=0), Variant(name="on", weight=1))

    assert {choose(variants, f"n{number}").name for number in range(100)} == {"on"}


def test_a_variants_parts_stand_before_the_templates_own() -> None:
    body = Body(
        channels=(Channel.EMAIL,),
        templates={"email": {"subject": "S", "text": "T"}, "email.sv": {"subject": "Hej", "text": "T"}},
        variants={"email": TWO},
    )

    english = body.chosen(Channel.EMAIL, "en-GB", "n1")
    swedish = body.chosen(Channel.EMAIL, "SV-fi", "n1")

    assert english is not None
    assert english.variant in {"a", "b"}
    assert english.parts == {"subject": english.variant.upper(), "text": "T"}
    assert swedish == ("email.sv", {"subject": "Hej", "text": "T"}, "")
