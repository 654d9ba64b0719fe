"""Cannot be imported."""

import no_such_module  # type: ignore[import-not-found]  # that is its purpose

handler = no_such_module.handler
