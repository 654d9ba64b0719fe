"""Addresses of people: checked, brought into one form, and hidden where they are only shown."""

import re
import unicodedata
from typing import Final, Never

from heliograph.domain.errors import BadInput
from heliograph.domain.model import Kind

MAX_EMAIL: Final = 254
"""Characters, RFC 5321 4.5.3.1.3 without its angle brackets."""
MAX_PHONE: Final = 40
"""Characters as written; E.164 itself has at most 15 digits."""
MAX_HEADER: Final = 998
"""Characters of a header line, RFC 5322 2.1.1."""
MAX_SHOWN: Final = 60

FORBIDDEN: Final = {"Cc": "control character", "Cs": "half surrogate", "Zl": "line break", "Zp": "line break"}
"""Unicode categories that break a header or a protocol."""

_PHONE = re.compile(r"\+[0-9][0-9 ().-]*")
_SEPARATORS = re.compile(r"[ ().-]")


def email(text: str, field: str) -> str:
    """The mail address with its domain in ASCII (punycode) and its local part as written.

    No DNS is asked. `example.com` and `.test` pass, since tests and the sandbox use them; names that no mail can
    reach (`localhost`, `.local`, `.invalid`, `.onion`, `.arpa`; RFC 6761, 6762, 7686) do not.

    Raises:
        BadInput: `INVALID_EMAIL`, with what would be right.
    """
    # The import takes about 40 ms, so only those who check a mail address pay for it.
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - see above

    _refuse_shapes(text, field)
    try:
        found = validate_email(
            text,
            allow_smtputf8=False,
            allow_quoted_local=False,
            allow_domain_literal=False,
            allow_display_name=False,
            check_deliverability=False,
            strict=True,
            test_environment=True,
        )
    except EmailNotValidError as exc:
        _bad_email(field, text, str(exc).rstrip("."))
    domain = found.ascii_domain.lower()
    if "." not in domain:
        _bad_email(field, text, f"the domain {domain} has no dot")
    address = f"{found.local_part}@{domain}"
    if len(address) > MAX_EMAIL:
        _bad_email(field, text, f"it has {len(address)} characters and at most {MAX_EMAIL} are allowed")
    return address


def phone(text: str, field: str) -> str:
    """The number in E.164 (`+46701234567`); it must be written with its `+` and country code.

    Spaces, dots, hyphens and brackets are taken. A number of fiction passes, as it is possible though not assigned.

    Raises:
        BadInput: `INVALID_PHONE`, with what would be right.
    """
    # The import takes about 60 ms, so only those who check a phone number pay for it.
    import phonenumbers  # noqa: PLC0415 - see above

    written = text.strip(" ")
    if not _PHONE.fullmatch(written) or len(written) > MAX_PHONE:
        _bad_phone(field, text, "it must be a + and digits, without letters or an extension")
    try:
        number = phonenumbers.parse(written, None)
    except phonenumbers.NumberParseException as exc:
        _bad_phone(field, text, "its country code does not exist or its digits are too few or too many", cause=exc)
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        _bad_phone(field, text, f"it has too few or too many digits for the country code +{number.country_code}")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def region(number: str) -> str:
    """The region of ISO 3166 that an E.164 number belongs to, empty when it is none's."""
    import phonenumbers  # noqa: PLC0415 - as in `phone`

    return phonenumbers.region_code_for_number(phonenumbers.parse(number, None)) or ""


def key(kind: Kind, address: str) -> str:
    """The form that identity and suppression use: one person's address, however it was written."""
    if kind is Kind.EMAIL:
        return address.lower()
    if kind is Kind.SMS:
        return _SEPARATORS.sub("", address)
    return address


def mask(address: str) -> str:
    """The address for logs and answers: `a***@example.com`, `+4670*****67`, `xo***`."""
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    if _PHONE.fullmatch(address):
        hidden = max(len(address) - 7, 3)
        return f"{address[: -hidden - 2]}{'*' * hidden}{address[-2:]}"
    return f"{address[:2]}***"


def header_text(text: str, field: str) -> str:
    """The text of a subject, a display name or a header's value, unchanged when nothing in it can break a header.

    An RFC 2047 word (`=?utf-8?q?…?=`) is refused: mail programs decode it after every check.

    Raises:
        BadInput: names the character and where it stands.
    """
    if len(text) > MAX_HEADER:
        raise BadInput(f"{field}: it has {len(text)} characters; at most {MAX_HEADER} are allowed", field=field)
    if "=?" in text:
        raise BadInput(f"{field}: it has =? in it, which starts an encoded word; write the text itself", field=field)
    place, what = _forbidden(text)
    if what:
        raise BadInput(f"{field}: there is a {what} at character {place + 1}; remove it", field=field)
    return text


def _forbidden(text: str) -> tuple[int, str]:
    if text.isascii() and text.isprintable():
        return 0, ""
    found = ((index, FORBIDDEN.get(unicodedata.category(char), "")) for index, char in enumerate(text))
    return next(((index, what) for index, what in found if what), (0, ""))


def _refuse_shapes(text: str, field: str) -> None:
    """What the syntax check would refuse with less helpful words, or what it lets through."""
    for wrong, found in (
        (f"it has a {_forbidden(text)[1]} in it", bool(_forbidden(text)[1])),
        ("it is more than one address; send one message for each", any(char in text for char in ",;")),
        ("it has a display name; send the bare address", "<" in text or ">" in text),
        ("its local part is in quotes", '"' in text),
        ("its domain is an IP address; a name is needed", "[" in text or "]" in text),
        (f"it has more than {MAX_EMAIL} characters", len(text) > MAX_EMAIL),
    ):
        if found:
            _bad_email(field, text, wrong)


def _shown(text: str) -> str:
    """The caller's own text as it can be printed: quoted, cut, ASCII."""
    return ascii(text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "...")


def _bad_email(field: str, text: str, why: str) -> Never:
    detail = f"{field}: {_shown(text)} is no mail address ({why}); write it like ada@example.com"
    raise BadInput(detail, field=field, code="INVALID_EMAIL")


def _bad_phone(field: str, text: str, why: str, cause: Exception | None = None) -> Never:
    detail = f"{field}: {_shown(text)} is no phone number ({why}); write it in E.164, like +46701234567"
    raise BadInput(detail, field=field, code="INVALID_PHONE") from cause
