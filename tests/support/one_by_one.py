"""A table that many threads may write to."""

from threading import Lock
from typing import Any


class OneByOne:
    """A client whose updates are atomic, as DynamoDB's are; moto's in one process are not."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = Lock()

    def update_item(self, **request: Any) -> Any:
        with self._lock:
            return self._client.update_item(**request)
