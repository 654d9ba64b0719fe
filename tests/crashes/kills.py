"""The long form: 200 processes killed under a burst, by `make kills`, which writes docs/kills.md.

    python -m tests.crashes.kills --kills 200 --port 8400 --report docs/kills.md

Every figure of the report is counted here; a run that lost something ends with status 1 and names it.
"""

import argparse
import os
import platform
import random
import sys
from pathlib import Path
from typing import Final

from local.host import Host
from local.logs import Logs
from tests.crashes.bursts import CALL_SECONDS, Figures, run
from tests.e2e.service import Service

CALLERS: Final = 4
PACE: Final = 1.0
EVERY: Final = 1.5
WORK_TIMEOUT: Final = 10
"""Seconds. Longer than in the tests: on a busy machine a function that was just started is slow at first."""
HOLD: Final = 3
WITHIN: Final = 15 * 60
"""Seconds for the rest: three times what the sweep leaves a message alone."""
PAGE: Final = """\
# Two hundred processes killed

Written by `make kills`; the figures are those of its last run. Faults are played many times over in one process with a
clock of its own (`tests/faults`); this is the proof with real ones. The local host runs every function in processes of
its own, callers send, and processes of all functions get `SIGKILL` at random moments, if possible while they work.

A caller that gets no 202 sends the same request with the same `id` again. Mails go by SES and SendGrid and texts by
Twilio, each as the [sandbox](sandbox.md) plays it: it takes {call} s to answer, and reports afterwards. Leases are
short (`work_timeout={timeout}`, `hold={hold}`), so that what a dead worker held is taken up within two minutes.

| | |
|---|---:|
| processes killed | {kills} |
| of them in the middle of an invocation | {busy} |
| messages accepted | {messages} |
| requests that callers had to repeat | {repeated} |
| **messages lost** | **{lost}** |
| messages that a provider took once more | {twice} |
| dead letters, put back by `heliograph redrive` | {dead_letters} |
| seconds from the first request to the last end | {seconds:.0f} |

A message is lost when its notification does not end `delivered`, or when no provider ever took it; it is counted at the
very end, after the dead letters were put back. Here three processes of a function carry everything, so one batch meets
several kills, and is given up more often than among the fifty that AWS starts. A message goes out twice
when its worker dies between the provider's answer and our record, and no report comes before lease and hold are over;
a provider that honours an idempotency key closes that window, see [the capabilities](providers/README.md).

| function | processes killed |
|---|---:|
{functions}

On {cores} cores, Python {python}, seed {seed}.
"""


def page(found: Figures, seed: int) -> str:
    """The report."""
    functions = "\n".join(f"| `{name}` | {count} |" for name, count in sorted(found.kills.items()))
    return PAGE.format(
        call=CALL_SECONDS,
        timeout=WORK_TIMEOUT,
        hold=HOLD,
        kills=found.kills.total(),
        busy=found.busy,
        messages=found.messages,
        repeated=found.repeated,
        lost=len(found.lost),
        twice=found.twice,
        dead_letters=found.dead_letters,
        seconds=found.seconds,
        functions=functions,
        cores=os.cpu_count(),
        python=platform.python_version(),
        seed=seed,
    )


def main() -> None:
    """Run it and write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.crashes.kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--port", type=int, default=8400, help="of the local host")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--report", type=Path)
    parser.add_argument("--log", type=Path, default=Path(os.devnull), help="takes the lines of the functions")
    chosen = parser.parse_args()
    context = {"work_timeout": str(WORK_TIMEOUT), "hold": str(HOLD)}
    chance = random.Random(chosen.seed)  # noqa: S311  # the same choices in every run of a seed
    with chosen.log.open("w") as log, Host(chosen.port, context=context, logs=Logs(log)) as host:
        service = Service(host, host.access.live_key)
        found = run(
            service,
            kills=chosen.kills,
            every=EVERY,
            callers=CALLERS,
            pace=PACE,
            chance=chance,
            within=WITHIN,
            say=lambda line: print(line, flush=True),  # noqa: T201  # a program that shows how far it is
        )
    text = page(found, chosen.seed)
    if chosen.report:
        chosen.report.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    if found.lost:
        sys.exit(f"lost: {', '.join(found.lost)}")


if __name__ == "__main__":
    main()
