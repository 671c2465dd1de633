"""The command line as a person meets it: one clear sentence for what is wrong, and never a traceback."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from workers.services import accounts

PROGRAM = [sys.executable, "-m", "workers.cli.app"]


def relance(*words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    variables = os.environ | {"COLUMNS": "200"} | environment
    return subprocess.run(
        [*PROGRAM, *words], capture_output=True, text=True, errors="replace", env=variables, check=False
    )


def refused(*words: str, **environment: str) -> str:
    """What a command that failed said: one line on standard error, status 1."""
    ran = relance(*words, **environment)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    return ran.stderr


@pytest.fixture
def tenant(database: str) -> int:
    return accounts.create_tenant("acme", "Acme", "test")


def test_without_a_database_it_says_how_to_get_one(fresh_settings: pytest.MonkeyPatch) -> None:
    assert "run `relance up`" in refused("tenant", "list")


def test_a_database_that_is_down_is_one_sentence(fresh_settings: pytest.MonkeyPatch) -> None:
    down = "postgresql://postgres@127.0.0.1:9/postgres"
    assert "cannot be reached" in refused("tenant", "list", RELANCE_DATABASE_URL=down)


@pytest.mark.parametrize("words", [["--help"], ["tenant", "--help"], ["campaign", "--help"]])
def test_a_command_starts_without_the_libraries_of_the_others(words: list[str]) -> None:
    program = f"""
import json, sys
from workers.cli import app
sys.argv = ["relance", *{words!r}]
try:
    app.main()
finally:
    print(json.dumps(list(sys.modules)), file=sys.stderr)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    heavy = {"googleapiclient", "imapclient", "onnxruntime", "playwright", "streamlit", "torch"}
    assert not heavy & set(json.loads(ran.stderr))


def test_a_group_that_is_mistyped_is_answered_with_what_was_meant() -> None:
    ran = relance("tennat", "list")
    assert ran.returncode == 2
    assert "tenant" in ran.stderr


def test_an_unknown_tenant_is_named(tenant: int) -> None:
    assert "no tenant 'nobody'" in refused("campaign", "list", "--tenant", "nobody")


def test_a_short_password_is_refused(tenant: int) -> None:
    said = refused("user", "add", "eve@acme.example", RELANCE_USER_PASSWORD="short")
    assert "at least 10 characters" in said


def test_an_unreachable_mailbox_is_one_sentence_without_the_password(tenant: int) -> None:
    said = refused(
        "mailbox", "add", "camille@acme.example", "--host", "127.0.0.1", "--port", "9", "--tls", "none",
        RELANCE_MAILBOX_PASSWORD="hunter2-secret",
    )  # fmt: skip
    assert "127.0.0.1" in said
    assert "hunter2" not in said


def test_a_template_with_an_unknown_variable_is_refused_when_the_campaign_is_made(
    tenant: int, tmp_path: Path
) -> None:
    message = tmp_path / "message.txt"
    message.write_text("Hello {{ compagny }}")
    assert "speaks of compagny" in refused(
        "campaign", "create", "x", "--subject", "s", "--message", str(message)
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("campaign", "status", "nothing"), "no campaign 'nothing'"),
        (("leads", "import", "nothing", "/no/such/file.csv"), "cannot be read"),
        (("suppress", "add", "not an address"), "neither a mail address nor a domain"),
        (("suppress", "add", "."), "neither a mail address nor a domain"),
        (("suppress", "add", "/acme.example"), "neither a mail address nor a domain"),
        (("suppress", "add", "[acme.example"), "neither a mail address nor a domain"),
        (("review", "show", "9" * 20), "does not fit"),
        (("tenant", "create", "beta", "--name", "x" * 201), "does not fit"),
        (("tenant", "set", "--forms-a-day", "9" * 20), "does not fit"),
        (("review", "show", "12"), "no review 12"),
        (("knowledge", "add", "/no/such/file.md"), "no file"),
        (("measure", "forms", "/no/such/folder"), "no folder"),
        (("measure", "classifier", "/no/such/file.tsv"), "no file"),
        (("mailbox", "check", "nobody@acme.example"), "no mailbox nobody@acme.example"),
        (("sender", "add", "--mailbox", "nobody@acme.example", "--first-name", "A", "--last-name", "B",
          "--company", "C"), "no mailbox"),
    ],
)  # fmt: skip
def test_wrong_input_is_one_clear_sentence(tenant: int, words: tuple[str, ...], said: str) -> None:
    assert said in refused(*words)


def test_a_terminal_without_a_letter_shows_another(tenant: int) -> None:
    accounts.create_tenant("beta", "Ünï 日本", "test")
    ran = relance("tenant", "list", PYTHONIOENCODING="latin-1")
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)


def test_a_word_that_is_not_utf_8_is_one_sentence(tenant: int) -> None:
    assert "not UTF-8" in refused("campaign", "status", os.fsdecode(b"caf\xe9"))


def test_a_pause_that_no_calendar_holds_is_refused(tenant: int) -> None:
    assert relance("tenant", "set", "--domain-pause", "1e300").returncode == 2


def test_names_are_shown_letter_by_letter(tenant: int) -> None:
    name = ":warning: [bold]Acme[/bold]"
    accounts.create_tenant("beta", name, "test")
    assert name in relance("tenant", "list").stdout


def test_a_script_reads_json(tenant: int) -> None:
    ran = relance("tenant", "list", "--json")
    assert [row["slug"] for row in json.loads(ran.stdout)] == ["acme"]


def test_doctor_names_what_is_missing_and_fails(tenant: int) -> None:
    ran = relance("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(ran.stdout)}
    assert ran.returncode == 1
    assert findings["database"]["ok"]
    assert not findings["queue"]["ok"]
    assert "RELANCE_REDIS_URL" in findings["queue"]["said"]
    assert findings["classifier"]["ok"]
