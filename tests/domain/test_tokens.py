import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.tokens import BadToken, Cursor, Echo, Hook, Link, LinkPurpose, Signer

SIGNER = Signer({"k1": "a secret for tests only", "k2": "another secret for tests"})
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=15)
FIELDS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=200), max_size=5)
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
LARGEST = Echo(project="p" * 24, notification="n" * 26, message=999, integration="i" * 15, attempt=999)


@given(st.sampled_from(["echo", "hook", "x"]), FIELDS)
def test_reads_what_was_signed(purpose: str, fields: list[str]) -> None:
    token = SIGNER.sign(purpose, *fields)

    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert SIGNER.read(purpose, token) == tuple(fields)


@given(FIELDS, FIELDS)
def test_no_two_lists_of_fields_have_one_token(one: list[str], two: list[str]) -> None:
    assert (SIGNER.sign("x", *one) == SIGNER.sign("x", *two)) == (one == two)


@given(FIELDS, st.data())
def test_refuses_any_changed_token(fields: list[str], data: st.DataObject) -> None:
    token = SIGNER.sign("echo", *fields)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(ALPHABET))
    changed = data.draw(
        st.sampled_from(
            [
                token[:place] + other + token[place + 1 :],
                token[:place] + other + token[place:],
                token[:place] + token[place + 1 :],
                token[:place],
                token + other,
                token + "=",
                token + "\n",
                other + token,
            ]
        )
    )

    if changed != token:
        with pytest.raises(BadToken):
            SIGNER.read("echo", changed)


def test_refuses_every_single_changed_character_of_a_link() -> None:
    token = Link(purpose="click", project="p", notification="n", message=0, target="https://x.test/").encode(SIGNER)
    changed = [token[:i] + c + token[i + 1 :] for i in range(len(token)) for c in ALPHABET if c != token[i]]

    for mutant in changed:
        with pytest.raises(BadToken):
            Link.decode(SIGNER, "click", mutant)


@given(st.text(max_size=300) | st.text(ALPHABET, max_size=300))
def test_any_text_is_a_bad_token_and_nothing_else(text: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.read("echo", text)


@pytest.mark.parametrize("text", ["", "A", "AAAA" * 6, "_" * 128, "A" * 1_000_000, "é", "A B", "AAAA\n", "====", "\0"])
def test_malformed_tokens_are_bad_tokens(text: str) -> None:
    with pytest.raises(BadToken):
        SIGNER.read("echo", text)


def test_a_token_of_one_purpose_is_worth_nothing_for_another() -> None:
    purposes: list[LinkPurpose] = ["open", "unsubscribe", "click"]
    tokens = [
        Link(purpose=purpose, project="p", notification="n", message=0, target="https://x.test" * (purpose == "click"))
        for purpose in purposes
    ]

    for link in tokens:
        for purpose in purposes:
            if purpose != link.purpose:
                with pytest.raises(BadToken):
                    Link.decode(SIGNER, purpose, link.encode(SIGNER))
        with pytest.raises(BadToken):
            Echo.decode(SIGNER, link.encode(SIGNER))


def test_an_old_key_verifies_after_a_new_one_came_and_not_when_it_is_gone() -> None:
    old = Signer({"a": "the first secret of all"})
    both = Signer({"a": "the first secret of all", "b": "the second secret of all"})
    new = Signer({"b": "the second secret of all"})

    token = old.sign("x", "1")

    assert both.read("x", token) == ("1",)
    assert new.read("x", both.sign("x", "2")) == ("2",)
    with pytest.raises(BadToken):
        new.read("x", token)
    with pytest.raises(BadToken):
        old.read("x", both.sign("x", "2"))


@pytest.mark.parametrize(
    "keys", [{}, {"": "x" * 16}, {"abc": "x" * 16}, {"k-": "x" * 16}, {"k1": ""}, {"k1": "changeme"}]
)
def test_a_signer_does_not_start_with_keys_that_protect_nothing(keys: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"key|secret"):
        Signer(keys)


def test_a_signer_does_not_print_its_secrets() -> None:
    assert "secret" not in repr(SIGNER)


@given(
    st.builds(
        Echo,
        project=NAMES,
        notification=NAMES,
        message=st.integers(0, 999),
        integration=NAMES,
        attempt=st.integers(0, 999),
    )
)
def test_an_echo_comes_back(echo: Echo) -> None:
    token = echo.encode(SIGNER)

    assert Echo.decode(SIGNER, token) == echo
    assert len(token) <= 128


def test_the_largest_echo_fits_into_128_characters() -> None:
    token = LARGEST.encode(SIGNER)

    assert len(token) <= 128
    assert Echo.decode(SIGNER, token) == LARGEST


@pytest.mark.parametrize(
    "change",
    [{"project": "p" * 25}, {"notification": "é" * 14}, {"integration": "i" * 16}, {"message": 1000}, {"attempt": -1}],
)
def test_an_echo_that_would_not_fit_is_not_made(change: dict[str, Any]) -> None:
    parts = {"project": "p", "notification": "n", "message": 0, "integration": "i", "attempt": 1}

    with pytest.raises(ValueError, match=r"echo|number"):
        Echo(**{**parts, **change}).encode(SIGNER)


def test_a_hook_comes_back() -> None:
    hook = Hook(project="demo", integration="ses-1")

    assert Hook.decode(SIGNER, hook.encode(SIGNER)) == hook


def test_a_link_comes_back_with_a_long_target() -> None:
    link = Link(purpose="click", project="p", notification="n", message=1, target="https://x.test/?q=" + "ü" * 2000)

    assert Link.decode(SIGNER, "click", link.encode(SIGNER)) == link


@pytest.mark.parametrize(
    ("purpose", "target"),
    [
        ("click", ""),
        ("click", "javascript:alert(1)"),
        ("click", "data:text/html,x"),
        ("click", "ftp://x.test/"),
        ("click", "//x.test/"),
        ("click", "/path"),
        ("click", "https:///path"),
        ("click", "https:x.test"),
        ("click", "https://[x/"),
        ("click", "https://x.test\\@evil.test"),
        ("click", "https://x.test/\r\nSet-Cookie: a=b"),
        ("click", "https://x.test/ a"),
        ("click", " https://x.test/"),
        ("open", "https://x.test/"),
        ("unsubscribe", "https://x.test/"),
    ],
)
def test_a_link_goes_to_http_and_https_only(purpose: LinkPurpose, target: str) -> None:
    link = Link(purpose=purpose, project="p", notification="n", message=0, target=target)

    with pytest.raises(ValueError, match="no target"):
        link.encode(SIGNER)
    with pytest.raises(BadToken):
        Link.decode(SIGNER, purpose, SIGNER.sign(f"link:{purpose}", "p", "n", "0", target))


def test_a_cursor_is_good_in_its_project_and_for_its_query_only() -> None:
    cursor = Cursor(project="p", query={"list": "n", "status": "sent"}, position={"pk": "a", "sk": ["b", 1]})
    token = cursor.encode(SIGNER)

    assert Cursor.decode(SIGNER, token, project="p", query={"status": "sent", "list": "n"}) == cursor
    for project, query in (("q", cursor.query), ("p", {"list": "n"}), ("p", {})):
        with pytest.raises(BadToken):
            Cursor.decode(SIGNER, token, project=project, query=query)


@pytest.mark.parametrize(
    ("kind", "decode"),
    [
        ("echo", lambda token: Echo.decode(SIGNER, token)),
        ("hook", lambda token: Hook.decode(SIGNER, token)),
        ("cursor", lambda token: Cursor.decode(SIGNER, token, project="p", query={})),
        ("link:open", lambda token: Link.decode(SIGNER, "open", token)),
    ],
)
def test_a_token_with_another_number_of_fields_is_a_bad_token(kind: str, decode: Callable[[str], object]) -> None:
    token = SIGNER.sign(kind, "p")

    with pytest.raises(BadToken):
        decode(token)
