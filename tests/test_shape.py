"""The shape of the code: small files, standard names, nothing that happens at import."""

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from heliograph import providers
from heliograph.names import HANDLERS

ROOT = Path(__file__).parents[1]
SHIPPED = ("heliograph", "functions")
ALL = (*SHIPPED, "local", "infra", "cli")
MODULES = sorted(path for top in ALL for path in (ROOT / top).rglob("*.py"))
ELSEWHERE = {"infra.sam.read"}
"""Runs in the SAM CLI's own environment."""
HANDLER_LINES = 60
MODULE_LINES = 250
FUNCTION_LINES = 40
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|manager|misc|stuff)($|_)")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).with_suffix("").as_posix().removesuffix("/__init__").replace("/", ".")


def code_lines(text: str) -> int:
    """Lines with code: neither blank, nor comment, nor docstring."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    tokens = [token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type not in skipped]
    lines = {line for token in tokens for line in range(token.start[0], token.end[0] + 1)}
    return len(lines - set(docstring_lines(ast.parse(text))))


def docstring_lines(tree: ast.AST) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def test_every_handler_exists_and_is_a_thin_edge() -> None:
    for place in HANDLERS.values():
        path = ROOT / Path(*place.split(".")[:-1]).with_suffix(".py")

        text = path.read_text()

        assert re.search(r"^def handler\(", text, re.MULTILINE), place
        if path.name == "handler.py":
            assert code_lines(text) <= HANDLER_LINES, place


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_is_small_enough_to_be_read(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= MODULE_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= FUNCTION_LINES, node.name


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_name_says_what_it_is(path: Path) -> None:
    defined = [node.name for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]

    words = [path.stem, path.parent.name, *(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in defined)]

    assert [word for word in words if VAGUE.search(word)] == []


@pytest.mark.parametrize("path", [path for path in MODULES if path.stat().st_size], ids=name_of)
def test_a_module_says_what_it_holds(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_the_registry_and_the_folder_agree() -> None:
    files = {path.stem for path in (ROOT / "heliograph" / "providers").glob("*.py")} - {"__init__"}

    assert {place.partition(":")[0] for place in providers.REGISTRY.values()} == files
    assert {name: providers.load(name).name for name in providers.REGISTRY} == {
        name: name for name in providers.REGISTRY
    }


def test_everything_imports_in_an_empty_environment() -> None:
    """No variable is read, no client is built, no region is needed before the first call."""
    names = [name_of(path) for path in MODULES if path.name != "__main__.py" and name_of(path) not in ELSEWHERE]
    code = f"import importlib, sys; [importlib.import_module(name) for name in {names!r}]; print(len(sys.modules))"

    done = subprocess.run(  # noqa: S603  # our own interpreter
        ["/usr/bin/env", "-i", sys.executable, "-W", "error::ResourceWarning", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]


def test_nothing_starts_a_client_or_a_thread_at_import() -> None:
    """What ships, one process: importing everything opens no socket and starts no thread."""
    names = [name_of(path) for path in MODULES if path.relative_to(ROOT).parts[0] in SHIPPED]
    code = (
        "import importlib, socket, threading\n"
        "def refuse(*_, **__): raise SystemExit('a connection at import')\n"
        "socket.socket.connect = refuse\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "assert threading.active_count() == 1\n"
        "import botocore.client\n"
        "import gc\n"
        "print(sum(isinstance(one, botocore.client.BaseClient) for one in gc.get_objects()))\n"
    )

    done = subprocess.run(  # noqa: S603  # our own interpreter
        ["/usr/bin/env", "-i", sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr[-3000:]
