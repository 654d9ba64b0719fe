"""`heliograph keys rotate`: a new key in an old one's place, with time to change over."""

import re
import secrets
import time
from dataclasses import replace
from typing import Any, Final

import click

from cli.stage import Stage, stage_option, told
from heliograph.domain import api_keys
from heliograph.domain.project import ApiKey

UNITS: Final = {"m": 60_000, "h": 3_600_000, "d": 86_400_000}
_SPAN: Final = re.compile(r"([0-9]{1,4})([mhd])")
LONGEST: Final = 90 * UNITS["d"]


def _span(_context: Any, _option: Any, value: str) -> int:
    """`30m`, `24h` or `7d` in milliseconds."""
    match = _SPAN.fullmatch(value)
    found = int(match[1]) * UNITS[match[2]] if match else -1
    if not 0 <= found <= LONGEST:
        raise click.BadParameter("write a number and m, h or d, such as 30m, 24h or 7d; at most 90d")
    return found


@click.command()
@click.argument("key_id")
@click.option("--overlap", default="24h", show_default=True, callback=_span, help="How long the old key still works.")
@click.option("--days", type=click.IntRange(1, 3650), help="Until the new one expires; as the old one if left out.")
@stage_option
def rotate(key_id: str, overlap: int, days: int | None, stage: str) -> None:
    """Make a new key with the rights of the key KEY_ID, show it, and have the old one end after the overlap."""
    now = time.time_ns() // 1_000_000
    with told():
        found = Stage(stage)
        old = found.projects.key(key_id)
        if old is None or old.revoked or 0 < old.expires <= now:
            raise click.ClickException(
                f"there is no working key {key_id}: its id is the ten characters behind live_ or test_"
            )
        minted = api_keys.mint(old.mode, secrets.token_bytes)
        digest = api_keys.digest(minted.text, found.secrets["pepper"])
        expires = now + days * UNITS["d"] if days else old.expires
        # The new one first: if the second write fails, both work and the command may be repeated.
        found.projects.add_key(replace(old, id=minted.id, digest=digest, created=now, expires=expires))
        found.projects.expire(key_id, at=_earlier(old, now + overlap))
    click.echo(f"key {minted.id} takes the place of {key_id} (keep the next line; it is not shown again)")
    click.echo(minted.text)


def _earlier(key: ApiKey, at: int) -> int:
    return min(key.expires, at) if key.expires else at
