"""The pages say what the code does: routes, fields, error codes, settings, providers; and their links are good."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from pydantic import BaseModel

from functions.manage.handler import PARTS
from heliograph.api.attaching import UploadBody
from heliograph.api.batches import BatchBody
from heliograph.api.contacts import ContactBatchBody, PushTokenBody
from heliograph.api.integrations import IntegrationChange
from heliograph.api.recipients import contact_fields
from heliograph.api.shapes import EventBody, IntegrationBody, NewEventBody, OrderBody, SendBody
from heliograph.api.suppressions import SuppressionBody
from heliograph.api.templating import LayoutBody, PreviewBody
from heliograph.api.versions import RollbackBody
from heliograph.api.waiting import CancelEventBody, RescheduleBody
from heliograph.domain.contact import PROFILE
from heliograph.domain.identity import notification_id
from heliograph.domain.model import JSON
from heliograph.domain.project import Mode
from heliograph.names import ENV_PREFIX, SEND_ROUTES
from heliograph.providers import REGISTRY, load
from heliograph.settings import Settings

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
API = "".join((DOCS / f"{page}.md").read_text() for page in ("api", "people", "versions", "attachments", "pausing"))
PAGES = [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *(ROOT / ".github").rglob("*.md")]

SHAPES: dict[str, type[BaseModel]] = {
    "POST /v1/attachments": UploadBody,
    "POST /v1/send": BatchBody,
    "POST /v1/send/{event}": SendBody,
    "POST /v1/send/{event}/{channel}": SendBody,
    "POST /v1/events": NewEventBody,
    "PUT /v1/events/{name}": EventBody,
    "POST /v1/events/{name}/preview": PreviewBody,
    "PUT /v1/layouts/{name}": LayoutBody,
    "POST /v1/integrations": IntegrationBody,
    "PUT /v1/integrations/order": OrderBody,
    "PATCH /v1/integrations/{integration}": IntegrationChange,
    "POST /v1/notifications/{notification}/reschedule": RescheduleBody,
    "POST /v1/cancel/{event}": CancelEventBody,
    "POST /v1/contacts/batch": ContactBatchBody,
    "POST /v1/contacts/{identifier}/push-tokens": PushTokenBody,
    "POST /v1/suppressions": SuppressionBody,
    "POST /v1/events/{name}/rollback": RollbackBody,
}
"""What the first example below each of these headings must be."""


def sections(text: str) -> dict[str, str]:
    """Heading -> what stands below it, up to the next heading."""
    found = re.split(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {heading.strip("`"): below for heading, below in zip(found[1::2], found[2::2], strict=True)}


def examples(text: str) -> list[JSON]:
    """The JSON blocks of a text."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.+?)^```$", text, flags=re.MULTILINE | re.DOTALL)]


def routes(part: ModuleType) -> Iterator[str]:
    """A router's routes as the pages write them."""
    for path, methods, *_ in part.router._routes:
        for method in methods:
            yield f"{method} {path.replace('<', '{').replace('>', '}')}"


def anchors(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, str]]:
    """(path, anchor) of every link to something in the repository."""
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" not in target and not target.startswith("mailto:"):
            path, _, anchor = target.partition("#")
            yield path, anchor


def rows(text: str) -> list[list[str]]:
    """The cells of every line of a table, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_api_page_has_a_section_for_every_route_and_for_nothing_else() -> None:
    written = {heading for heading in sections(API) if " /v1/" in heading}

    served = {route for part in PARTS for route in routes(part)} | set(SEND_ROUTES)

    assert written == served


@pytest.mark.parametrize("route", sorted(SHAPES))
def test_the_first_example_of_a_request_is_one_that_is_taken(route: str) -> None:
    example = examples(sections(API)[route])[0]

    taken = SHAPES[route].model_validate(example)

    assert taken.model_fields_set == example.keys()


@pytest.mark.parametrize(
    "shape", [SendBody, NewEventBody, IntegrationBody, SuppressionBody], ids=lambda shape: shape.__name__
)
def test_every_field_of_a_request_is_told(shape: type[BaseModel]) -> None:
    route = next(route for route, known in SHAPES.items() if known is shape)

    told = {cells[0].strip("`") for cells in rows(sections(API)[route])}

    assert told == shape.model_fields.keys()


def test_the_example_of_a_contact_is_one_that_is_taken_and_every_field_is_told() -> None:
    example = examples(sections(API)["POST /v1/contacts"])[0]

    assert contact_fields(example, "")["meta"] == {"plan": "team"}
    assert all(f"`{name}`" in sections(API)["People"] for name in ("id", *PROFILE, "meta"))


def test_every_example_of_the_api_page_is_json() -> None:
    assert len(examples(API)) == API.count("```json")


def test_every_error_code_is_told_and_no_other() -> None:
    ours = [path.read_text() for path in (ROOT / "heliograph").rglob("*.py") if "providers" not in path.parts]
    given = re.compile(r'\bcode(?:: str)? ?= ?"([A-Z_]+)"|str\(exc\), "([A-Z]+)"|INTERNAL, "([A-Z]+)"')

    told = re.findall(r"^\| \d{3} \| (.+) \|$", sections(API)["Problems"], flags=re.MULTILINE)

    codes = {code for text in ours for groups in given.findall(text) for code in groups if code}
    assert {code for cell in told for code in re.findall(r"`([A-Z_]+)`", cell)} == codes


def test_every_setting_stands_in_the_table_with_its_default() -> None:
    table = {cells[0].strip("`"): cells[1].strip('`"') for cells in rows((DOCS / "settings.md").read_text())}

    fields = Settings.model_fields.items()

    assert table == {
        f"{ENV_PREFIX}{name.upper()}": "" if field.is_required() else str(field.default) for name, field in fields
    }


def test_every_provider_is_listed_with_its_channels_and_a_page() -> None:
    table = {cells[0].strip("`"): cells[1:] for cells in rows(sections((DOCS / "README.md").read_text())["Providers"])}

    assert table.keys() == REGISTRY.keys()
    for name, (channels, page) in table.items():
        assert re.search(r"\(.+\.md\)", page)
        assert channels.startswith("all") or set(channels.split(", ")) == load(name).channels


def test_every_page_and_every_decision_is_in_the_index() -> None:
    index = DOCS / "README.md"

    named = {(DOCS / path).resolve() for path, _ in links(index)}

    assert named >= set(DOCS.rglob("*.md")) - {index}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page):
        target = (page.parent / path).resolve() if path else page

        assert target.exists(), f"{path} is not there"
        assert not anchor or anchor in anchors(target), f"{path} has no heading for #{anchor}"


def test_the_id_in_the_readme_is_the_one_that_its_request_gets() -> None:
    readme = (ROOT / "README.md").read_text()

    name = notification_id(project="demo", mode=Mode.LIVE, salt="demo", key="hello-1")

    assert set(re.findall(r"\b[a-z2-7]{26}\b", readme)) == {name}
