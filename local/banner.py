"""What people see when the local host is ready, and the same values as files to source."""

import os
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from local.functions import CREDENTIALS, REGION


@dataclass(frozen=True, slots=True)
class Access:
    """Where the local host is reached, and with which keys of the project `demo`."""

    api: str
    webhooks: str
    inbox: str
    aws: str
    live_key: str
    test_key: str

    def variables(self) -> dict[str, str]:
        """As a shell wants them."""
        return {
            "HELIOGRAPH_URL": self.api,
            "HELIOGRAPH_API_KEY": self.live_key,
            "HELIOGRAPH_TEST_KEY": self.test_key,
            "HELIOGRAPH_WEBHOOKS_URL": self.webhooks,
            "HELIOGRAPH_INBOX_URL": self.inbox,
            "HELIOGRAPH_LOCAL": str(urlsplit(self.api).port),
            "AWS_ENDPOINT_URL": self.aws,
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
        }


def block(access: Access, env_file: Path) -> str:
    """The end of the start-up: where everything is, and a request that works when pasted."""
    if not access.live_key:
        return f"\nThe local host is ready, and empty: {access.api}\n"
    lines = {
        "API": access.api,
        "Inbox": access.inbox,
        "Webhooks": access.webhooks,
        "AWS endpoint": access.aws,
        "Live key": access.live_key,
        "Test key": access.test_key,
        "Variables": f"source {env_file}",
    }
    listed = "\n".join(f"  {name:14}{value}" for name, value in lines.items())
    return f"\nHeliograph is ready.\n\n{listed}\n\nSend a mail, then look at the inbox:\n\n{curl(access)}\n"


def curl(access: Access) -> str:
    """Sends the seeded event `welcome` to Ada."""
    return (
        f"  curl -X POST {access.api}/v1/send/welcome \\\n"
        f"    -H 'Authorization: Bearer {access.live_key}' \\\n"
        "    -H 'Content-Type: application/json' \\\n"
        '    -d \'{"to": "ada@example.com", "payload": {"plan": "team"}}\'\n'
    )


def write(variables: Mapping[str, str], folder: Path, port: int) -> Path:
    """Write `PORT/env` and, for the newest, `env` in *folder*, readable for their owner; gives the first one's path."""
    text = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())
    own = folder / str(port) / "env"
    own.parent.mkdir(parents=True, exist_ok=True)
    for path in (own, folder / "env"):
        unfinished = path.with_name(f"env.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    return own
