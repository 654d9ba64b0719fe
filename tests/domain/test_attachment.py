from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.attachment import DAY, content_id, file_name, kept_days, media_type, upload_id
from heliograph.names import KEPT_DAYS


@pytest.mark.parametrize("name", ["invoice.pdf", "Räkning 4711; kopia.pdf", "請求書.pdf", "a" * 255, ".hidden"])
def test_a_file_may_be_called(name: str) -> None:
    assert file_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a" * 256,
        "a/b.pdf",
        "a\\b.pdf",
        "..",
        "a\r\nBcc: x",
        "a\u202efdp.exe",
        " a.pdf",
        "a\u2028b",
        "=?utf-8?q?a?=",
    ],
)
def test_a_file_may_not_be_called(name: str) -> None:
    with pytest.raises(ValueError, match=r"^(has|must)"):
        file_name(name)


@pytest.mark.parametrize(
    "kind", ["application/pdf", "text/calendar; method=REQUEST", 'text/plain; charset="utf-8"', "image/svg+xml"]
)
def test_a_media_type_is_taken_with_its_parameters(kind: str) -> None:
    assert media_type(kind) == kind


@pytest.mark.parametrize("kind", ["", "pdf", "a/", "a/b\r\nX: y", "a/b;", f"a/{'b' * 77}", "a/b; c", "a/b c"])
def test_what_is_no_media_type_is_refused(kind: str) -> None:
    with pytest.raises(ValueError, match="media type"):
        media_type(kind)


@pytest.mark.parametrize(("check", "text"), [(content_id, "<logo>"), (content_id, "x" * 79), (upload_id, "../secret")])
def test_an_id_that_would_break_its_place_is_refused(check: Callable[[str], str], text: str) -> None:
    with pytest.raises(ValueError, match=r"^(must|is)"):
        check(text)


@given(st.integers(min_value=0, max_value=822 * DAY))
def test_a_file_is_kept_longer_than_its_message_can_wait(life: int) -> None:
    days = kept_days(life)

    assert days in KEPT_DAYS
    assert days * DAY > life
