"""A request of the HTTP API (payload format 2.0), read with care."""

import base64
import binascii
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from heliograph.api.mistakes import advice
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.strict_json import parse

MAX_BODY: Final = 262_144
MAX_KEY: Final = 255


def headers(event: JSON) -> dict[str, str]:
    """The headers, names in lower case."""
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def raw_body(event: JSON) -> bytes:
    """Exactly the bytes that came.

    Raises:
        BadInput: the transport's base64 is broken.
    """
    text: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return text.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise BadInput("the body cannot be decoded: send it as it is, without encoding") from exc


def json_body(event: JSON, *, max_bytes: int = MAX_BODY) -> JSON:
    """The body as a JSON object.

    Raises:
        BadInput: too large, compressed, or not one JSON object; names the place.
    """
    if headers(event).get("content-encoding", "identity") != "identity":
        raise BadInput(
            "compressed bodies are not taken: send it without Content-Encoding",
            field="Content-Encoding",
            code="UNSUPPORTED_ENCODING",
            status=415,
        )
    return parse(raw_body(event), max_bytes=max_bytes)


def shaped[M: BaseModel](model: type[M], value: JSON) -> M:
    """The value as a model.

    Raises:
        BadInput: the first thing that is wrong with it, by the path of its field.
    """
    try:
        return model.model_validate(value)
    except ValidationError as exc:
        raise _first_mistake(exc, model) from None


def idempotency_key(event: JSON) -> str:
    """The value of `Idempotency-Key` or `X-Idempotency-Key`, empty when there is none.

    Raises:
        BadInput: both are there and differ, or it is too long or not printable ASCII.
    """
    found = headers(event)
    given = {found[name] for name in ("idempotency-key", "x-idempotency-key") if name in found}
    if len(given) > 1:
        raise BadInput("Idempotency-Key and X-Idempotency-Key differ: send one of them", field="Idempotency-Key")
    key = next(iter(given), "").strip()
    if given and not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
        raise BadInput(
            f"the key must be 1 to {MAX_KEY} printable ASCII characters: choose another", field="Idempotency-Key"
        )
    return key


def _first_mistake(exc: ValidationError, model: type[BaseModel]) -> BadInput:
    first = exc.errors(include_url=False, include_input=False, include_context=True)[0]
    field = _path(first["loc"])
    match first["type"]:
        case "extra_forbidden":
            known = ", ".join(f"`{name}`" for name in model.model_fields) if len(first["loc"]) == 1 else ""
            detail = f"`{field}` is not a field of this request: remove it" + (f"; known are {known}" if known else "")
        case "missing":
            detail = f"`{field}` is missing: give it"
        case "value_error" if isinstance(cause := first.get("ctx", {}).get("error"), BadInput):
            return cause
        case _:
            detail = f"`{field}`: {advice(first)}" if field else advice(first)
    return BadInput(detail, field=field)


def _path(loc: tuple[Any, ...]) -> str:
    path = ""
    for part in loc:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.removeprefix(".")
