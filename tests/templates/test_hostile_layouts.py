import time
import tracemalloc
from typing import Final

import pytest

from heliograph.domain.errors import BadTemplate
from heliograph.domain.layout import Layout, LayoutKind
from heliograph.templates import check, engine

SECONDS: Final = 0.2
SLOW_MACHINE: Final = 5
MEGABYTES: Final = 64
LAYOUT, PARTIAL = LayoutKind.LAYOUT, LayoutKind.PARTIAL

TEN: Final = 10
BOMBS: Final[dict[str, tuple[str, dict[str, tuple[LayoutKind, str]]]]] = {
    "includes that double": (
        "{% include 'p0' %}",
        {f"p{n}": (PARTIAL, f"{{% include 'p{n + 1}' %}}" * 2) for n in range(9)} | {"p9": (PARTIAL, "x" * 1_000)},
    ),
    "includes that multiply by much": (
        "{% include 'p0' %}",
        {f"p{n}": (PARTIAL, f"{{% include 'p{n + 1}' %}}" * 5_000) for n in range(9)} | {"p9": (PARTIAL, "")},
    ),
    "includes of nothing": ("{% include 'p' %}" * 5_000, {"p": (PARTIAL, "")}),
    "includes of much": ("{% include 'p' %}" * 100, {"p": (PARTIAL, "<b>" * 33_000)}),
    "a layout that extends itself": ("{% extends 'a' %}", {"a": (LAYOUT, "{% extends 'a' %}")}),
    "a long chain": ("{% extends 'a0' %}", {f"a{n}": (LAYOUT, f"{{% extends 'a{n + 1}' %}}") for n in range(50)}),
    "a chain of large layouts": (
        "{% extends 'a0' %}",
        {f"a{n}": (LAYOUT, f"{{% extends 'a{n + 1}' %}}" + "{# #}" * 3_500) for n in range(9)} | {"a9": (LAYOUT, "")},
    ),
    "blocks that hold each other": (
        "{% extends 'a' %}{% block x %}{% block y %}{% endblock %}{% endblock %}",
        {"a": (LAYOUT, "{% extends 'b' %}{% block y %}{% block x %}{% endblock %}{% endblock %}"),
         "b": (LAYOUT, "{% block x %}{% endblock %}{% block y %}{% endblock %}")},
    ),
    "blocks that hold much": (
        "{% extends 'a' %}" + "".join(f"{{% block b{n} %}}{'x' * 90}{{% endblock %}}" for n in range(700)),
        {"a": (LAYOUT, "".join(f"{{% block b{n} %}}{{% endblock %}}" for n in range(700)))},
    ),
    "deep blocks": ("".join(f"{{% block b{n} %}}" for n in range(3_000)), {}),
    "loops from partials": (
        "{% include 'for' %}" * 3,
        {"for": (PARTIAL, "{% for a in payload.list %}{% for b in payload.list %}x{% endfor %}{% endfor %}")},
    ),
    "half a loop from a partial": ("{% include 'for' %}" * 3, {"for": (PARTIAL, "{% for a in payload.list %}")}),
    "a script from a partial": ("{% include 'p' %}{{ x }}</script>", {"p": (PARTIAL, "<script>")}),
    "a quote from a partial": ("<a title='{% include 'p' %}{{ x }}>", {"p": (PARTIAL, "' onclick=")}),
}  # fmt: skip

OUT = ("a script from a partial", "a quote from a partial", "half a loop from a partial")


def attempt(name: str) -> str:
    source, shared = BOMBS[name]

    def find(wanted: str) -> Layout | None:
        return Layout(name=wanted, kind=shared[wanted][0], source=shared[wanted][1]) if wanted in shared else None

    try:
        return check("templates.email.html", source, find)
    except BadTemplate as refused:
        return refused.detail


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_layouts_end_soon_and_small(name: str) -> None:
    check("text", "warm")
    engine.compiled.cache_clear()
    begun = time.process_time()

    attempt(name)

    assert time.process_time() - begun < SECONDS * SLOW_MACHINE
    engine.compiled.cache_clear()
    tracemalloc.start()
    sentence = attempt(name)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < MEGABYTES * 2**20
    assert len(sentence) <= 100_000


@pytest.mark.parametrize("name", OUT)
def test_the_whole_passes_the_allow_list_and_not_its_pieces(name: str) -> None:
    assert attempt(name).startswith("templates.email.html")
