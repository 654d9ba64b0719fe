"""URLs as vendors sign them."""

from typing import Final
from urllib.parse import urlsplit

PORTS: Final = {"https": 443, "http": 80}


def with_and_without_port(url: str) -> set[str]:
    """The URL as it is, without its port, and with its scheme's own: vendors sign any of them.

    Raises:
        ValueError: it is no URL.
    """
    parts = urlsplit(url)
    bare = parts.netloc.removesuffix(f":{parts.port}")
    rest = url.removeprefix(f"{parts.scheme}://{parts.netloc}")
    port = PORTS.get(parts.scheme, 443)
    return {url, f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{bare}:{port}{rest}"}
