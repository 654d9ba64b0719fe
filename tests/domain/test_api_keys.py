import random
import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.api_keys import PATTERN, digest, matches, mint, parse
from heliograph.domain.errors import Unauthorized
from heliograph.domain.project import Mode

ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
PEPPER = "a pepper for tests only"


def sample(seed: int = 1, mode: Mode = Mode.LIVE) -> str:
    return mint(mode, random.Random(seed).randbytes).text  # noqa: S311 - a repeatable key for tests


@given(st.sampled_from(Mode), st.randoms(use_true_random=False))
def test_a_minted_key_reads_back(mode: Mode, source: random.Random) -> None:
    key = mint(mode, source.randbytes)

    found = parse(key.text)

    assert (found.mode, found.id, found.text) == (mode, key.id, key.text)
    assert key.text.startswith(f"{mode}_")
    assert re.fullmatch(PATTERN, key.text)


def test_a_key_has_160_secret_bits_from_the_given_source() -> None:
    asked: list[int] = []

    def source(size: int) -> bytes:
        asked.append(size)
        return bytes(size)

    key = mint(Mode.TEST, source)

    assert max(asked) * 8 >= 160
    assert len(key.secret) * 5 >= 160


def test_every_single_mistyped_character_is_refused() -> None:
    text = sample()
    typos = [text[:i] + c + text[i + 1 :] for i in range(5, len(text)) for c in ALPHABET if c != text[i]]

    for typo in typos:
        with pytest.raises(Unauthorized):
            parse(typo)


def test_a_key_does_not_change_its_mode() -> None:
    with pytest.raises(Unauthorized):
        parse(sample().replace("live_", "test_"))


def test_random_keys_of_the_right_shape_are_refused_before_any_read() -> None:
    source = random.Random(7)  # noqa: S311 - a repeatable sequence for tests

    for _ in range(10_000):
        with pytest.raises(Unauthorized):
            parse(f"{source.choice(['live', 'test'])}_" + "".join(source.choices(ALPHABET, k=49)))


@pytest.mark.parametrize(
    "text",
    ["", "live_", "prod_" + "a" * 49, sample().upper(), sample() + "a", sample() + "\n", " " + sample(), "x" * 10**6],
)
def test_what_is_no_key_is_unauthorized_and_never_repeated(text: str) -> None:
    with pytest.raises(Unauthorized) as refused:
        parse(text)

    assert refused.value.http_status == 401
    assert len(refused.value.detail) < 200
    assert text[5:] == "" or text[5:] not in refused.value.detail


def test_a_key_is_not_printed() -> None:
    key = mint(Mode.LIVE, random.Random(3).randbytes)  # noqa: S311 - a repeatable key for tests

    assert key.secret not in f"{key!r} {parse(key.text)!r} {key}"


def test_a_digest_is_keyed_and_holds_nothing_of_the_key() -> None:
    text = sample()

    assert digest(text, PEPPER) != digest(text, PEPPER + "2")
    assert parse(text).id not in digest(text, PEPPER)
    assert len(digest(text, PEPPER)) == 64


def test_a_key_matches_its_own_digest_only() -> None:
    keys = [sample(seed) for seed, _ in zip(count(), range(5), strict=False)]
    stored = digest(keys[0], PEPPER)

    assert [matches(key, stored, PEPPER) for key in keys] == [True, False, False, False, False]
    assert not matches(keys[0], stored, "another pepper")


def test_an_unknown_key_matches_nothing() -> None:
    assert not matches(sample(), None, PEPPER)
    assert not matches(sample(), "", PEPPER)


def test_a_digest_without_a_pepper_is_not_made() -> None:
    with pytest.raises(ValueError, match="pepper"):
        digest(sample(), "")
