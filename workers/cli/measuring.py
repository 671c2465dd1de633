"""`relance measure`: the engines against folders of real pages, mails and replies."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from shared.errors import BadInput
from workers.cli.output import AsJson, err, print_json, say, table

measure = typer.Typer()

Folder = Annotated[Path, typer.Argument(help="A folder laid out like the corpus of that engine.")]
Errors = Annotated[bool, typer.Option("--errors", help="List each case that came out wrong.")]


@measure.command("forms")
def forms(folder: Folder, as_json: AsJson = False, errors: Errors = False) -> None:
    """Render a folder of pages with the network off, and read their contact forms."""
    from browser import measure as engine  # each engine brings its own libraries

    _check(folder)
    with err.status("Reading pages"):
        found = asyncio.run(engine.measure(folder))
    _show(found.as_json(), found.errors, as_json, errors)


@measure.command("replies")
def replies(folder: Folder, as_json: AsJson = False, errors: Errors = False) -> None:
    """Part people's own words from what they quote."""
    from inbox import measure as engine

    _check(folder)
    found = engine.measure_replies(folder)
    sets = {
        name: {"exact": one.exact, "leaked": one.leaked, "cases": one.cases}
        for name, one in found.sets.items()
    }
    figures = {"exact": found.exact, "leaked": found.leaked, "cases": found.cases, "sets": sets}
    _show(figures, found.errors, as_json, errors)


@measure.command("bounces")
def bounces(folder: Folder, as_json: AsJson = False, errors: Errors = False) -> None:
    """Find bounces, their recipients, and whether they are for good."""
    from inbox import measure as engine

    _check(folder)
    found = engine.measure_bounces(folder)
    figures = {name: value for name, value in asdict(found).items() if name != "errors"}
    _show(figures, found.errors, as_json, errors)


@measure.command("classifier")
def classifier(
    file: Annotated[Path, typer.Argument(help="TSV: label, intent, language, text.")],
    as_json: AsJson = False,
    errors: Errors = False,
) -> None:
    """Label a file of replies whose labels are known."""
    from classifiers import evaluate
    from classifiers.model import Classifier

    if not file.is_file():
        raise BadInput(f"There is no file {file}.")
    with err.status("Reading replies"):
        found = evaluate.measure(file, Classifier.load())
    _show(found.as_json(), found.mistakes, as_json, errors)


def _check(folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")


def _show(figures: Mapping[str, Any], wrong: Sequence[Any], as_json: bool, errors: bool) -> None:
    """The figures, and the wrong cases where asked for; JSON holds both."""
    listed = [asdict(one) for one in wrong] if errors else []
    if as_json:
        print_json({**figures, **({"errors": listed} if errors else {})})
        return
    table(("measure", "figure"), _lines(figures))
    for one in listed:
        say("\n" + "\n".join(f"{name}: {value}" for name, value in one.items()))


def _lines(figures: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    lines: list[tuple[str, str]] = []
    for name, value in figures.items():
        if isinstance(value, Mapping):
            lines += _lines(value, f"{above}{name} ")
        elif value is not None:
            lines.append((above + name, f"{value:.3f}" if isinstance(value, float) else str(value)))
    return lines
