"""The local stage's secrets. They are no secrets: fixed, so that the seeded keys are the same in every run.

On AWS `heliograph init` draws them at random, and nobody sees them.
"""

import base64
import hashlib
import itertools
from collections.abc import Callable


def fixed() -> Callable[[], str]:
    """Stands in for chance: gives the same row of values (32 bytes in base64url) every time."""
    numbers = itertools.count()
    return lambda: base64.urlsafe_b64encode(hashlib.sha256(f"local {next(numbers)}".encode()).digest()).decode()
