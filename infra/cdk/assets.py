"""What a function's zip holds: its own folder of functions/ and the shared package, as they lie in the repository."""

from aws_cdk import IgnoreMode
from aws_cdk import aws_lambda as lambda_

from heliograph.names import HANDLERS, Function
from infra.cdk import ROOT


def folder(function: Function) -> str:
    """The function's folder in functions/: `functions.webhooks.apply.handler` lies in `webhooks`."""
    return HANDLERS[function].split(".")[1]


def excluded(function: Function) -> list[str]:
    """Patterns in git's manner: nothing but the two folders, and of them no bytecode and no hidden files."""
    keep = (f"functions/{folder(function)}", "heliograph")
    return [
        "*",
        "!functions",
        *(f"!{path}{end}" for path in keep for end in ("", "/**")),
        "__pycache__",
        "*.pyc",
        ".*",
    ]


def code(function: Function) -> lambda_.Code:
    """The asset; the functions of one folder share it."""
    return lambda_.Code.from_asset(str(ROOT), exclude=excluded(function), ignore_mode=IgnoreMode.GIT)
