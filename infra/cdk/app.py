"""The CDK app: `python -m infra.cdk.app`, run by the CDK CLI or by `infra.cdk.synth`."""

import sys

from aws_cdk import App, Validations
from cdk_nag import AwsSolutionsChecks
from pydantic import ValidationError

from infra.cdk.nag import accept
from infra.cdk.options import Options
from infra.cdk.stack import HeliographStack


def main() -> None:
    """Write the template of the stage that the context names."""
    app = App()
    names = ("stages", *Options.model_fields)
    context = {name: app.node.try_get_context(name) for name in names}
    try:
        options = Options.from_context({name: value for name, value in context.items() if value is not None})
    except ValidationError as exc:
        sys.exit(f"a choice in cdk.json, or given with -c, is wrong (infra/cdk/options.py lists them): {exc}")
    accept(HeliographStack(app, options), options)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    app.synth()


if __name__ == "__main__":
    main()
