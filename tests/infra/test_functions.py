import json
import re

import pytest

from heliograph.names import HANDLERS, Function
from heliograph.settings import Settings
from infra.cdk.permissions import ACCESS
from tests.infra.conftest import OfType, Properties, Template, properties_of

SECRET = re.compile(r"secret|password|pepper|token|api_?key|credential", re.IGNORECASE)
LOOPS = {Function.DISPATCH_CRITICAL, Function.DISPATCH_NORMAL, Function.APPLY, Function.SCHEDULER}


def by_service(functions: dict[str, Properties]) -> dict[str, Properties]:
    return {environment(found)["POWERTOOLS_SERVICE_NAME"]: found for found in functions.values()}


def environment(function: Properties) -> Properties:
    found: Properties = function["Environment"]["Variables"]
    return found


@pytest.fixture(scope="session")
def functions(of_type: OfType) -> dict[str, Properties]:
    return by_service(of_type("AWS::Lambda::Function"))


def test_every_named_function_is_deployed_and_no_other(functions: dict[str, Properties]) -> None:
    assert {name: found["Handler"] for name, found in functions.items()} == HANDLERS


@pytest.mark.parametrize("name", Function)
def test_a_function_is_arm_python_313_with_the_layer_and_json_logs(
    name: Function, functions: dict[str, Properties]
) -> None:
    function = functions[name]

    assert function["Architectures"] == ["arm64"]
    assert function["Runtime"] == "python3.13"
    assert len(function["Layers"]) == 1
    assert function["LoggingConfig"]["LogFormat"] == "JSON"
    assert function["MemorySize"] == 512


@pytest.mark.parametrize("name", Function)
def test_a_function_finds_its_settings_in_its_environment(name: Function, functions: dict[str, Properties]) -> None:
    variables = {key: json.dumps(value) for key, value in environment(functions[name]).items()}
    plain = {key: json.loads(value) for key, value in variables.items() if value.startswith('"')}

    settings = Settings.from_env(variables | plain)

    assert settings.stage == "dev"
    assert bool(settings.schedule_role_arn) is ACCESS[name].schedules
    # The scheduler function itself learns its ARN when it runs: as a variable that would be a cycle.
    assert bool(settings.scheduler_arn) is (ACCESS[name].schedules and name is not Function.SCHEDULER)


@pytest.mark.parametrize("name", Function)
def test_no_function_has_a_secret_in_its_environment_or_talks_to_the_sandbox(
    name: Function, functions: dict[str, Properties]
) -> None:
    variables = environment(functions[name])

    assert not [key for key in variables if SECRET.search(key)]
    assert "HELIOGRAPH_SANDBOX_URL" not in variables


@pytest.mark.parametrize("name", Function)
def test_only_functions_that_feed_their_own_queues_may_loop(name: Function, functions: dict[str, Properties]) -> None:
    assert functions[name].get("RecursiveLoop") == ("Allow" if name in LOOPS else None)


def test_workers_share_one_timeout_and_the_others_have_their_own(functions: dict[str, Properties]) -> None:
    timeouts = {name: found["Timeout"] for name, found in functions.items()}

    assert timeouts == {
        "send": 28,
        "manage": 10,
        "dispatch-critical": 30,
        "dispatch-normal": 30,
        "intake": 10,
        "apply": 30,
        "links": 10,
        "scheduler": 60,
    }


def test_every_function_has_a_log_group_that_forgets(template: Template, functions: dict[str, Properties]) -> None:
    groups = properties_of(template, "AWS::Logs::LogGroup")

    named = {function["LoggingConfig"]["LogGroup"]["Ref"] for function in functions.values()}

    assert len(named) == len(functions)
    assert {group["RetentionInDays"] for group in groups.values()} == {7}


def test_the_lanes_are_two_functions_from_one_asset(functions: dict[str, Properties]) -> None:
    assert functions["dispatch-critical"]["Code"] == functions["dispatch-normal"]["Code"]


def test_only_intake_and_links_are_open_to_the_world(of_type: OfType) -> None:
    urls = of_type("AWS::Lambda::Url").values()
    targets = {url["TargetFunctionArn"]["Fn::GetAtt"][0] for url in urls}
    names = {
        key: environment(found)["POWERTOOLS_SERVICE_NAME"] for key, found in of_type("AWS::Lambda::Function").items()
    }

    open_to_all = [grant for grant in of_type("AWS::Lambda::Permission").values() if grant["Principal"] == "*"]

    assert {names[target] for target in targets} == {"intake", "links"}
    assert {url["AuthType"] for url in urls} == {"NONE"}
    for target in targets:
        grants = [grant for grant in open_to_all if grant["FunctionName"]["Fn::GetAtt"][0] == target]
        limits = {
            grant["Action"]: grant.get("FunctionUrlAuthType") or grant["InvokedViaFunctionUrl"] for grant in grants
        }
        assert limits == {"lambda:InvokeFunctionUrl": "NONE", "lambda:InvokeFunction": True}
    assert len(open_to_all) == 2 * len(targets)


def test_the_intake_can_be_given_a_brake(prod: Template) -> None:
    functions = by_service(properties_of(prod, "AWS::Lambda::Function"))

    limits = {name: found.get("ReservedConcurrentExecutions") for name, found in functions.items()}

    assert limits == {name: 50 if name is Function.INTAKE else None for name in Function}
