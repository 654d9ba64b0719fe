"""Which programs are known to be no person's."""

import pytest

from heliograph.wire import machines


@pytest.mark.parametrize("agent", ["Mozilla/5.0", " Mozilla/5.0 "])
def test_a_bare_agent_is_a_mail_proxys(agent: str) -> None:
    assert machines.is_proxy(agent)


@pytest.mark.parametrize("agent", ["", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"])
def test_a_whole_browser_and_a_missing_agent_are_not(agent: str) -> None:
    assert not machines.is_proxy(agent)
