"""What the manage function needs to change integrations and to ask vendors about them."""

from functools import cache

from heliograph import providers
from heliograph.bootstrap import wiring
from heliograph.bootstrap.managing import integrate
from heliograph.domain.tools import Tools
from heliograph.usecases.maintain import Maintain


@cache
def maintain() -> Maintain:
    """Works on integrations that are there, and asks vendors."""
    parts = wiring()
    return Maintain(integrate=integrate(), store=parts.projects, vault=parts.vault, load=providers.load, tools=_tools)


def _tools() -> Tools:
    # The ways out take 60 ms to import, and few calls of this function ask a vendor.
    from heliograph.bootstrap.reaching import tools  # noqa: PLC0415 - see above

    return tools()
