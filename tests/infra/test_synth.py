import json
from pathlib import Path

from infra.cdk.synth import synthesise


def test_the_same_inputs_are_synthesised_once(template_path: Path) -> None:
    first = synthesise(stage="dev", fresh_code=False)
    written = first.stat().st_mtime_ns

    second = synthesise(stage="dev", fresh_code=False)

    assert first.name == template_path.name
    assert second == first
    assert second.stat().st_mtime_ns == written


def test_other_choices_make_another_template(template_path: Path, prod_path: Path) -> None:
    assert template_path.parent != prod_path.parent


def test_the_whole_assembly_is_copied_where_it_is_wanted(template_path: Path, tmp_path: Path) -> None:
    copied = synthesise(tmp_path / "out", "dev", fresh_code=False)

    files = json.loads((tmp_path / "out" / "heliograph-dev.assets.json").read_text())["files"].values()

    assert copied == tmp_path / "out" / template_path.name
    assert all((tmp_path / "out" / found["source"]["path"]).exists() for found in files)


def test_the_copy_replaces_what_was_there(tmp_path: Path) -> None:
    stale = tmp_path / "out" / "asset.old"
    stale.mkdir(parents=True)

    synthesise(tmp_path / "out", "dev", fresh_code=False)

    assert not stale.exists()
