"""The whole service, for the pages that a browser shows."""

from tests.e2e.conftest import host, lines, record, service

__all__ = ["host", "lines", "record", "service"]
