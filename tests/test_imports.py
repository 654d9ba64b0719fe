"""Imports run one way, and the contracts that say so cover everything."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
ROOTS = ("heliograph", "functions", "infra", "local", "cli")
ADAPTERS = {"bootstrap", "parameters", "queue", "schedules", "store"}
"""Parts of heliograph that may know AWS."""


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*ROOTS, include_external_packages=True, cache_dir=None)


def test_every_contract_is_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")

    done = subprocess.run(  # noqa: S603  # our own tool
        [lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout
    assert " 0 broken" in done.stdout


def test_boto3_is_known_to_adapters_alone(graph: grimp.ImportGraph) -> None:
    importers = graph.find_modules_that_directly_import("boto3")

    assert importers
    assert {name.split(".")[1] for name in importers if name.startswith("heliograph.")} <= ADAPTERS
    assert not [name for name in importers if name.startswith("functions")]


def test_the_environment_is_read_in_one_place(graph: grimp.ImportGraph) -> None:
    importers = graph.find_modules_that_directly_import("os")

    assert {name for name in importers if name.startswith(("heliograph", "functions"))} == {"heliograph.bootstrap"}


def test_of_botocore_all_others_know_its_exceptions_alone() -> None:
    told: dict[str, set[str]] = {}
    for path in (ROOT / "heliograph").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            found = {name for name in names if name.split(".")[0] == "botocore"}
            told.setdefault(path.relative_to(ROOT / "heliograph").parts[0].removesuffix(".py"), set()).update(found)

    assert {
        part: names for part, names in told.items() if names - {"botocore.exceptions"} and part != "bootstrap"
    } == {}


def test_the_infrastructure_s_contract_names_every_part(graph: grimp.ImportGraph) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one["name"].startswith("The infrastructure")]

    parts = graph.find_children("heliograph") - {"heliograph.names", "heliograph.settings"}

    assert {name for name in contract["forbidden_modules"] if name.startswith("heliograph.")} == parts


def test_importing_the_registry_imports_no_provider() -> None:
    code = (
        "import sys, heliograph.providers as them;"
        "print(sorted(name for name in sys.modules if name.startswith(them.__name__ + '.')))"
    )

    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "[]"
