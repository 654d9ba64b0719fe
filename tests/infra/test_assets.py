import json
from pathlib import Path

import pytest

from heliograph.names import Function
from infra.cdk import ROOT
from infra.cdk.assets import folder
from tests.infra.conftest import Template


def asset(template: Template, template_path: Path, name: Function) -> Path:
    functions = [found for found in template["Resources"].values() if found["Type"] == "AWS::Lambda::Function"]
    (found,) = [
        function
        for function in functions
        if function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"] == name
    ]
    path: str = found["Metadata"]["aws:asset:path"]
    return template_path.parent / path


@pytest.mark.parametrize("name", Function)
def test_a_function_ships_its_own_folder_and_the_shared_package_alone(
    name: Function, template: Template, template_path: Path
) -> None:
    shipped = asset(template, template_path, name)

    files = {path.relative_to(shipped) for path in shipped.rglob("*") if path.is_file()}

    tops = {"/".join(path.parts[: 2 if path.parts[0] == "functions" else 1]) for path in files}
    assert tops <= {"heliograph", f"functions/{folder(name)}"}
    assert Path("heliograph/names.py") in files
    assert {path.suffix for path in files} <= {".py", ".html", ".json", ".txt", ".typed"}
    assert not [path for path in files if any(part.startswith((".", "__pycache__")) for part in path.parts)]


def test_what_ships_is_what_lies_in_the_repository(template: Template, template_path: Path) -> None:
    shipped = asset(template, template_path, Function.SEND)

    names = shipped / "heliograph" / "names.py"

    assert names.read_bytes() == (ROOT / "heliograph" / "names.py").read_bytes()


def test_an_asset_without_its_layer_is_small(template: Template, template_path: Path) -> None:
    shipped = asset(template, template_path, Function.DISPATCH_NORMAL)

    size = sum(path.stat().st_size for path in shipped.rglob("*") if path.is_file())

    assert size < 2_000_000


def test_the_lanes_and_the_webhooks_share_their_uploads(template_path: Path) -> None:
    manifest = json.loads(next(template_path.parent.glob("*.assets.json")).read_text())

    folders = {folder(name) for name in Function}

    # One zip a folder, one for the layer, and the template itself.
    assert len(manifest["files"]) <= len(folders) + 2
