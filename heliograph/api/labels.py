"""Labels that a caller puts on a send: `metadata` and `tags`. Neither reaches a template or a provider."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from heliograph.domain.strict_json import canonical

MAX_METADATA: Final = 2048
"""Bytes as JSON."""
MAX_TAGS: Final = 9
MAX_TAG: Final = 30


def _flat(value: Any) -> Any:
    if not isinstance(value, dict):
        raise ValueError("must be an object of texts")  # noqa: TRY004  # pydantic wants a ValueError
    wrong = next((name for name, one in value.items() if not isinstance(one, str)), None)
    if wrong is not None:
        raise ValueError(f"must be flat: {wrong[:40]!r} is no text")
    return value


def _small(value: dict[str, str]) -> dict[str, str]:
    if (size := len(canonical(value))) > MAX_METADATA:
        raise ValueError(f"has {size} bytes and at most {MAX_METADATA} are taken")
    return value


def _printable(tag: str) -> str:
    if not tag.isprintable() or tag != tag.strip():
        raise ValueError("must be printable and have no space around it")
    return tag


Metadata = Annotated[dict[str, str], BeforeValidator(_flat), AfterValidator(_small)]
Tag = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TAG), AfterValidator(_printable)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=MAX_TAGS), AfterValidator(lambda tags: tuple(dict.fromkeys(tags)))]
