import itertools
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner
from moto import mock_aws

from cli.init import create_secrets
from cli.main import main
from heliograph.names import SECRET_NAMES

ROOT = "/heliograph/dev/secrets"


@pytest.fixture
def ssm(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        yield boto3.client("ssm", region_name="eu-west-1")


def value(ssm: Any, name: str) -> str:
    found: str = ssm.get_parameter(Name=f"{ROOT}/{name}", WithDecryption=True)["Parameter"]["Value"]
    return found


def test_it_creates_every_named_secret_encrypted(ssm: Any) -> None:
    tokens = map(str, itertools.count())

    made = dict(create_secrets(ssm, "dev", lambda: next(tokens)))

    stored = ssm.get_parameters_by_path(Path=ROOT)["Parameters"]
    assert made == {f"{ROOT}/{name}": True for name in SECRET_NAMES}
    assert {found["Type"] for found in stored} == {"SecureString"}
    assert value(ssm, "pepper") == "0"
    assert json.loads(value(ssm, "tokens")) == {"1": "1"}


def test_it_never_overwrites(ssm: Any) -> None:
    ssm.put_parameter(Name=f"{ROOT}/pepper", Value="mine", Type="SecureString")

    made = dict(create_secrets(ssm, "dev", lambda: "new"))

    assert made == {f"{ROOT}/pepper": False, f"{ROOT}/tokens": True, f"{ROOT}/data": True}
    assert value(ssm, "pepper") == "mine"


def test_the_command_says_what_it_did_and_shows_no_secret(ssm: Any) -> None:
    first = CliRunner().invoke(main, ["init", "--stage", "dev"])
    second = CliRunner().invoke(main, ["init", "--stage", "dev"])

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.output.count("created") == len(SECRET_NAMES)
    assert second.output.count("kept") == len(SECRET_NAMES)
    assert value(ssm, "pepper") not in first.output + second.output
    assert len(value(ssm, "pepper")) == 43


def test_without_credentials_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    forget_aws(monkeypatch, tmp_path)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")

    result = CliRunner().invoke(main, ["init"])

    assert result.exit_code == 1
    assert "there are no AWS credentials: set AWS_PROFILE" in result.output


def test_without_a_region_it_says_what_to_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    forget_aws(monkeypatch, tmp_path)

    result = CliRunner().invoke(main, ["init"])

    assert result.exit_code == 1
    assert "there is no AWS region: set AWS_REGION" in result.output


def forget_aws(monkeypatch: pytest.MonkeyPatch, empty: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(empty / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(empty / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
