import shlex
import subprocess
from pathlib import Path

from local.banner import Access, block, curl, write

ACCESS = Access(
    api="http://127.0.0.1:8400",
    webhooks="http://127.0.0.1:8403",
    inbox="http://127.0.0.1:8401",
    aws="http://127.0.0.1:8402",
    live_key="live_abc",
    test_key="test_def",
)


def test_the_block_holds_everything_that_is_needed_to_begin(tmp_path: Path) -> None:
    text = block(ACCESS, tmp_path / "env")

    for value in (ACCESS.api, ACCESS.inbox, ACCESS.aws, ACCESS.webhooks, "live_abc", "test_def", "env"):
        assert value in text
    assert curl(ACCESS) in text


def test_the_curl_line_is_one_command_that_a_shell_takes() -> None:
    words = shlex.split(curl(ACCESS))

    assert words[:4] == ["curl", "-X", "POST", "http://127.0.0.1:8400/v1/send/welcome"]
    assert "Authorization: Bearer live_abc" in words
    assert '"to": "ada@example.com"' in words[-1]


def test_the_variables_can_be_sourced_from_the_ports_file_and_from_the_newest(tmp_path: Path) -> None:
    variables = {"HELIOGRAPH_URL": ACCESS.api, "HELIOGRAPH_API_KEY": 'it\'s "quoted" $HOME'}
    write({"HELIOGRAPH_URL": "older"}, tmp_path, 8500)

    own = write(variables, tmp_path, 8400)

    for path in (own, tmp_path / "env"):
        script = f'. {path}; printf "%s|%s" "$HELIOGRAPH_URL" "$HELIOGRAPH_API_KEY"'
        result = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, timeout=5)  # noqa: S603, S607  # our own script
        assert result.stdout == 'http://127.0.0.1:8400|it\'s "quoted" $HOME'
        assert path.stat().st_mode & 0o077 == 0
    assert own == tmp_path / "8400" / "env"
    assert "older" in (tmp_path / "8500" / "env").read_text()


def test_the_cli_finds_the_instance_by_its_port() -> None:
    assert ACCESS.variables()["HELIOGRAPH_LOCAL"] == "8400"


def test_every_promised_variable_is_there() -> None:
    assert set(ACCESS.variables()) == {
        "HELIOGRAPH_URL",
        "HELIOGRAPH_API_KEY",
        "HELIOGRAPH_TEST_KEY",
        "HELIOGRAPH_WEBHOOKS_URL",
        "HELIOGRAPH_INBOX_URL",
        "HELIOGRAPH_LOCAL",
        "AWS_ENDPOINT_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    }
