"""The program of a function's process, with a record of what it asks of AWS: `python -m tests.e2e.recorded_child`."""

import os
from pathlib import Path

from local import child
from tests.support.aws_calls import into, listen

RECORD = "TEST_RECORD"

if __name__ == "__main__":
    listen(into(Path(os.environ[RECORD]), os.environ["POWERTOOLS_SERVICE_NAME"]), setattr)
    child.main()
