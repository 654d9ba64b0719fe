import pytest

from heliograph.wire.urls import with_and_without_port


@pytest.mark.parametrize(
    ("url", "spellings"),
    [
        ("https://a.example/w?b=c", {"https://a.example/w?b=c", "https://a.example:443/w?b=c"}),
        ("https://a.example:443/w", {"https://a.example/w", "https://a.example:443/w"}),
        ("http://a.example/", {"http://a.example/", "http://a.example:80/"}),
        ("https://a.example:8443/", {"https://a.example:8443/", "https://a.example/", "https://a.example:443/"}),
        ("https://u:p@a.example/", {"https://u:p@a.example/", "https://u:p@a.example:443/"}),
    ],
)
def test_a_url_is_spelt_as_it_is_and_without_its_port_and_with_the_schemes(url: str, spellings: set[str]) -> None:
    assert with_and_without_port(url) == spellings


@pytest.mark.parametrize("text", ["https://a.example:port/", "https://a.example:99999/", "https://[::1"])
def test_what_is_no_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"[Pp]ort|IPv6"):
        with_and_without_port(text)
