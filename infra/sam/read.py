"""Runs inside SAM's own environment: prints, as JSON, what `sam local` would find in the template given as argument."""

import json
import sys

# SAM's environment is apart from ours: it pins many versions, and the type checker does not see it.
from samcli.lib.providers.api_provider import ApiProvider  # type: ignore[import-not-found]
from samcli.lib.providers.sam_function_provider import SamFunctionProvider  # type: ignore[import-not-found]
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider  # type: ignore[import-not-found]


def main(template: str) -> None:
    """Functions and routes, by the classes that `sam local invoke` and `sam local start-api` use."""
    stacks, _ = SamLocalStackProvider.get_stacks(template)
    functions = [
        {"handler": found.handler, "code": found.codeuri, "layers": [layer.codeuri for layer in found.layers]}
        for found in SamFunctionProvider(stacks).get_all()
    ]
    routes = [route.path for route in ApiProvider(stacks, cwd=".").routes]
    print(json.dumps({"functions": functions, "routes": routes}))


if __name__ == "__main__":
    main(sys.argv[1])
