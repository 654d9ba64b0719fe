"""What the manage function needs for uploads."""

import base64
import secrets

from heliograph.bootstrap import wiring
from heliograph.usecases.attaching import OfferUpload

ID_BYTES = 16


def offer_upload() -> OfferUpload:
    """Gives callers places to upload to."""
    return OfferUpload(files=wiring().files, clock=wiring().clock, new_id=_new_id)


def _new_id() -> str:
    return base64.b32encode(secrets.token_bytes(ID_BYTES)).decode().lower().rstrip("=")
