"""Files that go with a mail: what may be attached, and where one lies until it goes. Sizes are bytes. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from heliograph.names import FILES, KEPT_DAYS, UPLOADS

MAX_FILES: Final = 10
MAX_INLINE: Final = 3 * 1024 * 1024
"""Of all files that one call brings in its body, decoded."""
MAX_TOTAL: Final = 20 * 1024 * 1024
"""Of all files of one message, decoded; as base64 it is under SendGrid's 30 MB and SES's 40."""
MAX_NAME: Final = 255
"""SES: `Attachment.FileName`."""
MAX_TYPE: Final = 78
"""SES: `Attachment.ContentType`, and the same for `ContentId`."""
MAX_ID: Final = 26
"""Of an upload; all have as many."""
DAY: Final = 86_400_000

_WORD: Final = r"[A-Za-z0-9!#$&^_.+-]+"
_TYPE: Final = re.compile(rf'{_WORD}/{_WORD}(; ?{_WORD}=({_WORD}|"[A-Za-z0-9 !#$&^_.+:/-]*"))*')
_CONTENT_ID: Final = re.compile(rf"[A-Za-z0-9._+@-]{{1,{MAX_TYPE}}}")
_UPLOAD: Final = re.compile(rf"[a-z2-7]{{{MAX_ID}}}")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what nobody sees; some of it turns names around, so that `exe` looks like `pdf`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a message. What an accept brings along has `content` or `upload`; what is stored has a `key`."""

    name: str = ""
    type: str = ""
    size: int = 0
    content_id: str = ""
    key: str = ""
    """Where it lies."""
    upload: str = ""
    """The id of the upload that it is a copy of."""
    content: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What somebody has uploaded."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A place for one upload: PUT the bytes to `url` with exactly these headers."""

    url: str
    headers: dict[str, str]


def file_name(text: str) -> str:
    """A name as recipients see it.

    Raises:
        ValueError: what is wrong with it.
    """
    if not 1 <= len(text) <= MAX_NAME:
        raise ValueError(f"has {len(text)} characters; give 1 to {MAX_NAME}")
    if any(unicodedata.category(one) in _UNSEEN for one in text):
        raise ValueError("must be one line of visible characters: remove line breaks and control characters")
    if "/" in text or "\\" in text or text in (".", ".."):
        raise ValueError("must be a name without a path: remove `/` and `\\`")
    if text != text.strip() or "=?" in text:
        raise ValueError("must not begin or end with a space, nor hold `=?`")
    return text


def media_type(text: str) -> str:
    """A media type such as `application/pdf` or `text/calendar; method=REQUEST` (RFC 6838, RFC 2045).

    Raises:
        ValueError: it is none.
    """
    if len(text) > MAX_TYPE or not _TYPE.fullmatch(text):
        raise ValueError(f"must be a media type of at most {MAX_TYPE} characters, such as application/pdf")
    return text


def content_id(text: str) -> str:
    """What HTML names as `cid:ID`.

    Raises:
        ValueError: it cannot be one.
    """
    if not _CONTENT_ID.fullmatch(text):
        raise ValueError(f"must be 1 to {MAX_TYPE} of A-Z a-z 0-9 . _ + @ -, without < and >")
    return text


def upload_id(text: str) -> str:
    """The id of an upload.

    Raises:
        ValueError: no upload was ever called so.
    """
    if not _UPLOAD.fullmatch(text):
        raise ValueError("is no id of an upload: use the `id` that POST /v1/attachments answered")
    return text


def upload_key(project: str, mode: str, upload: str) -> str:
    """Where an upload lies; what test keys upload never meets what is live."""
    return f"{UPLOADS}/{project}/{mode}/{upload}"


def file_key(project: str, mode: str, notification: str, digest: str) -> str:
    """Where a notification's file lies: its own alone, so that it can go with it."""
    return f"{FILES}/{project}/{mode}/{notification}/{digest}"


def kept_days(life: int) -> int:
    """For how many days a file must be kept that is needed for *life* milliseconds from now."""
    return next((days for days in KEPT_DAYS if life <= (days - 1) * DAY), KEPT_DAYS[-1])


def size_of(files: Iterable[File]) -> int:
    """All of them together."""
    return sum(one.size for one in files)
