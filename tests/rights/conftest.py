import pytest

from tests.functions.stage import CACHES, stage
from tests.rights.scenarios import SCENARIOS, World
from tests.support.aws_calls import Recorded

NOBODY = "http://127.0.0.1:9"
"""Where no one listens: that a provider was asked is all that counts."""


@pytest.fixture(scope="session")
def used() -> set[Recorded]:
    """Every right that the functions have made use of in the scenarios."""
    with pytest.MonkeyPatch.context() as patch, stage(patch) as acme:
        patch.setenv("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2", NOBODY)
        patch.setenv("HELIOGRAPH_SANDBOX_URL", NOBODY)
        for made in CACHES:
            made.cache_clear()
        _ = acme.parts
        for scenario in SCENARIOS:
            scenario(World(acme))
    # Told when the stage is over, so that no other one lies inside it.
    return acme.used
