import time
import tracemalloc
from contextlib import suppress
from itertools import chain

import pytest

from heliograph.domain.errors import BadInput, TemplateError
from heliograph.templates import check, engine, render
from tests.templates.hostile import BOMBS, CONTEXT, ESCAPES

ALL = {**ESCAPES, **BOMBS}
SECONDS = 0.2
SLOW_MACHINE = 5
"""How many times slower than one quiet core of 2.5 GHz the tests may run."""
MEGABYTES = 64

SECRETS = ("__", "built-in", "<class", "function", "jinja2", "object at 0x", "LoopContext", "Undefined", "meter")


def attempt(part: str, source: str) -> str:
    """What comes of it: the result, or nothing when it was refused; anything else would escape here."""
    with suppress(BadInput):
        check(part, source)
    with suppress(TemplateError):
        return render({part: source}, CONTEXT)[part]
    return ""


def test_there_are_enough_hostile_templates() -> None:
    assert len(ESCAPES) >= 40
    assert len(BOMBS) >= 80


@pytest.mark.parametrize("part", ["html", "text"])
@pytest.mark.parametrize("name", ALL)
def test_a_hostile_template_ends_soon(name: str, part: str) -> None:
    render({part: "warm"}, {})
    engine.compiled.cache_clear()
    begun = time.process_time()

    attempt(part, ALL[name])

    assert time.process_time() - begun < SECONDS * SLOW_MACHINE


@pytest.mark.parametrize("part", ["html", "text"])
@pytest.mark.parametrize("name", ALL)
def test_a_hostile_template_stays_small(name: str, part: str) -> None:
    engine.compiled.cache_clear()
    tracemalloc.start()

    attempt(part, ALL[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < MEGABYTES * 2**20


@pytest.mark.parametrize("part", ["html", "text"])
@pytest.mark.parametrize("name", ESCAPES)
def test_nothing_of_the_machine_comes_out(name: str, part: str) -> None:
    result = attempt(part, ESCAPES[name])

    assert not [secret for secret in SECRETS if secret in result]


@pytest.mark.parametrize("name", ALL)
def test_a_refusal_is_one_short_sentence_on_the_part(name: str) -> None:
    sentence = outcome(ALL[name])

    assert len(sentence) < 500
    assert sentence.startswith("text") or "text" not in sentence


def test_the_slowest_templates_leave_the_meter_the_same_on_every_run() -> None:
    ends = [[outcome(source) for source in BOMBS.values()] for _ in range(2)]

    assert ends[0] == ends[1]
    assert any("work" in message for message in chain.from_iterable(ends))


def outcome(source: str) -> str:
    try:
        return render({"text": source}, CONTEXT)["text"][:50]
    except TemplateError as ended:
        return str(ended)
