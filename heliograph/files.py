"""S3: the files that mails carry, and the places where callers upload them."""

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import quote, unquote

from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.attachment import Offer, Upload
from heliograph.domain.errors import Unavailable
from heliograph.names import KEEP_TAG

NAME: Final = "name"
"""The member of an upload's metadata that holds the file's name, percent-encoded as headers must be ASCII."""
OFFER_SECONDS: Final = 900
MOST_AT_ONCE: Final = 1000
"""Keys that one DeleteObjects takes."""
_ABSENT: Final = frozenset({"404", "NoSuchKey", "NotFound"})


class _Absent(Exception):
    """There is no such object."""


class Files:
    """One stage's bucket. *client* makes the S3 client when it is first needed: most messages carry nothing."""

    def __init__(self, client: Callable[[], Any], bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def offer(self, key: str, *, name: str, type: str, size: int, sha256: str = "") -> Offer:  # noqa: A002  # its name in HTTP
        """A place for one upload of exactly *size* bytes, good for a quarter of an hour.

        Type, size, name and, where it is given, the hash (64 hex digits) are signed, so S3 refuses anything else.
        """
        headers = {"Content-Type": type, "Content-Length": str(size), f"x-amz-meta-{NAME}": quote(name, safe="")}
        wanted: dict[str, Any] = {"ContentType": type, "ContentLength": size, "Metadata": {NAME: quote(name, safe="")}}
        if sha256:
            wanted["ChecksumSHA256"] = headers["x-amz-checksum-sha256"] = base64.b64encode(
                bytes.fromhex(sha256)
            ).decode()
        url = self._client().generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key} | wanted, ExpiresIn=OFFER_SECONDS
        )
        return Offer(url=url, headers=headers)

    def uploaded(self, key: str) -> Upload | None:
        """What lies there; None when nothing does.

        Raises:
            Unavailable: S3 did not answer.
        """
        try:
            with _told():
                found = self._client().head_object(Bucket=self._bucket, Key=key)
        except _Absent:
            return None
        name = unquote(found["Metadata"].get(NAME, ""))
        return Upload(name=name, type=found["ContentType"], size=found["ContentLength"])

    def put(self, key: str, content: bytes, *, days: int) -> None:
        """Store bytes for that many days; again is the same as once.

        Raises:
            Unavailable: they are not stored.
        """
        with _told():
            self._client().put_object(Bucket=self._bucket, Key=key, Body=content, Tagging=_kept(days))

    def copy(self, source: str, key: str, *, days: int) -> bool:
        """Store a copy for that many days, also of an object over itself: its time begins anew. False: it is gone.

        Raises:
            Unavailable: it is not stored.
        """
        try:
            with _told():
                self._client().copy_object(
                    Bucket=self._bucket,
                    Key=key,
                    CopySource={"Bucket": self._bucket, "Key": source},
                    MetadataDirective="REPLACE",
                    TaggingDirective="REPLACE",
                    Tagging=_kept(days),
                )
        except _Absent:
            return False
        return True

    def get(self, key: str) -> bytes | None:
        """The bytes; None when they are gone.

        Raises:
            Unavailable: S3 did not answer.
        """
        try:
            with _told():
                content: bytes = self._client().get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except _Absent:
            return None
        return content

    def remove(self, keys: Sequence[str]) -> None:
        """Delete objects; those that are gone already do not matter.

        Raises:
            Unavailable: not all of them are gone.
        """
        for start in range(0, len(keys), MOST_AT_ONCE):
            named = [{"Key": key} for key in keys[start : start + MOST_AT_ONCE]]
            with _told():
                answer = self._client().delete_objects(Bucket=self._bucket, Delete={"Objects": named, "Quiet": True})
            if answer.get("Errors"):
                raise Unavailable("S3 did not delete every file: send the same request again in a few seconds")


def _kept(days: int) -> str:
    return f"{KEEP_TAG}={days}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except ClientError as exc:
        code = exc.response["Error"]["Code"]
        if code in _ABSENT:
            raise _Absent from exc
        raise Unavailable(f"S3 refused ({code}): send the same request again in a few seconds") from exc
    except BotoCoreError as exc:
        raise Unavailable("S3 did not answer: send the same request again in a few seconds") from exc
