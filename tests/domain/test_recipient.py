import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.errors import BadInput
from heliograph.domain.model import Kind
from heliograph.domain.recipient import email, header_text, key, mask, phone

EMAILS = {
    "ada@example.com": "ada@example.com",
    "Ada.Lovelace+news@Example.COM": "Ada.Lovelace+news@example.com",
    "bounced@sandbox.heliograph.dev": "bounced@sandbox.heliograph.dev",
    "a@b.test": "a@b.test",
    "a@sub.example": "a@sub.example",
    "o'hara@example.org": "o'hara@example.org",
    "a!#$%&*+/=?^_`{|}~-b@example.net": "a!#$%&*+/=?^_`{|}~-b@example.net",
    "ada@bücher.example": "ada@xn--bcher-kva.example",
    "ada@xn--bcher-kva.example": "ada@xn--bcher-kva.example",
    "ada@\u0430\u0440\u0440\u04cf\u0435.com": "ada@xn--80ak6aa92e.com",
    "ada@example.c": "ada@example.c",
    "1@2.se": "1@2.se",
}

NO_EMAILS = [
    "", " ", "ada", "ada@", "@example.com", "ada@@example.com", "ada@example", "ada@localhost", "ada@printer.local",
    "ada@x.invalid", "ada@x.onion", "ada@1.0.0.127.in-addr.arpa", "ada @example.com", "ada@ example.com",
    " ada@example.com", "ada@example.com ", "ada@example.com\r\nBcc: eve@example.com", "ada\n@example.com",
    "ada@exam\rple.com", "ada@example.com\0", "ada\t@example.com", "ada@example.com\u2028", "ada@example.com\u2029",
    "ada\x85@example.com", "ada\x7f@example.com", "ada@example.com,eve@example.com", "ada@example.com;eve@example.com",
    "ada@example.com, eve@example.com", "Ada <ada@example.com>", "<ada@example.com>", '"ada"@example.com',
    '"a b"@example.com', '"a@b"@example.com', "ada@[127.0.0.1]", "ada@[IPv6:::1]", "ada@127.0.0.1.", ".ada@example.com",
    "ada.@example.com", "a..b@example.com", "ada@.example.com", "ada@example..com", "ada@-example.com",
    "ada@example-.com", "ada@exa_mple.com", "ada@example.com.", "mailto:ada@example.com", "ada(comment)@example.com",
    "ada@(comment)example.com", "ädä@example.com", "ada\ud800@example.com", "ada@example.com?subject=x",
    "ada@example.com/", "ada\\@example.com", "ada:x@example.com", "a" * 65 + "@example.com", "a@" + "b" * 64 + ".com",
    "a@" + "b." * 126 + "com", "x" * 100_000, "ada@example.123", "ada%40example.com", "=?utf-8?q?a?=",
]  # fmt: skip

PHONES = {
    "+46701234567": "+46701234567",
    "+46 70-123 45 67": "+46701234567",
    "+1 (202) 555-0143": "+12025550143",
    "+1.202.555.0143": "+12025550143",
    "+44 7700 900123": "+447700900123",
    "+39 06 1234 5678": "+390612345678",
    " +46701234567 ": "+46701234567",
    "+15005550006": "+15005550006",
    "+61491570006": "+61491570006",
    "+33 1 99 00 12 34": "+33199001234",
}

NO_PHONES = [
    "", " ", "+", "++46701234567", "46701234567", "0701234567", "0046701234567", "+46", "+461", "+4670123456789012345",
    "+999701234567", "+0701234567", "+46701234567x12", "+46701234567 ext. 12", "+46701234567;ext=12", "+46701234567,12",
    "+46701234567#12", "+46701234567*12", "tel:+46701234567", "+1-800-FLOWERS", "+4670123456a", "+46 70\t1234567",
    "+46701234567\n", "+46701234567\r\n", "+46701234567\0", "+46701234567\u2028", "\u200e+46701234567",
    "\uff0b46701234567", "+\uff14\uff16701234567", "+٤٦٧٠١٢٣٤٥٦٧", "+46/701234567", "+46_701234567", "+46701234567/8",
    "+46701234567+46701234568", "+46701234567, +46701234568", "ada@example.com", "+1555", "+1 23", "+4612",
    "phone", "null", "+-46701234567", "+ 46701234567", "+(46)70", "+46 70 123 45 67 89 01 23 45", "+" + "1" * 100,
    "+" + "4" * 100_000, "+1 202 555 01", "+442", "+33", "+3912", "(+46)701234567", "+46701234567&", "+46701234567%20",
]  # fmt: skip


@pytest.mark.parametrize(("written", "right"), EMAILS.items())
def test_takes_a_mail_address_and_brings_its_domain_into_one_form(written: str, right: str) -> None:
    assert email(written, "to.email") == right


@pytest.mark.parametrize("written", NO_EMAILS, ids=range(len(NO_EMAILS)))
def test_refuses_what_is_no_single_plain_mail_address(written: str) -> None:
    with pytest.raises(BadInput) as refused:
        email(written, "to.email")

    assert (refused.value.field, refused.value.code) == ("to.email", "INVALID_EMAIL")
    assert refused.value.detail.startswith("to.email: '")
    assert refused.value.detail.endswith("write it like ada@example.com")
    assert refused.value.detail.isprintable()
    assert len(refused.value.detail) < 1200


@pytest.mark.parametrize(("written", "right"), PHONES.items())
def test_takes_a_phone_number_as_people_write_it(written: str, right: str) -> None:
    assert phone(written, "to.phone") == right


@pytest.mark.parametrize("written", NO_PHONES, ids=range(len(NO_PHONES)))
def test_refuses_what_is_no_international_number(written: str) -> None:
    with pytest.raises(BadInput) as refused:
        phone(written, "to.phone")

    assert (refused.value.field, refused.value.code) == ("to.phone", "INVALID_PHONE")
    assert refused.value.detail.endswith("like +46701234567")
    assert refused.value.detail.isprintable()
    assert len(refused.value.detail) < 400


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_refusal(text: str) -> None:
    for check in (email, phone):
        try:
            address = check(text, "to")
        except BadInput:
            continue
        assert check(address, "to") == address


def test_identity_takes_a_mail_address_in_any_case_and_leaves_others_alone() -> None:
    assert key(Kind.EMAIL, "Ada@Example.com") == "ada@example.com"
    assert key(Kind.SMS, "+46 70-123 45 67") == "+46701234567"
    assert key(Kind.CHAT, "U0AbC") == "U0AbC"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ada@example.com", "a***@example.com"),
        ("+46701234567", "+4670*****67"),
        ("+4612345", "+4612***45"[:0] + "+46***45"),
        ("+1", "***+1"),
        ("xoxb-abcdef", "xo***"),
        ("", "***"),
    ],
)
def test_hides_an_address_where_it_is_only_shown(address: str, shown: str) -> None:
    assert mask(address) == shown


def test_header_text_passes_unchanged() -> None:
    for text in ("", "Hello, Ada", "50 % off = ?", "Grüße 👋 שלום"):
        assert header_text(text, "subject") == text


CONTROLS = [chr(code) for code in (*range(32), *range(127, 160), 0x2028, 0x2029, 0xD800)]
INJECTIONS = [
    *(f"Hello{char}Bcc: eve@example.com" for char in CONTROLS),
    *(f"{char}" for char in CONTROLS),
    *(f"Hello{char}" for char in CONTROLS),
    "=?utf-8?q?x=0d=0aBcc:_eve@example.com?=",
    "Hello =?UTF-8?B?DQpCY2M6IGV2ZUBleGFtcGxlLmNvbQ==?=",
    "=?",
    "x" * 999,
]


@pytest.mark.parametrize("text", INJECTIONS, ids=range(len(INJECTIONS)))
def test_refuses_header_text_that_could_break_a_header(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        header_text(text, "subject")

    assert refused.value.field == "subject"
    assert refused.value.detail.isprintable()
