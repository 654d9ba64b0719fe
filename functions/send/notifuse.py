"""Notifuse's two routes."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

from heliograph.api.batch import Remaining
from heliograph.api.problem import answer
from heliograph.api.request import headers
from heliograph.bootstrap import wiring
from heliograph.bootstrap.guarding import guard
from heliograph.bootstrap.sending import SIDE_BY_SIDE, accept_many, outcomes, people, random_key
from heliograph.domain.errors import BadInput, HeliographError
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller
from heliograph.vendors import notifuse

WAIT: Final = 5_000
"""Milliseconds that a call waits for its providers' answers, as the vendor's did."""
MARGIN: Final = 3.0
"""Seconds that stay for the answer itself."""


def send(event: JSON, caller: Caller, *, left: Remaining) -> JSON:
    asked = notifuse.messages(event, caller, now=wiring().clock(), random_key=random_key)
    guard().rate(caller, len(asked))
    done = accept_many()([one.request for one in asked], caller, left)
    new = [one.id for one in done if not isinstance(one, Exception) and not one.replay]
    budget = 0 if _hurried(event) else min(WAIT, int((left() - MARGIN) * 1000))
    heads = outcomes()(caller.project.id, new, budget=budget) if new and budget > 0 else {}
    shown = [
        notifuse.result(one, how, None if isinstance(how, Exception) else heads.get(how.id))
        for one, how in zip(asked, done, strict=True)
    ]
    return answer(200, {"results": shown}, notifuse.ignored(asked))


def upsert(event: JSON, caller: Caller) -> JSON:
    with ThreadPoolExecutor(max_workers=SIDE_BY_SIDE) as pool:
        shown = list(pool.map(partial(_upserted, caller.project.id), notifuse.users(event)))
    return answer(200, {"results": shown})


def _upserted(project: str, user: tuple[str, JSON | BadInput]) -> JSON:
    name, who = user
    if isinstance(who, BadInput):
        return notifuse.upserted(name, who)
    try:
        people().fill(project, who)
    except HeliographError as exc:
        return notifuse.upserted(name, exc)
    return notifuse.upserted(name, None)


def _hurried(event: JSON) -> bool:
    """Whether the caller does not want to wait: `?wait=0` or the header `Heliograph-Wait: 0`."""
    asked = (event.get("queryStringParameters") or {}).get("wait", headers(event).get("heliograph-wait", ""))
    return str(asked).lower() in {"0", "false", "no"}
