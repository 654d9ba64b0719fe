"""Prints what each upload of cdk.out weighs: `python -m infra.cdk.sizes`, after `make synth`."""

import io
import json
import zipfile
from pathlib import Path

from infra.cdk import ROOT


def main() -> None:
    """One line an asset: bytes unpacked, bytes zipped, and who uses it."""
    for manifest in sorted((ROOT / "cdk.out").glob("*.assets.json")):
        for name, asset in json.loads(manifest.read_text())["files"].items():
            folder = manifest.parent / asset["source"]["path"]
            if folder.is_dir():
                unpacked, zipped = _weigh(folder)
                print(f"{name[:12]}  {unpacked:>11,}  {zipped:>11,}  {_contents(folder)}")


def _weigh(folder: Path) -> tuple[int, int]:
    packed = io.BytesIO()
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in files:
            archive.write(path, path.relative_to(folder))
    return sum(path.stat().st_size for path in files), packed.tell()


def _contents(folder: Path) -> str:
    own = sorted(path.name for path in folder.glob("functions/*"))
    return f"functions/{own[0]}" if own else ", ".join(sorted(path.name for path in folder.iterdir())[:3])


if __name__ == "__main__":
    main()
