"""Prints what reading a SendGrid batch of 1,000 events costs: `.venv/bin/python bench/receive.py`.

Our own CPU is what `receive` takes beyond parsing the JSON and verifying the signature, which are measured alone. Then
a hundred batches one after the other, as they come to a function that lives on: its memory must not grow with them.
"""

import base64
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

EVENTS: Final = 1000
RUNS: Final = 15
BATCHES: Final = 100
GROWTH: Final = 50_000
"""Bytes that a hundred batches may leave behind, for caches of the libraries."""
LIMIT: Final = 40.0
"""Milliseconds."""
KINDS: Final = ("processed", "delivered", "open", "click", "bounce", "deferred", "dropped", "spamreport")


def events() -> Iterator[dict[str, Any]]:
    """As SendGrid writes them, with what only some of them have."""
    for number in range(EVENTS):
        kind = KINDS[number % len(KINDS)]
        yield {
            "email": f"person{number}@example.com",
            "timestamp": 1_767_258_000 + number,
            "smtp-id": f"<14c5d75ce93.dfd.{number}@ismtpd-555>",
            "event": kind,
            "category": ["welcome", "team"],
            "sg_event_id": base64.b64encode(f"event {number}".encode()).decode(),
            "sg_message_id": f"14c5d75ce93.dfd.{number}.filter0001.16648.5515E0B88.0",
            "heliograph": "ATEEZGVtbwx2aHZ3YmM1dGluYWEaa29mcXpzenFzd2JjN2ZoN2Y2eTZoNWVtanEBMAEx" + "A" * 30,
            "response": f"250 OK for person{number}@example.com queued as 4fK2",
            "reason": f"500 unknown recipient <person{number}@example.com> at mx.example.com"
            if kind == "bounce"
            else "",
            "status": "5.0.0",
            "useragent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko)",
            "ip": "192.0.2.17",
            "url": "https://shop.example/orders/A-1042?from=mail",
        }


def median(work: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    found = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return statistics.median(found)


def main() -> int:
    """The figures; 1 when a limit is passed."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415  # found only from the line above on
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    from heliograph.domain.model import WebhookRequest  # noqa: PLC0415
    from heliograph.providers.sendgrid import SIGNATURE, TIMESTAMP, SendGrid  # noqa: PLC0415
    from heliograph.wire import public_keys  # noqa: PLC0415
    from local.sandbox.accounts import signing_key, verification_key  # noqa: PLC0415

    body = json.dumps(list(events())).encode()
    proof = base64.b64encode(signing_key().sign(b"1767258000" + body, ec.ECDSA(hashes.SHA256()))).decode()
    request = WebhookRequest(
        method="POST", url="https://hooks.example/", headers={TIMESTAMP: "1767258000", SIGNATURE: proof}, body=body
    )
    provider = SendGrid()
    credentials = SendGrid.Credentials.model_validate(
        {"api_key": "SG.bench-mark", "verification_key": verification_key()}
    )

    def verify() -> None:
        public_keys.prove_ecdsa("SendGrid", proof.encode(), b"1767258000" + body, verification_key())

    def receive() -> int:
        return len(provider.receive(request, credentials).events)

    parsing, proving = median(lambda: json.loads(body)), median(verify)
    whole = median(receive)
    ours = whole - parsing - proving
    print(f"{receive()} events, {len(body) // 1000} KB: receive {whole:.1f} ms of CPU")
    print(f"  JSON {parsing:.1f}, signature {proving:.1f}, our own {ours:.1f} (limit {LIMIT:.0f})")
    first, last = memory(receive)
    print(f"memory held after 1 batch {first / 1000:.0f} KB, after {BATCHES} batches {last / 1000:.0f} KB")
    return int(ours > LIMIT or last > first + GROWTH)


def memory(work: Callable[[], object]) -> tuple[int, int]:
    """Bytes that are still held after the first batch and after the last."""
    tracemalloc.start()
    work()
    first = held()
    for _ in range(BATCHES - 1):
        work()
    last = held()
    tracemalloc.stop()
    return first, last


def held() -> int:
    """Bytes, once what is only waiting to be collected is gone."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


if __name__ == "__main__":
    sys.exit(main())
