"""The program of a function's process that some payloads kill while they are rendered, as memory that runs out does."""

import os
import signal
from typing import Any, Final

from local import child

POISON: Final = "poison"
"""The plan of a payload that nobody survives."""


def deadly(render: Any) -> Any:
    """*render*, for all other payloads."""

    def rendered(template: Any, context: Any, **more: Any) -> Any:
        if context.get("payload", {}).get("plan") == POISON:
            os.kill(os.getpid(), signal.SIGKILL)
        return render(template, context, **more)

    return rendered


if __name__ == "__main__":
    if os.environ["POWERTOOLS_SERVICE_NAME"].startswith("dispatch"):
        # Imported here: no other function has it, and each would start later for it.
        from heliograph import templates

        setattr(templates, "render", deadly(templates.render))  # noqa: B010  # before anybody has taken its name
    child.main()
