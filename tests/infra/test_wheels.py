import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.session import Session

from infra.cdk.wheels import LOCK, SERVICES, layer_folder

UNCHECKED_HASH = 1
LIMIT = 250 * 1024 * 1024
"""What Lambda unpacks at most: layers and code together."""


@pytest.fixture(scope="module")
def packages() -> Path:
    return layer_folder() / "python"


def test_the_layer_holds_every_package_of_the_lock(packages: Path) -> None:
    locked = {line.split("==")[0] for line in LOCK.read_text().splitlines() if "==" in line and line[0] not in " #"}

    installed = {path.name.split("-")[0].replace("_", "-").lower() for path in packages.glob("*.dist-info")}

    assert {name.lower() for name in locked} == installed


def test_its_compiled_parts_are_for_arm(packages: Path) -> None:
    compiled = list(packages.rglob("*.so"))

    machines = {int.from_bytes(path.read_bytes()[18:20], "little") for path in compiled}

    assert compiled
    assert machines == {183}  # EM_AARCH64 in the ELF header


def test_its_bytecode_is_lambdas_and_survives_the_zip(packages: Path) -> None:
    bytecode = list(packages.rglob("*.pyc"))

    heads = {path.read_bytes()[:8] for path in bytecode}

    wanted = importlib.util.MAGIC_NUMBER + UNCHECKED_HASH.to_bytes(4, "little")
    assert len(bytecode) > 500
    assert heads == {wanted}


def test_every_service_that_we_call_is_left_of_botocore(packages: Path) -> None:
    session = Session()
    loader = Loader(extra_search_paths=[str(packages / "botocore" / "data")], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    session.set_credentials("test", "test")

    clients = {name: session.create_client(name, region_name="eu-west-1") for name in SERVICES}

    assert {client.meta.region_name for client in clients.values()} == {"eu-west-1"}
    assert "us-gov-west-1" in session.get_available_regions("sqs", partition_name="aws-us-gov")


def test_boto3_works_from_the_layer_alone(packages: Path) -> None:
    script = (
        f"import sys; sys.path[:0] = [{str(packages)!r}]; import boto3; "
        "clients = [boto3.client(name, region_name='eu-west-1', aws_access_key_id='x', aws_secret_access_key='x') "
        "for name in sys.argv[1:]]; boto3.resource('dynamodb', region_name='eu-west-1'); print(boto3.__file__)"
    )

    # Neither our own packages nor the environment can help: -I -S.
    command = [sys.executable, "-I", "-S", "-c", script, *sorted(SERVICES)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - ours

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(str(packages))


def test_what_nobody_calls_is_gone(packages: Path) -> None:
    assert not (packages / "botocore" / "data" / "ec2").exists()
    assert not list(packages.glob("bin"))


def test_it_is_far_below_lambdas_limit(packages: Path) -> None:
    size = sum(path.stat().st_size for path in packages.rglob("*") if path.is_file())

    assert size < LIMIT / 4
