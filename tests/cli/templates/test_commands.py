"""`heliograph templates` as it is typed, against an API on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from tests.cli.templates.loopback import Loopback

KEY = "live_key"


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with Loopback() as api:
        monkeypatch.setenv("HELIOGRAPH_URL", api.url)
        monkeypatch.setenv("HELIOGRAPH_API_KEY", KEY)
        yield api


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for place, text in {
        "events/code/event.yaml": "title: Code\nchannels: [sms]\n",
        "events/code/sms.txt": "{{ code }} {% include 'name' %}\n",
        "events/news/event.yaml": "channels: [sms]\n",
        "events/news/sms.txt": "News\n",
        "partials/name.txt": "Acme\n",
        "partials/other.txt": "Other\n",
    }.items():
        path = tmp_path / "templates" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "templates"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["templates", *words])


def lines(*words: str) -> list[str]:
    result = run(*words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


@pytest.mark.usefixtures("folder")
def test_a_push_saves_layouts_first_and_each_event_by_one_request(api: Loopback) -> None:
    told = lines("push")

    assert api.writes() == [
        "PUT /v1/layouts/name", "PUT /v1/layouts/other", "PUT /v1/events/code", "PUT /v1/events/news",
    ]  # fmt: skip
    assert told == [
        "partials/name.txt: new",
        "partials/other.txt: new",
        "events/code: new event.yaml, sms.txt",
        "events/news: new event.yaml, sms.txt",
    ]
    assert api.events["code"]["templates"] == {"sms": {"text": "{{ code }} {% include 'name' %}"}}
    assert api.keys == {f"Bearer {KEY}"}


@pytest.mark.usefixtures("folder")
def test_a_second_push_changes_nothing(api: Loopback) -> None:
    run("push")
    api.calls.clear()

    told = lines("push")

    assert api.writes() == []
    assert {line.partition(": ")[2] for line in told} == {"unchanged"}


@pytest.mark.usefixtures("folder")
def test_a_named_event_is_pushed_with_what_it_uses_alone(api: Loopback) -> None:
    lines("push", "code")

    assert (set(api.layouts), set(api.events)) == ({"name"}, {"code"})


@pytest.mark.usefixtures("folder")
def test_a_dry_run_says_what_would_happen_and_changes_nothing(api: Loopback) -> None:
    told = lines("push", "--dry-run", "--publish")

    assert api.writes() == []
    assert "events/news: would push: new event.yaml, sms.txt" in told


def test_a_refused_event_is_named_by_file_line_and_column_and_the_others_are_pushed(
    api: Loopback, folder: Path
) -> None:
    (folder / "events/code/sms.txt").write_text("fine\nwrong\n")

    result = run("push", "--publish")

    assert result.exit_code == 2
    assert "events/code/sms.txt:2:2: it is wrong" in result.output
    assert set(api.events) == {"news"}
    assert api.published == {}


def test_a_refused_layout_ends_the_push_before_the_first_event(api: Loopback, folder: Path) -> None:
    (folder / "partials/other.txt").write_text("wrong\n")

    result = run("push")

    assert result.exit_code == 2
    assert "partials/other.txt:1:2: it is wrong" in result.output
    assert api.events == {}


def test_a_faulty_folder_ends_everything_before_the_first_call(api: Loopback, folder: Path) -> None:
    (folder / "notes.txt").write_text("")

    results = [run(command) for command in ("push", "diff", "pull", "publish")]

    assert [result.exit_code for result in results] == [2, 2, 2, 2]
    assert all("notes.txt: it has no place here" in result.output for result in results)
    assert api.calls == []


@pytest.mark.usefixtures("folder")
def test_publishing_takes_what_changed_and_leaves_the_rest(api: Loopback, folder: Path) -> None:
    first = lines("push", "--publish")
    (folder / "events/news/sms.txt").write_text("Newer\n")
    lines("push")

    dry, again = lines("publish", "--dry-run"), lines("publish")

    assert first[-2:] == ["events/code: published as version 1", "events/news: published as version 1"]
    assert dry == ["events/code: published already", "events/news: would be published"]
    assert again == ["events/code: published already", "events/news: published as version 2"]
    assert [len(api.published[name]) for name in ("code", "news")] == [1, 2]


def test_a_diff_goes_from_the_service_to_the_folder_and_ends_with_one(api: Loopback, folder: Path) -> None:
    lines("push")
    api.events["gone"] = {"channels": ["sms"], "templates": {"sms": {"text": "Gone"}}}
    (folder / "events/news/sms.txt").write_text("Newer\n")

    result, named = run("diff"), run("diff", "news")

    assert (result.exit_code, named.exit_code) == (1, 1)
    assert (
        "--- service/events/news/sms.txt\n+++ folder/events/news/sms.txt\n@@ -1 +1 @@\n-News\n+Newer" in result.output
    )
    assert "-Gone" in result.output
    assert "-Gone" not in named.output
    assert run("diff", "code").exit_code == 0


def test_a_pull_into_an_empty_folder_gives_what_was_pushed(api: Loopback, folder: Path, tmp_path: Path) -> None:
    lines("push")

    lines("pull", "--folder", "empty")

    ours, theirs = (
        {path.relative_to(root): path.read_text() for path in root.rglob("*.*")}
        for root in (folder, tmp_path / "empty")
    )
    assert theirs == ours
    assert lines("push", "--folder", "empty")[-1] == "events/news: unchanged"
    assert api.writes().count("PUT /v1/events/news") == 1


def test_a_pull_overwrites_only_when_it_is_told_to(api: Loopback, folder: Path) -> None:
    lines("push")
    api.events["news"]["templates"] = {"sms": {"text": "Theirs"}}
    (folder / "events/news/sms.sv.txt").write_text("Mine\n")

    refused, dry = run("pull"), lines("pull", "--dry-run")
    before = (folder / "events/news/sms.txt").read_text()
    forced = lines("pull", "--force")

    assert (refused.exit_code, before) == (2, "News\n")
    assert "events/news/sms.sv.txt: would be removed" in dry
    assert forced == ["events/news/sms.sv.txt: removed", "events/news/sms.txt: changed", "2 files"]
    assert (folder / "events/news/sms.txt").read_text() == "Theirs\n"
    assert run("diff").exit_code == 0


def test_a_pull_leaves_alone_what_means_the_same_and_what_only_the_folder_has(api: Loopback, folder: Path) -> None:
    lines("push", "code")
    own = "# mine\nchannels: [sms]\ntitle: Code\npriority: normal\n"
    (folder / "events/code/event.yaml").write_text(own)

    told = lines("pull")

    assert told == ["partials/other.txt: only in the folder", "events/news: only in the folder", "unchanged"]
    assert (folder / "events/code/event.yaml").read_text() == own
    assert set(api.events) == {"code"}


def test_texts_that_stood_in_event_yaml_move_into_files_when_the_event_is_pulled(api: Loopback, folder: Path) -> None:
    api.events["code"] = {"channels": ["sms"], "templates": {"sms": {"text": "Theirs"}}}
    (folder / "events/code/sms.txt").unlink()
    (folder / "events/code/event.yaml").write_text("channels: [sms]\ntemplates: {sms: {text: Mine}}\n")

    lines("pull", "code", "--force")

    assert (folder / "events/code/event.yaml").read_text() == "channels: [sms]\n"
    assert (folder / "events/code/sms.txt").read_text() == "Theirs\n"


def test_an_event_that_is_not_there_is_named(api: Loopback, folder: Path) -> None:
    assert folder.is_dir()

    assert "the folder has no event 'x': it has code, news" in run("push", "x").output
    assert "the service has no event 'x'" in run("pull", "x").output
    assert api.writes() == []


def test_address_and_key_can_come_from_a_file(
    api: Loopback, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    for name in ("HELIOGRAPH_URL", "HELIOGRAPH_API_KEY"):
        monkeypatch.delenv(name)
    (tmp_path / "env").write_text(f"export HELIOGRAPH_URL={api.url}\nexport HELIOGRAPH_API_KEY='live_filed'\n")

    without, with_url = run("diff"), run("diff", "--url", api.url)
    lines("push", "--env-file", "env")

    assert "where is the service?" in without.output
    assert "there is no key" in with_url.output
    assert api.keys == {"Bearer live_filed"}


def test_a_refusal_that_no_file_causes_is_told_as_it_is(api: Loopback, folder: Path) -> None:
    assert folder.is_dir()
    api.next_answers.append((403, {"detail": "the key lacks the scope read", "status": 403}))

    result = run("push")

    assert (result.exit_code, result.output) == (2, "Error: the key lacks the scope read\n")
