"""Heliograph: one API, every channel, one status."""
