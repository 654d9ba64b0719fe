"""The AWS endpoint: moto's server in this process, every call under one lock."""

import io
import json
import logging
import socket
import threading
from collections.abc import Iterable
from typing import Any, Final

import boto3
from botocore.config import Config
from moto.backends import get_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local.errors import CannotStart
from local.functions import ACCOUNT, CREDENTIALS, REGION
from local.ports import LOOPBACK

_RUNNING: Final = threading.Lock()
"""Held while moto's state, of which a process has one, is in use."""


class _Handler(MotoRequestHandler):
    """Keeps connections open: without that every call pays for a new one."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_expect_100(self) -> bool:
        """Tell at once that a body may come: clients wait a second for it, and answers are buffered here."""
        more = super().handle_expect_100()
        self.wfile.flush()
        return more

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # the base class names it so
        """Say nothing: the functions log what matters."""


class Aws:
    """moto, from `start` until `stop`. Its state belongs to the process, so one at a time; `start` begins empty."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{LOOPBACK}:{port}"
        self.lock: Final = threading.RLock()
        """moto's conditional writes are not atomic under threads; hold this to look at its state directly."""
        self._app = DomainDispatcherApplication(create_backend_app)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        # Bound here, because werkzeug ends the program when it cannot.
        with socket.create_server((LOOPBACK, port)) as listener:
            self._server: BaseWSGIServer = make_server(
                LOOPBACK, port, self._serve, threaded=True, request_handler=_Handler, fd=listener.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._clients: dict[str, Any] = {}

    def start(self) -> None:
        """Begin to serve, with nothing in it.

        Raises:
            CannotStart: another one runs in this process.
        """
        if not _RUNNING.acquire(blocking=False):
            raise CannotStart("one local host runs in this process already: stop it first, or use another process")
        self._thread.start()
        get_backend("moto_api")["global"].reset()

    def stop(self) -> None:
        """Stop listening and free the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            _RUNNING.release()
        self._server.server_close()
        for client in self._clients.values():
            client.close()

    def client(self, service: str) -> Any:
        """The boto3 client of a service here; made once, for all threads."""
        with self.lock:
            if service not in self._clients:
                session: Any = boto3.session.Session()  # the service is chosen at run time, so no stub fits
                self._clients[service] = session.client(
                    service,
                    endpoint_url=self.url,
                    region_name=REGION,
                    aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
                    aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
                    config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
                )
            return self._clients[service]

    def backend(self, service: Any) -> Any:
        """Moto's own objects of a service, to look at under `lock`: cheaper than a call, so it can be done often."""
        return get_backend(service)[ACCOUNT][REGION]

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ.get("HTTP_X_AMZ_TARGET") == "AmazonSQS.ReceiveMessage":
            _do_not_wait(environ)
        with self.lock:
            return list(self._app(environ, start_response))


def _do_not_wait(environ: dict[str, Any]) -> None:
    """Take long polling out of a request: it would hold the lock for as long as it waits."""
    body = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) or b"{}")
    raw = json.dumps(body | {"WaitTimeSeconds": 0}).encode()
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(raw), str(len(raw))
