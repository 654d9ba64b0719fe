"""Files in requests: their shape, how much one call may bring along, and what is asked for an upload."""

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema, field_serializer

from heliograph.api.request import MAX_BODY, json_body, raw_body
from heliograph.api.shape import DocumentedAs, Shape
from heliograph.domain.attachment import (
    MAX_FILES,
    MAX_ID,
    MAX_INLINE,
    MAX_NAME,
    MAX_TOTAL,
    MAX_TYPE,
    File,
    content_id,
    file_name,
    media_type,
    upload_id,
)
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON

MAX_CALL: Final = MAX_BODY + MAX_INLINE // 3 * 4
"""Bytes of a body with files in it: base64 makes four of three. AWS hands a function at most 6 MB."""
FIELD: Final = "overrides.email.attachments"
_BASE64: Final = {"type": "string", "contentEncoding": "base64"}
_UPLOAD: Final = "upload it with POST /v1/attachments and name its id"


def _bytes(value: Any) -> bytes:
    if not isinstance(value, str):
        raise ValueError("must be text: the file's bytes in base64")  # noqa: TRY004  # pydantic wants a ValueError
    try:
        found = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(
            "is no base64: send the file's bytes in the standard alphabet with padding (RFC 4648 section 4),"
            " without line breaks and without `data:` before them"
        ) from None
    if not found:
        raise ValueError("is empty: a file has at least one byte")
    return found


def _text(longest: int) -> DocumentedAs:
    return DocumentedAs(Annotated[str, Field(min_length=1, max_length=longest)])


FileName = Annotated[str, AfterValidator(file_name), _text(MAX_NAME)]
MediaType = Annotated[str, AfterValidator(media_type), _text(MAX_TYPE)]
ContentId = Annotated[str, AfterValidator(content_id), _text(MAX_TYPE)]
UploadId = Annotated[str, AfterValidator(upload_id), _text(MAX_ID)]


class AttachmentBody(Shape):
    """A file of a mail: with its `content`, or an upload by its `id`."""

    name: FileName | None = Field(default=None, description="As the recipient sees it; one line, no path.")
    type: MediaType | None = Field(default=None, description="Its media type, such as application/pdf.")
    content: Annotated[bytes, BeforeValidator(_bytes), WithJsonSchema(_BASE64)] | None = Field(
        default=None, description="In base64."
    )
    id: UploadId | None = Field(default=None, description="Of an upload.")
    content_id: ContentId | None = Field(
        default=None, description="Of an image that the HTML shows as `cid:...`; it then goes inline."
    )

    @field_serializer("content")
    def _digest(self, content: bytes | None) -> str | None:
        # For the request's hash, which covers the bytes; nobody else writes this shape out.
        return hashlib.sha256(content).hexdigest() if content is not None else None


def _listed(value: Any) -> Any:
    if not isinstance(value, list):
        raise ValueError("must be a list of files")  # noqa: TRY004  # pydantic wants a ValueError
    if len(value) > MAX_FILES:
        raise ValueError(f"has {len(value)} files and at most {MAX_FILES} are taken")
    return value


def _whole(given: tuple[AttachmentBody, ...]) -> tuple[AttachmentBody, ...]:
    """Check what no field can see alone; the names of the fields are those of a send."""
    for place, one in enumerate(given):
        field, text = _wrong(one)
        if text:
            path = f"{FIELD}[{place}].{field}"
            raise BadInput(f"`{path}` {text}", field=path)
    seen: set[str] = set()
    for place, one in enumerate(given):
        if one.content_id in seen:
            path = f"{FIELD}[{place}].content_id"
            raise BadInput(f"`{path}` is another file's too: give each its own", field=path)
        seen |= {one.content_id} if one.content_id else set()
    return given


def _wrong(one: AttachmentBody) -> tuple[str, str]:
    if one.content is None and one.id is None:
        return "content", "is missing: give the file in base64, or `id` of an upload"
    if one.content is not None and one.id is not None:
        return "id", "stands beside `content`: give one of them"
    if one.id is not None and one.type is not None:
        return "type", "is known from the upload: leave it out"
    if one.content is not None and one.name is None:
        return "name", "is missing: give it"
    if one.content is not None and one.type is None:
        return "type", "is missing: give it, such as application/pdf"
    return "", ""


Attachments = Annotated[
    tuple[AttachmentBody, ...],
    BeforeValidator(_listed),
    AfterValidator(_whole),
    Field(description="At most ten files, 20 MB together.", json_schema_extra={"maxItems": MAX_FILES}),
]


class UploadBody(Shape):
    """`POST /v1/attachments`."""

    name: FileName = Field(description="As recipients see it; one line, no path.")
    type: MediaType = Field(description="Its media type, such as application/pdf.")
    size: int = Field(strict=True, ge=1, le=MAX_TOTAL, description="Bytes, exactly.")
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$", max_length=64)] = Field(
        default="", description="64 hexadecimal digits; S3 then refuses other bytes."
    )


def as_files(given: tuple[AttachmentBody, ...]) -> tuple[File, ...]:
    """What was checked, as the use cases take it."""
    return tuple(
        File(
            name=one.name or "",
            type=one.type or "",
            size=len(one.content or b""),
            content_id=one.content_id or "",
            upload=one.id or "",
            content=one.content,
        )
        for one in given
    )


def send_body(event: JSON) -> JSON:
    """The body of a send, as a JSON object; files may make it longer than other bodies.

    Raises:
        BadInput: it is no JSON object; 413 when it is too large beside its files, or they are together.
    """
    raw = raw_body(event)
    if len(raw) <= MAX_BODY or b'"attachments"' not in raw:
        return json_body(event)
    if len(raw) > MAX_CALL:
        raise _too_large(f"the body has {len(raw)} bytes and at most {MAX_CALL} are taken with files in it", "")
    given = json_body(event, max_bytes=MAX_CALL)
    contents = list(_contents(given))
    # Base64 makes four of three; what is no base64 is told when its shape is checked.
    size = sum(len(text) // 4 * 3 - text[-2:].count("=") for text in contents)
    if size > MAX_INLINE:
        text = f"the files in this call have {size} bytes together and at most {MAX_INLINE} are taken in a body"
        raise _too_large(text, FIELD if "messages" not in given else "messages")
    if (rest := len(raw) - sum(map(len, contents))) > MAX_BODY:
        detail = f"the body has {rest} bytes beside its files; at most {MAX_BODY} are taken"
        raise BadInput(detail, code="PAYLOAD_TOO_LARGE", status=413)
    return given


def _too_large(text: str, field: str) -> BadInput:
    return BadInput(f"{text}: for a larger file, {_UPLOAD}", field=field, code="PAYLOAD_TOO_LARGE", status=413)


def _contents(given: JSON) -> Iterator[str]:
    """Every file's content in a body that nobody has checked yet."""
    many = given.get("messages")
    for one in many if isinstance(many, list) else [given]:
        found: Any = one
        for name in FIELD.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        for file in found if isinstance(found, list) else []:
            if isinstance(file, dict) and isinstance(file.get("content"), str):
                yield file["content"]
