"""Fake providers on loopback: they take what the real ones take, and call back as the real ones do."""

from local.sandbox.server import Sandbox

__all__ = ["Sandbox"]
