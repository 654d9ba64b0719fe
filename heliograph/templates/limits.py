"""What a template may use up, and the meter that counts it while the template runs.

Everything is counted in the compiled code, so a template that passes on one machine passes on every other. The
numbers are set so that the worst template ends within 200 ms and 64 MB on one core of 2.5 GHz.
"""

from typing import Final

from heliograph.templates.languages import Setting

MAX_SOURCE: Final = 100_000
"""Bytes of one part's source."""
MAX_TOKENS: Final = 4_000
"""Of one part's source; a stretch of plain text is one. Compiling costs about 25 µs for each."""
MAX_DEPTH: Final = 50
"""Of expressions and statements inside each other."""
MAX_LOOPS: Final = 2
"""Loops inside each other."""
MAX_STEPS: Final = 20_000
"""Turns of all loops together."""
MAX_OUTPUT: Final = 500_000
"""Bytes of one rendered part, and characters of any string on the way to it."""
MAX_WORK: Final = 200_000
"""Units: a turn of a loop costs one for each node of its body, a list one for each element, a text as below."""
CHARS_PER_UNIT: Final = 32


class Refused(Exception):
    """The template does what it may not, or cannot, do; a sentence without part and line."""


class Meter:
    """Counts one rendering of one part; every method raises Refused when a limit is passed.

    It also knows what the part is rendered for, since filters see nothing else of a rendering.
    """

    __slots__ = ("_output", "_steps", "_work", "setting")

    def __init__(self, setting: Setting | None = None) -> None:
        self.setting = setting or Setting()
        self._work = MAX_WORK
        self._steps = MAX_STEPS
        self._output = MAX_OUTPUT

    def work(self, units: int) -> None:
        self._work -= units
        if self._work < 0:
            raise Refused("the template does too much work for one message; loop over less, or compute it beforehand")

    def step(self, units: int) -> None:
        """One turn of a loop whose body has that many nodes."""
        self._steps -= 1
        if self._steps < 0:
            raise Refused(f"the loops take more than {MAX_STEPS} turns; loop over less")
        self.work(units)

    def text(self, length: int, cost: int = 1) -> None:
        """A string of that many characters is about to be made, *cost* times as dearly as by copying."""
        if length > MAX_OUTPUT:
            raise Refused(f"a text would become longer than {MAX_OUTPUT} characters; shorten it")
        self.work(1 + length * cost // CHARS_PER_UNIT)

    def output(self, chunk: str) -> None:
        self._output -= len(chunk) if chunk.isascii() else len(chunk.encode())
        if self._output < 0:
            raise Refused(f"the result is larger than {MAX_OUTPUT} bytes; send less")
