"""A provider is one file, one registry line and its cases; loading one loads no other."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

import heliograph.providers
from heliograph.domain.model import Channel, EventKind
from heliograph.providers import REGISTRY, load
from tests.providers.contract import CASES, WITHOUT_NETWORK

FOLDER = Path(heliograph.providers.__file__).parent
DOCS = FOLDER.parents[1] / "docs" / "providers"


def modules() -> set[str]:
    return {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}


def loaded_after(statement: str) -> set[str]:
    """The provider modules that a fresh interpreter has loaded after *statement*."""
    program = (
        f"import sys\n{statement}\nprint(*(name for name in sys.modules if name.startswith('heliograph.providers.')))"
    )
    done = subprocess.run(  # noqa: S603 # our own interpreter and our own text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return {name.rpartition(".")[2] for name in done.stdout.split()}


def test_every_provider_has_cases_and_every_folder_of_cases_a_provider() -> None:
    folders = {path.name for path in CASES.iterdir()}

    assert folders == REGISTRY.keys() - WITHOUT_NETWORK


def test_every_module_is_registered_under_its_own_name() -> None:
    registered = {name: entry.partition(":")[0] for name, entry in REGISTRY.items()}

    assert registered == {name: name for name in modules()}


def test_every_provider_has_a_page_for_people() -> None:
    pages = {path.stem for path in DOCS.glob("*.md")}

    assert pages >= REGISTRY.keys() - WITHOUT_NETWORK


def test_importing_the_registry_imports_no_provider() -> None:
    assert loaded_after("import heliograph.providers") == set()


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_loading_a_provider_loads_no_other(name: str) -> None:
    assert loaded_after(f"from heliograph.providers import load; load({name!r})") == {name}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_provider_says_what_it_is(name: str) -> None:
    provider: Any = load(name)

    assert provider.name == name
    assert provider.channels
    assert all(isinstance(channel, Channel) for channel in provider.channels)
    assert all(isinstance(kind, EventKind) for kind in provider.capabilities.reports)
    assert not provider.capabilities.reports or provider.capabilities.events
    assert provider.capabilities.api.startswith("https://") or name in WITHOUT_NETWORK


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_what_sounds_secret_is_kept_as_a_secret(name: str) -> None:
    fields = load(name).Credentials.model_fields

    for field, info in fields.items():
        if field.endswith(("api_key", "token", "secret", "password")):
            assert SecretStr in {info.annotation, *getattr(info.annotation, "__args__", ())}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_unknown_credentials_are_refused_by_name(name: str) -> None:
    with pytest.raises(ValueError, match="nonsense"):
        load(name).Credentials.model_validate({"nonsense": "x"})
