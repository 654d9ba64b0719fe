"""The bucket, on moto."""

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from heliograph.domain.attachment import Upload
from heliograph.domain.errors import Unavailable
from heliograph.files import Files

BUCKET = "files"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    config = Config(signature_version="s3v4", request_checksum_calculation="when_required")
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", config=config)
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def files(s3: Any) -> Files:
    return Files(lambda: s3, BUCKET)


def kept(s3: Any, key: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in s3.get_object_tagging(Bucket=BUCKET, Key=key)["TagSet"]}


def test_an_offer_signs_length_type_name_and_hash(files: Files) -> None:
    digest = hashlib.sha256(b"x").hexdigest()

    offer = files.offer("uploads/a", name="Räkning.pdf", type="application/pdf", size=1, sha256=digest)

    signed = parse_qs(urlsplit(offer.url).query)["X-Amz-SignedHeaders"][0].split(";")
    assert set(signed) == {"host"} | {name.lower() for name in offer.headers}
    assert offer.headers == {
        "Content-Type": "application/pdf",
        "Content-Length": "1",
        "x-amz-meta-name": "R%C3%A4kning.pdf",
        "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(digest)).decode(),
    }


def test_what_was_uploaded_is_known_by_name_type_and_size(files: Files, s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="u", Body=b"abc", ContentType="a/b", Metadata={"name": "R%C3%A4kning"})

    assert files.uploaded("u") == Upload(name="Räkning", type="a/b", size=3)
    assert files.uploaded("nobody") is None


def test_bytes_come_back_and_say_how_long_they_are_kept(files: Files, s3: Any) -> None:
    files.put("files/a", b"abc", days=8)

    assert files.get("files/a") == b"abc"
    assert kept(s3, "files/a") == {"keep": "8"}


def test_a_copy_over_itself_is_kept_anew(files: Files, s3: Any) -> None:
    files.put("files/a", b"abc", days=8)

    assert files.copy("files/a", "files/a", days=850)

    assert (files.get("files/a"), kept(s3, "files/a")) == (b"abc", {"keep": "850"})


def test_what_is_gone_is_told_and_not_raised(files: Files) -> None:
    assert files.get("files/a") is None
    assert not files.copy("uploads/a", "files/a", days=8)
    files.remove(["files/a"])


def test_what_was_removed_is_gone(files: Files) -> None:
    files.put("files/a", b"abc", days=8)

    files.remove(["files/a"])

    assert files.get("files/a") is None


def test_a_bucket_that_is_not_there_is_ours_and_passing(s3: Any) -> None:
    with pytest.raises(Unavailable):
        Files(lambda: s3, "nobody").put("files/a", b"abc", days=8)
