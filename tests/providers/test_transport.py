"""The one HTTP transport, against real servers on this machine that misbehave in every way."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from heliograph.domain.errors import Rejected, Transient, UnknownOutcome
from heliograph.transport import Transport
from tests.providers.loopback import Loopback, closed_port, json_reply, reply, reset

URL = "https://api.provider.example/v1/send?a=b%20c"


@pytest.fixture
def there() -> Iterator[Loopback]:
    with Loopback.serving(reply(200, b"ok")) as loopback:
        yield loopback


def transport(there: Loopback, **options: float) -> Transport:
    return Transport(sandbox_url=there.url, connect=options.get("connect", 1), read=options.get("read", 0.3))


def test_the_sandbox_gets_what_the_host_would_get(there: Loopback) -> None:
    answer = transport(there).post(URL, json={"ä": 1}, headers={"X-Key": "k"}, auth=("üser", "secret"))

    (asked,) = there.asked
    assert (answer.status, answer.body) == (200, b"ok")
    assert asked.path == "/api.provider.example/v1/send?a=b%20c"
    assert asked.body == b'{"\\u00e4": 1}'
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["x-key"] == "k"
    assert asked.headers["authorization"] == "Basic w7xzZXI6c2VjcmV0"


def test_a_form_and_an_empty_body_go_out_whole(there: Loopback) -> None:
    client = transport(there)

    client.post(URL, form={"To": "+46 70", "Body": "Grüße & 😀"})
    client.post(URL)

    assert there.asked[0].form == {"To": "+46 70", "Body": "Grüße & 😀"}
    assert there.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert there.asked[1].body == b""


def test_any_status_is_an_answer_and_header_names_are_lower_case(there: Loopback) -> None:
    there.answer = json_reply(503, {"a": 1}, {"Retry-After": "7"})

    answer = transport(there).post(URL)

    assert (answer.status, answer.headers["retry-after"], answer.json()) == (503, "7", {"a": 1})


def test_a_redirect_is_an_answer_and_not_followed(there: Loopback) -> None:
    there.answer = reply(307, b"", {"Location": f"{there.url}/elsewhere"})

    answer = transport(there).post(URL, json={})

    assert answer.status == 307
    assert len(there.asked) == 1


def test_of_a_huge_answer_the_beginning_is_kept(there: Loopback) -> None:
    there.answer = reply(200, b"x" * 2_000_000)

    answer = transport(there).post(URL)

    assert answer.body == b"x" * 256 * 1024


def test_a_hanging_answer_has_an_unknown_outcome(there: Loopback) -> None:
    def hang(_: BaseHTTPRequestHandler) -> None:
        there.released.wait(30)

    there.answer = hang

    with pytest.raises(UnknownOutcome, match=r"api\.provider\.example"):
        transport(there).post(URL, json={})


def test_an_answer_that_drips_ends_in_time(there: Loopback) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        while not there.released.wait(0.05):
            try:
                handler.wfile.write(b"x")
            except OSError:
                return

    there.answer = drip
    started = time.monotonic()

    with pytest.raises(UnknownOutcome):
        transport(there, connect=0.2, read=0.3).post(URL)
    assert time.monotonic() - started < 5


def test_a_reset_in_the_middle_of_an_answer_has_an_unknown_outcome(there: Loopback) -> None:
    there.answer = reset

    with pytest.raises(UnknownOutcome):
        transport(there).post(URL, json={})


def test_an_answer_that_is_cut_short_has_an_unknown_outcome(there: Loopback) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
        handler.close_connection = True

    there.answer = cut

    with pytest.raises(UnknownOutcome):
        transport(there).post(URL)


def test_no_answer_at_all_has_an_unknown_outcome(there: Loopback) -> None:
    def vanish(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    there.answer = vanish

    with pytest.raises(UnknownOutcome):
        transport(there).post(URL, json={})


def test_an_answer_that_is_no_http_has_an_unknown_outcome(there: Loopback) -> None:
    def greet(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 mail.example ESMTP\r\n\r\n")

    there.answer = greet

    with pytest.raises(UnknownOutcome):
        transport(there).post(URL, json={})


def test_a_refused_connection_may_be_tried_again() -> None:
    client = Transport(sandbox_url=f"http://127.0.0.1:{closed_port()}", connect=1, read=1)

    with pytest.raises(Transient, match="cannot be reached"):
        client.post(URL, json={"a": 1})


def test_a_name_that_does_not_exist_may_be_tried_again() -> None:
    client = Transport(sandbox_url="http://nothing.invalid", connect=1, read=1)

    with pytest.raises(Transient):
        client.post(URL, json={"a": 1})


@pytest.mark.parametrize(
    "what",
    [
        {"headers": {"X-Key": "a\r\nX-Other: b"}},
        {"headers": {"X-Key": "€"}},
        {"form": {"Body": "\ud800"}},
        {"auth": ("user", "\ud800")},
        {"json": {"a": float("nan")}},
    ],
)
def test_what_cannot_be_written_as_a_request_is_rejected(there: Loopback, what: dict[str, object]) -> None:
    with pytest.raises(Rejected):
        transport(there).post(URL, **what)  # type: ignore[arg-type] # one keyword of each kind
    assert there.asked == []


@pytest.mark.parametrize("url", ["http://api.provider.example/", "file:///etc/passwd", "api.provider.example"])
def test_nothing_but_https_is_spoken(url: str) -> None:
    with pytest.raises(Rejected, match="https"):
        Transport().post(url)


def test_proxies_of_the_environment_are_not_used(there: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{closed_port()}")

    assert transport(there).post(URL).status == 200


def test_cookies_do_not_travel_from_one_send_to_the_next(there: Loopback) -> None:
    there.answer = reply(200, b"", {"Set-Cookie": "session=of-somebody-else; Path=/"})
    client = transport(there)

    client.post(URL)
    client.post(URL)

    assert "cookie" not in there.asked[1].headers


def test_no_compressed_answer_is_asked_for(there: Loopback) -> None:
    transport(there).post(URL)

    assert there.asked[0].headers["accept-encoding"] == "identity"


def test_a_connection_is_used_again_until_it_rested_too_long(there: Loopback) -> None:
    peers: list[int] = []

    def remember(handler: BaseHTTPRequestHandler) -> None:
        peers.append(handler.client_address[1])
        reply(200)(handler)

    there.answer = remember
    now = [0.0]
    client = Transport(sandbox_url=there.url, clock=lambda: now[0])
    for moment in (0, 20, 40, 80):
        now[0] = moment
        client.post(URL)

    first, second, third, fourth = peers
    assert first == second == third != fourth


def test_many_threads_share_one_transport(there: Loopback) -> None:
    there.answer = lambda handler: reply(200, handler.path.encode())(handler)
    client = Transport(sandbox_url=there.url)
    seen: list[bool] = []

    def send(number: int) -> None:
        answer = client.post(f"https://a.example/{number}", json={})
        seen.append(answer.body == f"/a.example/{number}".encode())

    threads = [threading.Thread(target=send, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert seen == [True] * 30
