import pytest
from pydantic import JsonValue, ValidationError

from infra.cdk import ROOT
from infra.cdk.options import Options


def test_a_single_choice_wins_over_the_stages_own() -> None:
    context: dict[str, JsonValue] = {
        "stage": "prod",
        "stages": {"prod": {"memory": 1024, "log_days": 90}},
        "memory": "256",
    }

    options = Options.from_context(context)

    assert (options.memory, options.log_days) == (256, 90)


def test_without_a_stage_it_is_dev() -> None:
    assert Options.from_context({}).stage == "dev"


def test_only_dev_is_disposable() -> None:
    stages = ["dev", "prod", "prod-eu", "staging"]

    assert [Options(stage=stage).disposable for stage in stages] == [True, False, False, False]


def test_functions_for_snap_start_come_as_a_list_with_commas() -> None:
    assert Options.from_context({"snap_start": "send,manage"}).snap_start == ("send", "manage")


@pytest.mark.parametrize(
    "choice",
    [
        {"stage": "Prod"},
        {"stage": "dev/../prod"},
        {"memory": "64"},
        {"snap_start": "dispatch-normal"},
        {"api_domain": "api.example.com"},
        {"links_domain": "go.example.com"},
        {"edge_certificate": "arn:aws:acm:us-east-1:123456789012:certificate/edge"},
        {"stages": {"dev": {"memmory": 1024}}},
    ],
)
def test_what_is_no_choice_is_refused(choice: dict[str, JsonValue]) -> None:
    with pytest.raises(ValidationError):
        Options.from_context(choice)


def test_every_choice_is_documented() -> None:
    page = (ROOT / "docs" / "deploying.md").read_text()

    assert not [name for name in Options.model_fields if name != "stage" and f"`{name}`" not in page]
