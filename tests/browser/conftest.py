"""The whole service, for the pages that a browser shows."""

from tests.e2e.conftest import host, service

__all__ = ["host", "service"]
