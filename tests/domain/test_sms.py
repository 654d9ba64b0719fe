import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.domain.sms import BASIC, EXTENSION, Encoding, measure


@pytest.mark.parametrize(
    ("text", "encoding", "characters", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("åäö @ÄÖÅ\n", "GSM-7", 9, 1),
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        # 152 septets are filled; the escape and its character would need septets 153 and 154.
        ("a" * 152 + "€" + "a" * 151, "GSM-7", 305, 2),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("š" * 70, "UCS-2", 70, 1),
        ("š" * 71, "UCS-2", 71, 2),
        ("š" * 134, "UCS-2", 134, 2),
        ("š" * 135, "UCS-2", 135, 3),
        ("\U0001f600" * 35, "UCS-2", 70, 1),
        ("\U0001f600" * 66, "UCS-2", 132, 2),
        # 33 pairs fill 66 of a part's 67 units, and the 34th is not split.
        ("\U0001f600" * 67, "UCS-2", 134, 3),
        ("ç", "UCS-2", 1, 1),
        ("`", "UCS-2", 1, 1),
    ],
)
def test_counts_what_a_text_takes(text: str, encoding: str, characters: int, parts: int) -> None:
    measured = measure(text)

    assert (measured.encoding, measured.characters, measured.parts) == (encoding, characters, parts)


def test_the_default_alphabet_has_127_characters_beside_the_escape() -> None:
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@given(st.text(max_size=400))
def test_a_part_more_or_less_never_skips(text: str) -> None:
    measured = measure(text)

    single, joined = (160, 153) if measured.encoding is Encoding.GSM_7 else (70, 67)
    assert (measured.parts == 1) == (measured.characters <= single)
    assert measured.parts <= 1 + measured.characters // (joined - 1)
    assert measure(text + "a").parts - measured.parts in {0, 1}
