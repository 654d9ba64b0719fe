"""The example folder against the whole service: pushed, changed, compared, published, sent, pulled."""

import itertools
import shutil
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from cli.projects import create, create_key
from tests.e2e.service import Service

EXAMPLES: Final = Path(__file__).parents[2] / "examples" / "templates"
NUMBERS: Final = itertools.count(1)
ORDER: Final = {
    "number": "A-1042",
    "at": "2027-01-15T08:30:00Z",
    "arrives": "2027-01-19",
    "currency": "EUR",
    "total": "84.40",
    "shipping": "4.90",
    "tax_rate": 0.25,
    "url": "https://shop.example/orders/A-1042",
    "items": [{"name": "Pen <fine>", "price": "59.50"}, {"name": "Ink", "quantity": 2, "price": "20.00"}],
}


@pytest.fixture
def fresh(service: Service, monkeypatch: pytest.MonkeyPatch) -> Service:
    """A project without events, made by the commands that make one."""
    for name, value in service.host.access.variables().items():
        monkeypatch.setenv(name, value)
    project = f"fresh-{next(NUMBERS)}"
    made = CliRunner().invoke(create, [project])
    assert made.exit_code == 0, made.output
    key = CliRunner().invoke(create_key, [project]).output.splitlines()[-1]
    monkeypatch.setenv("HELIOGRAPH_API_KEY", key)
    return service.with_key(key)


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(main, ["templates", *map(str, words)])


def told(*words: str | Path) -> str:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output


def preview(service: Service, event: str, **sample: Any) -> Any:
    answer = service.call("POST", f"/v1/events/{event}/preview", json=sample)
    assert answer.status_code == 200, answer.text
    return answer.json()["parts"]


def texts(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_example_folder_is_pushed_changed_compared_published_and_pulled(fresh: Service, tmp_path: Path) -> None:
    folder, empty = tmp_path / "folder", tmp_path / "empty"
    shutil.copytree(EXAMPLES, folder)

    pushed = told("push", "--folder", folder)
    mail = folder / "events/welcome/email.html"
    mail.write_text(mail.read_text().replace("Get started", "Begin"))
    different = run("diff", "--folder", folder)
    published = told("push", "--publish", "--folder", folder)
    footer = folder / "partials/footer.html"
    footer.write_text(footer.read_text().replace("Unsubscribe", "Leave"))
    again = told("push", "--publish", "--folder", folder)
    same = run("diff", "--folder", folder)
    told("pull", "--folder", empty)

    assert "events/welcome: new event.yaml, email.html, email.subject.txt, email.sv.html" in pushed
    assert different.exit_code == 1
    assert "+++ folder/events/welcome/email.html" in different.output
    assert "events/welcome: changed email.html" in published
    assert "events/welcome: published as version 1" in published
    # The layout's partial is in the receipt's footer and not in that of the password's mail.
    assert "partials/footer.html: changed" in again
    assert "events/order-receipt: published as version 2" in again
    assert "events/password-reset: published already" in again
    assert (same.exit_code, same.output) == (0, "")
    assert texts(empty) == texts(folder)
    assert fresh.call("GET", "/v1/events/welcome").json()["version"] == 2


def test_what_is_refused_names_the_file_the_line_and_the_column(fresh: Service, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(EXAMPLES, folder)
    welcome = folder / "events/welcome"
    (welcome / "email.sv.html").write_text("<p>\n  {{ name | shout }}\n</p>")
    with (folder / "events/password-reset/event.yaml").open("a") as file:
        file.write("windw: Mo-Fr\n")

    events = run("push", "--folder", folder).output
    (folder / "partials/footer.html").write_text("<p>\n{{ name | shout }}")
    layouts = run("push", "--folder", folder).output

    assert "events/welcome/email.sv.html:2:13: there is no filter 'shout'" in events
    assert "events/password-reset/event.yaml:5:1: `windw` is not a field of this request" in events
    assert "partials/footer.html:2:11: there is no filter 'shout'" in layouts
    assert fresh.call("GET", "/v1/events/order-receipt").status_code == 200
    assert fresh.call("GET", "/v1/events/welcome").status_code == 404


def test_what_the_service_starts_with_is_the_example_folder(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELIOGRAPH_URL", service.host.access.api)
    monkeypatch.setenv("HELIOGRAPH_API_KEY", service.key)
    names = sorted(path.name for path in (EXAMPLES / "events").iterdir())

    assert told("diff", "--folder", EXAMPLES, *names) == ""
    assert "published as" not in told("publish", "--folder", EXAMPLES)


def test_the_examples_render_as_they_should(service: Service) -> None:
    contact = {"first_name": "Grace", "timezone": "Europe/Stockholm"}

    receipt = preview(service, "order-receipt", channel="email", contact=contact, payload={"order": ORDER})
    swedish = preview(service, "welcome", channel="email", language="sv", payload={"name": "Åsa"})
    reset = preview(service, "password-reset", channel="sms", payload={"_code": "418273"})

    assert receipt["subject"] == "Your order A-1042: €84.40"
    assert "Pen &lt;fine&gt;" in receipt["html"]
    assert "January 15, 2027, 9:30" in receipt["text"]
    assert "25%" in receipt["text"]
    assert '<html lang="sv">' in swedish["html"]
    assert "Avsluta prenumerationen" in swedish["text"]
    assert reset["text"].startswith("418273 is your code for a new password.")


def test_the_code_of_a_password_reset_reaches_its_reader_and_nobody_else(service: Service) -> None:
    body = {"to": "alan@example.com", "payload": {"_code": "418273"}}

    name = service.call("POST", "/v1/send/password-reset", json=body).json()["id"]
    service.until(name, "delivered")

    assert "418273" in service.inbox("alan@example.com")[0]["html"]
    assert "418273" not in service.call("GET", f"/v1/notifications/{name}").text
