"""Whatever is put on a queue says whose it is: SQS's fair queues go by it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHIPPED = ("heliograph", "functions", "cli")
PUTS = ("send_message", "send_message_batch")


def putting() -> Iterator[tuple[str, str]]:
    """(file, function) of all that puts something on a queue of AWS."""
    for path in (path for part in SHIPPED for path in (ROOT / part).rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_puts, ast.walk(function))):
                yield path.relative_to(ROOT).as_posix(), ast.unparse(function)


def _puts(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PUTS


def test_two_places_put_on_queues_and_both_name_the_group() -> None:
    found = dict(putting())

    assert set(found) == {"heliograph/queue.py", "cli/dead_letters.py"}
    assert [path for path, source in found.items() if "MessageGroupId" not in source] == []
