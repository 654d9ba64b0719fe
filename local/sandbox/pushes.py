"""What the fakes of push services share: a token chooses its outcome, a dead one is refused, what is left is kept."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug import Response

from heliograph.domain.magic import outcome_of
from heliograph.domain.model import Channel
from heliograph.wire.push_encryption import decoded
from local.sandbox.desk import Desk
from local.sandbox.inbox import Message

_HALF = 32


class Push(NamedTuple):
    """One push as a fake understood it."""

    provider: str
    to: str
    title: str
    text: str
    id: str
    metadata: Mapping[str, str] = {}


def is_gone(to: str) -> bool:
    """Whether the device *to* is one that is gone."""
    return any(report.bounce == "hard" for report in outcome_of(to).reports)


def take(desk: Desk, push: Push) -> int:
    """Decide about *push*: 0 when it is taken, else the status to answer.

    Raises:
        ConnectionAbortedError: the answer gets lost, on demand.
    """
    message = Message(
        at=desk.clock(),
        provider=push.provider,
        channel=Channel.PUSH,
        sender=push.provider,
        to=(push.to,),
        subject=push.title,
        text=push.text,
        metadata=push.metadata,
        provider_message_id=push.id,
    )
    return desk.take(message, lambda _kept: None).status


def claims(token: str, key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> Mapping[str, Any]:
    """The header and claims of a token that *key* proves, in one; empty when it is no such token."""
    try:
        header, body, proof = token.split(".")
        signed, signature = f"{header}.{body}".encode(), decoded(proof)
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), SHA256())
        else:
            halves = (int.from_bytes(signature[:_HALF]), int.from_bytes(signature[_HALF:]))
            key.verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))
        return {**json.loads(decoded(header)), **json.loads(decoded(body))}
    except (ValueError, InvalidSignature):
        return {}


def as_json(body: Any, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(json.dumps(body), status, content_type="application/json")
