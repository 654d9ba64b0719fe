"""Hands a case's message to its provider: over real HTTP to this machine, or by an AWS client with canned answers."""

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qsl

import boto3
from botocore.config import Config
from botocore.stub import Stubber

from heliograph.domain import errors, polling
from heliograph.domain.model import Accepted
from heliograph.domain.tools import Http, Inbox, Smtp
from heliograph.mail_transport import MailTransport
from heliograph.providers import load
from heliograph.token_cache import TokenCache
from heliograph.transport import Transport
from tests.providers.contract import Case, message
from tests.providers.loopback import Answer, Asked, Loopback, json_reply, reply
from tests.providers.mail_server import MailServer, Script

NOW: Final = 1_767_225_600
"""The time of all sends, in seconds since 1970: 1 January 2026."""


@dataclass
class Tools:
    """The tools of dispatch: the real transport towards a local server, a real client with canned answers."""

    http: Http
    client: Any = None
    smtp: Smtp = field(default_factory=MailTransport)
    at: int = NOW
    tokens: TokenCache = field(default_factory=lambda: TokenCache(lambda: NOW))

    @property
    def http2(self) -> Http:
        """The same: what goes over it is looked at, not how."""
        return self.http

    def now(self) -> int:
        return self.at

    def random(self, size: int) -> bytes:
        return bytes(range(size))

    @property
    def outside(self) -> Http:
        return self.http

    @property
    def inbox(self) -> Inbox:
        raise AssertionError("no provider that is reached over a network stores items")

    def aws(self, service: str) -> Any:
        assert self.client.meta.service_model.service_name == service
        return self.client


def client(service: str, endpoint: str | None = None, **config: Any) -> Any:
    make: Any = boto3.client  # its stubs want the name as a literal
    return make(
        service,
        endpoint_url=endpoint,
        region_name="eu-west-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def outcome(send: Callable[[], Accepted]) -> dict[str, Any]:
    """What `send` did, in the words of a case."""
    try:
        accepted = send()
        later = [str(event.kind) for _, event in accepted.later]
        told: dict[str, Any] = {"provider_message_id": accepted.provider_message_id}
        return {"accepted": told | ({"later": later} if later else {})}
    except errors.ProviderError as exc:
        refused = {"error": type(exc).__name__, "code": exc.code, "reason": str(exc.reason), "text": exc.text}
        wait = getattr(exc, "retry_after", None)
        return {"refused": refused | ({"retry_after": wait} if wait is not None else {})}


def send_to_aws(case: Case) -> dict[str, Any]:
    aws, answer = client(case.file["service"]), case.case["reply"]
    with Stubber(aws) as stub:
        if "answer" in answer:
            stub.add_response(case.file["operation"], answer["answer"], _with_bytes(case.case["request"]))
        else:
            code, text, status = answer["code"], answer["message"], answer["status"]
            modeled = answer.get("modeled")
            stub.add_client_error(case.file["operation"], code, text, status, modeled_fields=modeled)
        sent = outcome(lambda: load(case.provider).send(message(case), case.credentials, Tools(Transport(), aws)))
        stub.assert_no_pending_responses()
    return sent


def _with_bytes(request: dict[str, Any]) -> dict[str, Any]:
    """What goes to the SDK: files are bytes there, which JSON does not have."""
    if "Attachments" not in request.get("Content", {}).get("Simple", {}):
        return request
    wanted = copy.deepcopy(request)
    for one in wanted["Content"]["Simple"]["Attachments"]:
        one["RawContent"] = one["RawContent"].encode()
    return wanted


def send(case: Case) -> dict[str, Any]:
    """Hand the case's message over, by whatever way its provider goes."""
    if "smtp" in case.file:
        return talk_to_smtp(case, lambda tools: outcome(lambda: _sent(case, tools)))
    return send_to_aws(case) if "service" in case.file else send_to_http(case)


def check(case: Case) -> dict[str, Any]:
    """Check the case's credentials, by whatever way its provider goes."""
    if "smtp" not in case.file:
        return check_by_http(case)

    def checked(tools: Tools) -> dict[str, Any]:
        try:
            load(case.provider).check(case.credentials, tools)
        except errors.ProviderError as exc:
            return {"refused": type(exc).__name__}
        return {"good": True}

    return talk_to_smtp(case, checked)


def _sent(case: Case, tools: Tools) -> Accepted:
    return load(case.provider).send(message(case), case.credentials, tools)


def talk_to_smtp(case: Case, talk: Callable[[Tools], dict[str, Any]]) -> dict[str, Any]:
    """What *talk* does with a mail server that answers as the case says, and was told what the case says."""
    with MailServer(Script(case.case.get("replies", {}))) as there:
        transport = MailTransport(sandbox=there.address, now=lambda: datetime(2026, 3, 1, 9, tzinfo=UTC), total=5)
        done = talk(Tools(Transport(), smtp=transport))
    if "commands" in case.case:
        assert there.script.heard == case.case["commands"]
    if "content" in case.case:
        assert there.script.content.decode().split("\r\n") == case.case["content"]
    return done


def send_to_http(case: Case) -> dict[str, Any]:
    answer = case.case["reply"]
    status, headers = answer["status"], answer.get("headers", {})
    told = json_reply(status, answer["json"], headers) if "json" in answer else reply(status, answer["text"].encode())
    last = reply(status, answer.get("text", "").encode(), headers) if "text" in answer else told
    with Loopback.serving(_after_first(case, last)) as there:
        tools = Tools(Transport(sandbox_url=there.url), at=case.file.get("now", NOW))
        sent = outcome(lambda: load(case.provider).send(message(case), case.credentials, tools))
        if "request" in case.case:
            _check(there, case.case["request"])
    return sent


def _after_first(case: Case, last: Answer) -> Answer:
    """*last* for all but the request for an access token, if the vendor wants one first."""
    first = case.case.get("first") or case.file.get("first")
    if not first:
        return last
    token = json_reply(first["status"], first["json"])
    return lambda handler: (token if handler.path == case.file["first"]["path"] else last)(handler)


def _asked(there: Loopback) -> Asked:
    """The one request, behind the one for an access token where there was such."""
    *_, asked = there.asked
    assert len(there.asked) == 1 or len({one.path for one in there.asked}) == len(there.asked)
    return asked


def _check(there: Loopback, wanted: dict[str, Any]) -> None:
    asked = _asked(there)
    assert asked.path == wanted["path"]
    assert {name: asked.headers.get(name) for name in wanted["headers"]} == wanted["headers"]
    if "form" in wanted:
        assert asked.form == wanted["form"]
    elif "pairs" in wanted:
        assert parse_qsl(asked.body.decode(), keep_blank_values=True) == [tuple(pair) for pair in wanted["pairs"]]
    elif "base64" in wanted:
        assert b64encode(asked.body).decode() == wanted["base64"]
    elif "multipart" in wanted:
        assert asked.multipart == wanted["multipart"]
    else:
        assert json.loads(asked.body) == wanted["json"]


def check_by_http(case: Case) -> dict[str, Any]:
    """What `check` did: `good`, or why the credentials are not."""
    answer = case.case["reply"]
    told = json_reply(answer["status"], answer["json"]) if "json" in answer else reply(answer["status"], b"")
    with Loopback.serving(_after_first(case, told)) as there:
        tools = Tools(Transport(sandbox_url=there.url))
        try:
            load(case.provider).check(case.credentials, tools)
        except errors.ProviderError as exc:
            found: dict[str, Any] = {"refused": type(exc).__name__}
        else:
            found = {"good": True}
        asked = _asked(there)
    wanted = case.case["request"]
    assert (asked.method, asked.path) == (wanted["method"], wanted["path"])
    assert {name: asked.headers.get(name) for name in wanted["headers"]} == wanted["headers"]
    return found


def poll(case: Case) -> dict[str, Any]:
    """What the provider answered when it was asked for a message, in the words of a case."""
    answer = case.case["reply"]
    provider = load(case.provider)
    assert isinstance(provider, polling.Asked)
    question = polling.Question(provider=case.provider, id=case.file["message_id"], echo="v1.echo")
    with Loopback.serving(json_reply(answer["status"], answer["json"])) as there:
        try:
            told = provider.poll(question, case.credentials, Tools(Transport(sandbox_url=there.url)))
        except errors.ProviderError as exc:
            return {"refused": type(exc).__name__}
        asked = _asked(there)
    assert (asked.method, asked.path) == (case.file["poll"]["method"], case.file["poll"]["path"])
    return {"events": list(told.events), "more": told.more}
