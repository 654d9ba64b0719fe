"""Fair queueing: projects that share an account's rate take equal turns, and none of them loses its place. Pure.

Virtual time is the work that every waiting project has been given: it runs as fast as the clock while one project
waits, half as fast while two do. A message takes a *tag*, the virtual time at which it is its turn. A project that
comes later slows the others down and moves nobody.

All in microseconds. Source: A. Demers, S. Keshav, S. Shenker, Analysis and Simulation of a Fair Queueing Algorithm,
SIGCOMM 1989 (https://doi.org/10.1145/75246.75248).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What waits at an account: its virtual time at some moment, and up to where each project has taken tags."""

    virtual: int = 0
    at: int = 0
    """The moment."""
    ends: Mapping[str, int] = field(default_factory=dict)
    """Project -> the tag that it takes next; one that is over says nothing any more."""

    def virtual_at(self, now: int) -> int:
        """The virtual time at *now*, if nobody has taken tags since."""
        virtual, at = self.virtual, self.at
        for end, waiting in self._stages():
            until = at + (end - virtual) * waiting
            if now <= until:
                return virtual + max(0, now - at) // waiting
            virtual, at = end, until
        return virtual + max(0, now - at)

    def comes(self, tag: int) -> int:
        """When it is a tag's turn, if nobody takes tags meanwhile: never later than that, never before `at`."""
        virtual, at = self.virtual, self.at
        for end, waiting in self._stages():
            if tag <= end:
                return at + max(0, tag - virtual) * waiting
            virtual, at = end, at + (end - virtual) * waiting
        return at + max(0, tag - virtual)

    def waits(self, project: str, now: int) -> bool:
        """Whether it has tags whose turn is to come."""
        return self.ends.get(project, 0) > self.virtual_at(now)

    def joined(self, project: str, work: int, now: int) -> "Line":
        """The line once a project that does not wait has taken tags for so much work; its first tag is `virtual`."""
        virtual = self.virtual_at(now)
        waiting = {name: end for name, end in self.ends.items() if end > virtual}
        return Line(virtual=virtual, at=max(now, self.at), ends=waiting | {project: virtual + work})

    def over(self, now: int) -> dict[str, int]:
        """The ends that have been reached: who relies on them must know that they are still the last."""
        virtual = self.virtual_at(now)
        return {name: end for name, end in self.ends.items() if end <= virtual}

    def _stages(self) -> Iterator[tuple[int, int]]:
        """(the tag at which a project is done, how many wait until then), the next first."""
        coming = sorted(end for end in self.ends.values() if end > self.virtual)
        for place, end in enumerate(coming):
            yield end, len(coming) - place


def fresh(now: int) -> Line:
    """A line at which nobody waits. Virtual time never overtakes the clock, so tags of one that was lost are over."""
    return Line(virtual=now, at=now)
