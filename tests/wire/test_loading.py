"""A provider loads what it uses and no more: cold starts pay for every import."""

import subprocess
import sys

import pytest

HEAVY = {"botocore", "cryptography"}


def loaded_after(statement: str) -> set[str]:
    program = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(  # noqa: S603 -- our own interpreter and our own text
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("provider", "needs"),
    [
        ("twilio", set()),
        ("sendgrid", {"cryptography"}),
        ("ses", {"botocore"}),
        ("sns_sms", {"botocore"}),
        ("resend", set()),
        ("smtp", set()),
        ("vonage", set()),
    ],
)
def test_a_provider_loads_no_library_that_it_does_not_use(provider: str, needs: set[str]) -> None:
    loaded = loaded_after(f"from heliograph.providers import load; load({provider!r})")

    assert loaded & HEAVY == needs


def test_importing_the_package_imports_none_of_its_modules() -> None:
    loaded = loaded_after("import heliograph.wire")

    assert not {name for name in loaded if name.startswith("heliograph.wire.")}
