"""`event.yaml`: JSON's values in YAML's form, so that nothing is guessed (`no` is a text, and `10:30` too)."""

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml  # type: ignore[import-untyped]  # PyYAML carries no types

from cli.templates.faults import Fault, Faulty
from heliograph.domain.model import JSON

WIDTH: Final = 110
_LINE_ENDS: Final = re.compile("[\n\r\x85\u2028\u2029\ufeff]")
_TAG: Final = "tag:yaml.org,2002:"
_CORE: Final = (
    ("null", re.compile(r"null|Null|NULL|~|"), ["n", "N", "~", ""]),
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), list("tTfF")),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]*)"), list("-0123456789")),
    ("float", re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:e[-+][0-9]+)?"), list("-0123456789")),
)


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # the same
    """YAML 1.2's core schema without tags, aliases, or a key that stands there twice."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012  # filled below, once
    yaml_constructors = {  # as PyYAML wants it
        f"{_TAG}{name}": yaml.SafeLoader.yaml_constructors[f"{_TAG}{name}"]
        for name in ("null", "bool", "int", "float", "str", "seq", "map")
    } | {None: yaml.SafeLoader.construct_undefined}

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise _error("aliases are not taken here: write the value again", self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  # PyYAML's
        seen = set()
        for key, _ in node.value:
            if key.tag != f"{_TAG}str":
                raise _error("a key must be a text: put it in quotes", key.start_mark)
            if key.value in seen:
                raise _error(f"{key.value!r} stands here twice: remove one", key.start_mark)
            seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # the same
    """Quotes what any reader of YAML could take for something else than text."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _represent_text(dumper: Any, text: str) -> Any:
    # Where a line ends is read differently inside other quotes; these escape it.
    return dumper.represent_scalar(f"{_TAG}str", text, style='"' if _LINE_ENDS.search(text) else None)


_Dumper.add_representer(str, _represent_text)
for _name, _pattern, _first in _CORE:
    _Loader.add_implicit_resolver(f"{_TAG}{_name}", re.compile(f"(?:{_pattern.pattern})$"), _first)


def load(text: str, file: str) -> JSON:
    """What the file holds.

    Raises:
        Faulty: it is no YAML, or not one object of JSON's values; names line and column.
    """
    try:
        found = yaml.load(text, Loader=_Loader)  # noqa: S506  # a safe loader, made stricter
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        sentence = ", ".join(filter(None, (exc.context, exc.problem)))
        raise Faulty([Fault(file, sentence, mark.line + 1, mark.column + 1)]) from exc
    except yaml.reader.ReaderError as exc:
        before = text[: exc.position]
        column = exc.position - before.rfind("\n")
        sentence = "there is a character here that YAML does not take: write it as an escape in double quotes"
        raise Faulty([Fault(file, sentence, before.count("\n") + 1, column)]) from exc
    if not isinstance(found, dict):
        raise Faulty([Fault(file, "it must hold an event's fields, such as `channels: [email]`", 1)])
    return found


def dump(body: JSON) -> str:
    """The file that holds *body*, whose members keep their order."""
    text: str = yaml.dump(
        body, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=WIDTH
    )
    return text


def position(text: str, path: Sequence[str | int]) -> tuple[int, int]:
    """Line and column of what *path* names, or of the nearest that is there around it."""
    node = yaml.compose(text, Loader=_Loader)
    mark = node.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            found = (node.value[step], node.value[step])
        else:
            found = None
        if found is None:
            break
        mark, node = found[0].start_mark, found[1]
    return mark.line + 1, mark.column + 1


def _error(sentence: str, mark: Any) -> Exception:
    error: Exception = yaml.MarkedYAMLError(problem=sentence, problem_mark=mark)
    return error
