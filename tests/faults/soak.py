"""The long run: a million messages with one fault in a hundred sites, random outages, and all pairs of faults.

    python -m tests.faults.soak --messages 1000000 --report docs/soak.md

Every figure of the report is counted here; a run with a breach ends with status 1 and the seeds that show it.
"""

import argparse
import os
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Final

from tests.faults import plans
from tests.faults.invariants import breaches, duplicates
from tests.faults.provider import SECOND, Manner
from tests.faults.setting import ADDRESSES, Setting
from tests.faults.sites import Fault, Plan
from tests.faults.world import World

A_RUN: Final = 50
"""Messages of one run."""
SHARE: Final = 0.01
"""Of all sites, how many are struck."""
SITES: Final = 30 * A_RUN
MINUTE: Final = 60 * SECOND
SERVICES: Final = ("dynamodb", "sqs", "provider", "scheduler")
SHOWN: Final = 20


@dataclass
class Tally:
    """What was counted."""

    counts: Counter[str] = field(default_factory=Counter)
    breaches: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.counts += other.counts
        self.breaches += other.breaches[: max(0, SHOWN - len(self.breaches))]


def one(setting: Setting, plan: Plan, name: str) -> Tally:
    """One run."""
    world, found = World(setting, plan), []
    try:
        world.run()
        found = breaches(world)
    except AssertionError as exc:
        found = [str(exc)]
    accepted = sum(bool(sent.accepted) for sent in world.sent.values())
    counts = Counter(
        runs=1,
        messages=len(world.sent),
        accepted=accepted,
        faults=len(world.seam.fired),
        crashes=world.crashes,
        sites=world.seam.site,
        duplicates=duplicates(world),
        keyed_duplicates=duplicates(world) if setting.manner.honours_key else 0,
        keyed=accepted if setting.manner.honours_key else 0,
        at_risk=sum(world.provider.at_risk.values()),
        falls=len(world.table.falls),
        dead=len(world.dead),
        lost=sum("lost" in breach or "gone" in breach for breach in found),
        broken=bool(found),
    )
    return Tally(counts, [f"{name}: {breach}" for breach in found[:3]])


def random_run(seed: int) -> Tally:
    """A run of everything at once, the same for the same seed."""
    random = Random(seed)  # noqa: S311 # a run must be repeatable
    channel = random.choice(sorted(ADDRESSES))
    manner = Manner(
        honours_key=random.random() < 0.5,  # half
        slowest=random.choice((5, 60, 7_200)) * SECOND,
        copies=random.randint(1, 3),
    )
    outages = tuple(_outage(random) for _ in range(random.randint(0, 2)))
    setting = Setting(
        channel=channel,
        messages=A_RUN,
        manner=manner,
        lag=random.randint(0, 20),
        seed=seed,
        every=random.choice((10, 1_000)),
        ahead=random.choice((0, 0, 600_000, 7_200_000)),
        doubled=0.05,
        outages=outages,
    )
    struck = {site: random.choice(list(Fault)) for site in range(SITES) if random.random() < SHARE}
    return one(setting, struck, f"seed {seed}")


def _outage(random: Random) -> tuple[int, int, str]:
    begins = random.randint(0, 2 * MINUTE)
    return begins, begins + random.randint(MINUTE, 60 * MINUTE), random.choice(SERVICES)


def paired(number: int, of: int, *, honours_key: bool) -> Tally:
    """Every *of*-th pair of faults, beginning with *number*."""
    setting = Setting(messages=1, manner=Manner(honours_key=honours_key, slowest=7_200 * SECOND))
    tally = Tally()
    for plan in islice(plans.pairs(setting), number, None, of):
        tally.add(one(setting, plan, f"pair {dict(plan)}"))
    return tally


def _all(runs: Iterable[Tally], what: str, wanted: int) -> Iterator[Tally]:
    began = time.monotonic()
    for done, tally in enumerate(runs, 1):
        yield tally
        sys.stderr.write("".join(f"{line}\n" for line in tally.breaches))
        if done % 500 == 0:
            sys.stderr.write(f"{what}: {done} of {wanted} after {time.monotonic() - began:.0f} s\n")


def report(total: Tally, pairs: Tally, seconds: float, processes: int) -> str:
    """The report as a page."""
    counts, both = total.counts, pairs.counts
    unkeyed = max(1, counts["accepted"] - counts["keyed"])
    rate = 10_000 * (counts["duplicates"] - counts["keyed_duplicates"]) / unkeyed
    rows = (
        ("runs", f"{counts['runs']:,}", f"{both['runs']:,}"),
        ("messages", f"{counts['messages']:,}", f"{both['messages']:,}"),
        ("of them accepted (202)", f"{counts['accepted']:,}", f"{both['accepted']:,}"),
        ("sites passed", f"{counts['sites']:,}", f"{both['sites']:,}"),
        ("faults that struck", f"{counts['faults']:,}", f"{both['faults']:,}"),
        ("functions killed", f"{counts['crashes']:,}", f"{both['crashes']:,}"),
        ("**lost**", f"**{counts['lost']}**", f"**{both['lost']}**"),
        ("**runs with any breach**", f"**{counts['broken']}**", f"**{both['broken']}**"),
        ("ranks that fell", str(counts["falls"]), str(both["falls"])),
        ("dead letters", f"{counts['dead']:,}", f"{both['dead']:,}"),
        ("faults between a call and its stored result", f"{counts['at_risk']:,}", f"{both['at_risk']:,}"),
        ("sent twice", f"{counts['duplicates']:,}", f"{both['duplicates']:,}"),
        ("of them where the provider honours a key", str(counts["keyed_duplicates"]), str(both["keyed_duplicates"])),
    )
    table = "\n".join(f"| {name} | {random} | {every} |" for name, random, every in rows)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    return f"""# The soak

Made by `make soak`; what it does and what counts as a breach stands in `tests/faults/`. The code under test is what is
deployed; fakes stand in for DynamoDB, SQS, Scheduler and the provider, and a virtual clock for time.

Random runs: {A_RUN} messages each, {SHARE:.0%} of all sites struck (killed before, killed after, reply lost, reply
unreadable, throttled, slow), up to two outages of 1 to 60 minutes, queue messages doubled, indexes that lag, receipts
that are late, doubled and in any order. Pairs: every two faults at every two sites of one message, with receipts that
come too late to help.

| | random | all pairs |
|---|---|---|
{table}

At {SHARE:.0%} faults, {rate:.1f} of 10,000 messages went out twice by providers without an idempotency key, each after
a fault between the provider's answer and our record of it; the policy `at_most_once` ends those as `unknown` instead.

{seconds:.0f} seconds in {processes} processes, {memory} MB at most in each.
"""


def main() -> int:
    """Run, write the report, say whether all held."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--messages", type=int, default=1_000_000)
    options.add_argument("--first-seed", type=int, default=0)
    options.add_argument("--pairs", type=int, default=1, help="take every n-th pair; 0 for none")
    options.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options.add_argument("--report", type=Path)
    asked = options.parse_args()
    began, total, pairs = time.monotonic(), Tally(), Tally()
    seeds = range(asked.first_seed, asked.first_seed + -(-asked.messages // A_RUN))
    with ProcessPoolExecutor(asked.processes) as pool:
        for tally in _all(pool.map(random_run, seeds, chunksize=20), "random runs", len(seeds)):
            total.add(tally)
        shares = 64 * asked.pairs
        for honours_key in (False, True):
            share = partial(paired, of=shares, honours_key=honours_key)
            chosen = range(0, shares, asked.pairs) if asked.pairs else range(0)
            for tally in _all(pool.map(share, chosen), "shares of all pairs", len(chosen)):
                pairs.add(tally)
    page = report(total, pairs, time.monotonic() - began, asked.processes)
    sys.stdout.write(page)
    if asked.report:
        asked.report.write_text(page)
    return 1 if total.breaches + pairs.breaches else 0


if __name__ == "__main__":
    sys.exit(main())
