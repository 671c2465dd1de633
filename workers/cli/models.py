"""`relance classifier`: train on reviews, promote what is better, go back."""

from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from shared.errors import BadInput
from workers.cli.output import AsJson, Tenant, actor, err, print_json, say, table
from workers.services import accounts, model_store, models

classifier = typer.Typer()


@classifier.command("train")
def train(
    base: Annotated[
        str, typer.Option(help="shipped, all-MiniLM-L6-v2, a folder, or a hub's name.")
    ] = "shipped",
    epochs: Annotated[
        int, typer.Option(min=0, help="At most so many; it stops early. 0 leaves the encoder as it is.")
    ] = 6,
    tenant: Tenant = "",
) -> None:
    """Train a candidate on the corpus and on this tenant's reviews. Needs the training extras."""
    with Progress(console=err, transient=True) as bar:
        task = bar.add_task("Training", total=1.0)
        version = models.train(
            accounts.tenant_id(tenant),
            base,
            epochs,
            actor(),
            lambda done, what: bar.update(task, completed=done, description=what),
        )
    say(f"Candidate {version}: see it with `evaluate --candidate`, let it serve with `promote`.")


@classifier.command("evaluate")
def evaluate(
    file: Annotated[Path, typer.Argument(help="TSV: label, intent, language, text.")],
    candidate: Annotated[bool, typer.Option("--candidate", help="The candidate, not what serves.")] = False,
    as_json: AsJson = False,
    tenant: Tenant = "",
) -> None:
    """Measure the serving model, or the candidate, on replies whose labels are known."""
    from classifiers import evaluate as engine

    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    tenant_id = accounts.tenant_id(tenant)
    model = models.candidate(tenant_id) if candidate else models.serving(tenant_id)
    found = engine.measure(file, model).as_json()
    if as_json:
        print_json(found)
    else:
        table(("measure", "figure"), [(name, value) for name, value in found.items()])


@classifier.command("promote")
def promote(tenant: Tenant = "") -> None:
    """Let the candidate serve, if it is better."""
    verdict = models.promote(accounts.tenant_id(tenant), actor())
    say(f"{'Promoted' if verdict.better else 'Refused'}: {verdict}.")
    if not verdict.better:
        raise typer.Exit(1)


@classifier.command("rollback")
def rollback(tenant: Tenant = "") -> None:
    """Let the model before this one serve again."""
    entry = models.roll_back(accounts.tenant_id(tenant), actor())
    say(f"Model {entry.version or 'shipped'} serves.")


@classifier.command("history")
def history(as_json: AsJson = False, tenant: Tenant = "") -> None:
    """Show promotions and rollbacks."""
    entries = model_store.changes(accounts.tenant_id(tenant))
    if as_json:
        print_json(entries)
    else:
        table(
            ("when", "model", "by", "why"),
            [(e.when, e.version or "shipped", e.by, e.reason) for e in entries],
        )
