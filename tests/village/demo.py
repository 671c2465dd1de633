"""Drive the product through a whole campaign, from outside, with the commands that an operator types.

The village (company sites, people who answer, a mail server) is started first, then `relance up` on a data
folder of its own. Everything else is `relance ...`.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from rich.console import Console

from tests.village import checks
from tests.village.operator import MAILBOX, PANEL_PASSWORD, PANEL_USER, PASSWORD, Operator
from tests.village.programs import Village, free_port, running_village
from tests.village.scenario import write_leads_csv
from tests.village.show import live, table

READY_WITHIN = 120.0
END_WITHIN = 420.0
CAMPAIGN = "Printemps"

MESSAGE = """\
Bonjour,

Je m'appelle {{ sender_first_name }} {{ sender_last_name }} et j'installe des panneaux solaires pour les \
entreprises de votre région. En regardant le site de {{ company }}{% if city %} à {{ city }}{% endif %}, \
je me suis demandé si votre toiture pourrait produire une partie de votre électricité.

Seriez-vous d'accord pour en parler dix minutes ?

{{ sender_first_name }} {{ sender_last_name }}
{{ sender_company }}
"""

KNOWLEDGE = """\
# Étude de toiture
Nous étudions la toiture sur plan et sur place avant toute proposition. L'étude ne vous engage à rien.

# Roof survey
We study the roof on plans and on site before we propose anything. The survey binds you to nothing.
"""

console = Console()


def main() -> None:
    """`python -m tests.village.demo [--once]`"""
    parser = argparse.ArgumentParser(prog="python -m tests.village.demo", description=__doc__)
    parser.add_argument(
        "--once", action="store_true", help="end by itself, with status 1 where a lead went astray"
    )
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="relance-demo-")))
        village = stack.enter_context(running_village(folder, MAILBOX, PASSWORD))
        operator = stack.enter_context(_relance(folder))
        faults = _campaign(operator, village, folder)
        if not options.once:
            _stay(operator)
    sys.exit(1 if faults and options.once else 0)


@contextmanager
def _relance(folder: Path) -> Iterator[Operator]:
    """`relance up` on a folder of its own, and somebody who types commands to it."""
    panel = free_port()
    environment = os.environ | {
        "RELANCE_DATA_DIR": str(folder / "data"),
        "RELANCE_EGRESS_ALLOW": '["127.0.0.0/8"]',
        "RELANCE_PANEL_PORT": str(panel),
        "RELANCE_POLL_EVERY": "2",
        "RELANCE_RETRY_AFTER": "1",
        "RELANCE_OPERATOR_CONTACT": "https://relance-demo.localhost/about",
    }
    operator = Operator(environment, f"http://127.0.0.1:{panel}")
    began = time.monotonic()
    with subprocess.Popen([operator.program, "up"], env=environment, stdout=subprocess.PIPE, text=True) as up:
        try:
            _wait_until_up(up)
            console.print(f"Relance is up after {time.monotonic() - began:.1f} s, panel at {operator.panel}")
            yield operator
        finally:
            up.terminate()
            up.wait(180)


def _wait_until_up(up: "subprocess.Popen[str]") -> None:
    assert up.stdout
    for line in up.stdout:
        if "Relance is up" in line:
            return
    sys.exit("relance up ended before it was up")


def _campaign(operator: Operator, village: Village, folder: Path) -> list[str]:
    leads, message, knowledge = folder / "leads.csv", folder / "message.txt", folder / "knowledge.md"
    write_leads_csv(leads, village.port)
    message.write_text(MESSAGE, encoding="utf-8")
    knowledge.write_text(KNOWLEDGE, encoding="utf-8")
    operator.set_up(village, knowledge)
    operator.type(
        "campaign", "create", CAMPAIGN, "--subject", "Le toit de {{ company }}", "--message", message
    )
    operator.type("leads", "import", CAMPAIGN, leads, shown=True)
    operator.type("campaign", "launch", CAMPAIGN, shown=True)
    ends = live(console, operator, CAMPAIGN, END_WITHIN)
    faults = checks.of_leads(ends) + checks.of_village(village) + checks.of_answer(operator, village)
    console.print(table(ends))
    report = Path("build") / "demo-report.html"
    report.parent.mkdir(exist_ok=True)
    operator.type("campaign", "report", CAMPAIGN, report, shown=True)
    for fault in faults:
        console.print(f"[red]astray:[/] {fault}")
    console.print(
        "Every lead reached its expected end." if not faults else f"{len(faults)} things went astray."
    )
    return faults


def _stay(operator: Operator) -> None:
    console.print(
        f"The panel is at {operator.panel}: log in as {PANEL_USER} with {PANEL_PASSWORD}. Ctrl-C ends it."
    )
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Draining ...")


if __name__ == "__main__":
    main()
