"""What changes a function's upload, asked of CDK itself."""

from pathlib import Path

import pytest

from heliograph.names import Function
from infra.cdk.node import node

FILES = (
    "functions/send/handler.py",
    "functions/manage/handler.py",
    "functions/webhooks/intake.py",
    "heliograph/names.py",
    "heliograph/providers/ses.py",
    "README.md",
    ".env",
)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in FILES:
        write(tmp_path / name, "first")
    return tmp_path


@pytest.fixture(autouse=True)
def _node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", str(node()))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def upload(repository: Path, name: Function) -> str:
    from aws_cdk import FileSystem, IgnoreMode  # noqa: PLC0415 - starts Node.js, with the variable of the fixture

    from infra.cdk.assets import excluded  # noqa: PLC0415 - the same

    return FileSystem.fingerprint(str(repository), exclude=excluded(name), ignore_mode=IgnoreMode.GIT)


def changed_by(repository: Path, path: str) -> set[Function]:
    names = (Function.SEND, Function.MANAGE, Function.INTAKE, Function.LINKS)
    before = {name: upload(repository, name) for name in names}
    write(repository / path, "second")
    return {name for name in names if upload(repository, name) != before[name]}


def test_an_edit_changes_the_uploads_that_hold_it_and_no_other(repository: Path) -> None:
    assert changed_by(repository, "functions/send/handler.py") == {Function.SEND}
    assert changed_by(repository, "functions/webhooks/intake.py") == {Function.INTAKE, Function.LINKS}
    assert len(changed_by(repository, "heliograph/providers/ses.py")) == 4


def test_unrelated_files_change_nothing(repository: Path) -> None:
    unrelated = (
        "README.md",
        ".env",
        "heliograph/.swp",
        "heliograph/__pycache__/names.cpython-313.pyc",
        "build/x",
        "tests/heliograph/x.py",
    )

    assert {path: changed_by(repository, path) for path in unrelated} == {path: set() for path in unrelated}
