"""Whatever the shell has set for AWS or for a local host, no test sees it, nor do the processes that it starts."""

import os
from typing import Final

OF_THE_SHELL: Final = ("AWS_", "HELIOGRAPH_")


def pytest_configure() -> None:
    for name in [name for name in os.environ if name.startswith(OF_THE_SHELL)]:
        del os.environ[name]
    # A profile in the home directory is a real account.
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
