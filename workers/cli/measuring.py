"""`relance measure`: the engines against folders of real pages, mails and replies."""

import typer

measure = typer.Typer(no_args_is_help=True, help="Measure an engine on a corpus.")
