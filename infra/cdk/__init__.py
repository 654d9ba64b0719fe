"""The CDK app: the only description of the infrastructure. `make synth` writes its template to cdk.out/."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
"""The repository's root."""
