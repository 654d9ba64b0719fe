"""The API's document and its page, as they are served."""

import base64
import gzip
import json
import re
from pathlib import Path

import pytest

from functions.manage.handler import handler
from tests.functions.http import Answer, Headers, answer, event
from tests.functions.stage import Context

MANAGE = Path(__file__).parents[2] / "functions" / "manage"


def get(path: str, headers: Headers | None = None) -> Answer:
    """Without a key, and without anything that is behind the function."""
    return answer(handler(event("GET", path, headers=headers or {}), Context()))


def test_the_document_needs_no_key_and_is_openapi() -> None:
    told = get("/v1/openapi.json")

    assert (told.status, told.headers["content-type"]) == (200, "application/json")
    assert told.json()["openapi"] == "3.1.0"


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/docs"])
def test_what_a_reader_has_already_is_not_sent_again(path: str) -> None:
    first = get(path)

    again = get(path, {"if-none-match": first.headers["etag"]})
    other = get(path, {"if-none-match": 'W/"other"'})

    assert (again.status, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])
    assert (other.status, other.text) == (200, first.text)
    assert "max-age" in first.headers["cache-control"]


def test_it_is_compressed_for_those_who_take_it() -> None:
    raw = handler(event("GET", "/v1/openapi.json", headers={"accept-encoding": "gzip, br"}), Context())

    plain = gzip.decompress(base64.b64decode(raw["body"]))

    assert raw["isBase64Encoded"]
    assert answer(raw).headers["content-encoding"] == "gzip"
    assert json.loads(plain) == get("/v1/openapi.json").json()


def test_the_page_loads_nothing_from_elsewhere() -> None:
    page = get("/v1/docs")

    policy = page.headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert len(re.findall(r"'sha256-[^']{44}'", policy)) == 2
    assert not re.findall(r"""(?:src|href)=["'](?:https?:)?//""", page.text)
    assert " style=" not in page.text
    assert " onclick=" not in page.text


def test_both_files_are_small() -> None:
    sizes = {name: (MANAGE / name).stat().st_size for name in ("openapi.json", "docs.html")}
    packed = {name: len(gzip.compress((MANAGE / name).read_bytes())) for name in sizes}

    assert sizes["openapi.json"] < 200_000
    assert sizes["docs.html"] < 20_000
    assert sum(packed.values()) < 40_000
