"""A stored event read once more says what it said when it came: for every case of every provider that can."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from heliograph.domain.model import ProviderEvent
from heliograph.domain.provider import Rereads
from heliograph.providers import REGISTRY, load
from tests.providers.contract import Case, cases, request

ROOT: Final = Path(__file__).parents[2]
STORED: Final = [param for param in cases("events") if isinstance(load(param.values[0].provider), Rereads)]


def meaning(event: ProviderEvent) -> tuple[Any, ...]:
    return event.kind, event.bounce, event.reason, event.occurred_at


def test_a_provider_that_reports_nothing_has_nothing_to_read_again() -> None:
    silent = {name for name in REGISTRY if not load(name).capabilities.reports}

    assert not {name for name in silent if isinstance(load(name), Rereads)}


@pytest.mark.parametrize("case", STORED)
def test_a_stored_event_means_what_it_meant(case: Case) -> None:
    provider = load(case.provider)
    assert isinstance(provider, Rereads)

    for event in provider.receive(request(case), case.credentials).events:
        again = provider.reread(event.raw)

        assert isinstance(again, ProviderEvent)
        assert meaning(again) == meaning(event)
        assert again.machine == event.machine
        assert again.code in {event.code, ""}
        assert again.text in {event.text, ""}
        assert replace(again, raw={}).recipient != event.recipient or not event.recipient


@pytest.mark.parametrize("case", STORED)
def test_what_is_read_again_is_kept_as_it_was(case: Case) -> None:
    provider = load(case.provider)
    assert isinstance(provider, Rereads)

    for event in provider.receive(request(case), case.credentials).events:
        assert provider.reread(dict(event.raw)) == provider.reread(event.raw)


def test_no_request_gets_to_what_reads_stored_events() -> None:
    calling = {
        str(path.relative_to(ROOT))
        for folder in ("functions", "heliograph", "cli")
        for path in (ROOT / folder).rglob("*.py")
        if ".reread(" in path.read_text()
    }

    assert calling == {"heliograph/usecases/replay.py"}
