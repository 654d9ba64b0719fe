"""Reaching over: a request of one project about what is another's, and what must hold of its answer."""

from collections.abc import Mapping
from typing import Any

from tests.functions.contents import belongs, beside, items, restore
from tests.functions.foreign import Request, strangers
from tests.functions.http import Answer
from tests.functions.tenants import Tenants, leaked


def settle(made: Tenants) -> None:
    """Finds acme's items as they were, and puts back what other has done to its own."""
    after = items()
    if after == made.base:
        return
    restore(made.stage, made.base)
    assert beside(after, "other") == beside(made.base, "other")
    assert [one for key, one in after.items() if belongs(key[0], "other") and reaches_over(one)] == []


def reaches_over(item: Any) -> bool:
    """Whether an item of other's stands in a list of acme's."""
    lists = [item[name]["S"] for name in ("g1", "g2", "g3") if name in item]
    sorts = [item["g3s"]["S"]] if any(one.startswith(("W#", "H#")) for one in lists) else []
    return any(one.removeprefix("H#").startswith("acme") for one in lists) or any("#acme#" in one for one in sorts)


def attack(made: Tenants, known: frozenset[str], request: Request, key: str = "") -> Answer:
    """The answer to a request of another project, with nothing of acme's in it."""
    method = request.operation.method.upper()
    told = made.ask(method, request.target, request.body, key=key or made.other, **request.headers)
    assert told.status < 500, (request, told)
    assert leaked(told, known, request.text) == [], (request, told)
    return told


def mirrored(made: Tenants, known: frozenset[str], request: Request) -> Answer:
    """The same, which is as if nobody had what the request names."""
    names = strangers(made)
    told = attack(made, known, request)
    settle(made)
    nobodys = attack(made, known, request.with_(names))
    settle(made)
    assert (told.status, _plain(told, names)) == (nobodys.status, _plain(nobodys, names)), request
    return told


def _plain(told: Answer, names: Mapping[str, str]) -> Any:
    """A refusal's words, or the form of what was answered: names, times and numbers differ."""
    if told.status < 400:
        return _form(told.json())
    text = told.text.replace("canary", "nobody")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text


def _form(value: Any) -> Any:
    match value:
        case dict():
            return {name: _form(one) for name, one in value.items()}
        case list():
            return [_form(one) for one in value]
        case _:
            return type(value).__name__
