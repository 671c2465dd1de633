"""Teaching the English base six more languages: the student's embedding of a translation learns to equal the
teacher's embedding of the English sentence (Reimers and Gurevych 2020).

Spanish, Italian, Dutch and Portuguese come without parallel sentences: there, English sentences are taught
with part of their words replaced by the glossary's. `python -m classifiers.distill --help` runs it; it
resumes.
"""

import argparse
import copy
import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import Progress
from torch.nn import functional
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR
from transformers import BertTokenizer, PreTrainedModel, PreTrainedTokenizerFast

from classifiers import bases, vocabulary
from classifiers.corpus import rows
from classifiers.network import brisk, fastest, pooled

SIZE = 30_000
"""Entries of the new vocabulary: 11.5 MB as 8-bit integers of 384 dimensions."""
LONGEST = 28
"""Tokens; parallel sentences are short."""
WINDOW = 16
"""Words taken from a longer English reply, so that a batch is of one length."""
SWITCHED = 0.6
"""Share of the words that the glossary knows which are replaced in a mixed sentence."""
CHECKPOINT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run does. `steps` batches of `batch` translations, each with an eighth more English ones."""

    pairs: tuple[Path, ...]
    out: Path
    steps: int = 1200
    batch: int = 96
    body_rate: float = 1e-4
    words_rate: float = 1e-3
    seed: int = 7


def read_pairs(path: Path) -> list[tuple[str, str]]:
    """English and foreign sentences of one gzip file, tab-separated."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        cells = (line.rstrip("\n").split("\t") for line in lines)
        return [(row[0], row[1]) for row in cells if len(row) >= 2 and row[1].strip()]


def switched(text: str, glossary: dict[str, list[list[str]]], chance: random.Random) -> str:
    """An English sentence with words of one other language in it; `glossary` is a `switch_table`."""
    column = chance.randrange(len(vocabulary.GLOSSARY_LANGUAGES) - 1)

    def other(word: str) -> str:
        forms = glossary.get(word.strip(".,!?;:").lower())
        if forms is None or chance.random() > SWITCHED:
            return word
        return chance.choice(forms[column] or [word])

    return " ".join(other(word) for word in text.split())


def switch_table() -> dict[str, list[list[str]]]:
    """English word to its forms, one list a language (all but English)."""
    others = vocabulary.GLOSSARY_LANGUAGES[1:]
    return {
        word: [entry[language] for language in others]
        for entry in vocabulary.glossary()
        for word in entry["en"]
    }


def prepare_student(plan: Plan) -> Path:
    """Write the base with its new vocabulary, new words starting from what they translate; its folder."""
    folder = plan.out / "start"
    if (folder / "config.json").exists():
        return folder
    teacher, tokenizer = bases.open_base(bases.PACKAGED)
    pairs = [pair for path in plan.pairs for pair in read_pairs(path)]
    replies = rows.read_hands()
    base = [word for word, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    seen = vocabulary.frequent([e for e, _ in pairs] + [r.text for r in replies if r.language == "en"], 1)
    kept, added = vocabulary.chosen_vocabulary(base, seen, _wanted(pairs, replies), SIZE)
    origins = _origins([(vocabulary.words(e), vocabulary.words(f)) for e, f in pairs])
    table = teacher.get_input_embeddings().get_parameter("weight").detach()
    ids = {word: i for i, word in enumerate(base)}
    fresh = [_start(word, origins, tokenizer, table) for word in added]
    weights = torch.cat([table[[ids[word] for word in kept]], torch.stack(fresh)])
    _save_start(folder, teacher, kept + added, weights)
    return folder


def _wanted(pairs: Sequence[tuple[str, str]], replies: Sequence[rows.Row]) -> Counter[str]:
    wanted = vocabulary.frequent((foreign for _, foreign in pairs), 4)
    for word, count in vocabulary.frequent((r.text for r in replies if r.language != "en"), 2).items():
        wanted[word] += 20 * count
    for entry in vocabulary.glossary():
        for forms in entry.values():
            wanted.update(dict.fromkeys(forms, 1000))
    return Counter({word: count for word, count in wanted.items() if len(word) > 2})


def _origins(pairs: Sequence[vocabulary.Pair]) -> dict[str, dict[str, float]]:
    aligned = vocabulary.align(pairs)
    for entry in vocabulary.glossary():
        share = {word: 1.0 / len(entry["en"]) for word in entry["en"]}
        for language in vocabulary.GLOSSARY_LANGUAGES[1:]:
            aligned.update(dict.fromkeys(entry[language], share))
    return aligned


def _start(
    word: str,
    origins: dict[str, dict[str, float]],
    tokenizer: PreTrainedTokenizerFast,
    table: torch.Tensor,
) -> torch.Tensor:
    sources = origins.get(word) or {word: 1.0}
    total = sum(sources.values())
    vectors = [
        table[tokenizer(source, add_special_tokens=False)["input_ids"]].mean(0) * (share / total)
        for source, share in sources.items()
    ]
    return sum(vectors[1:], vectors[0])


def _save_start(folder: Path, teacher: PreTrainedModel, entries: list[str], weights: torch.Tensor) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    student = copy.deepcopy(teacher)
    student.resize_token_embeddings(len(entries))
    with torch.no_grad():
        student.get_input_embeddings().get_parameter("weight").copy_(weights)
    vocab = {entry: i for i, entry in enumerate(entries)}
    BertTokenizer(vocab=vocab, do_lower_case=True, model_max_length=512).save_pretrained(folder)
    student.save_pretrained(folder)


def batches(plan: Plan, first: int) -> Iterator[tuple[list[str], list[str]]]:
    """(what the student reads, what the teacher reads), the same for a step whenever it is run."""
    sets = [read_pairs(path) for path in plan.pairs]
    replies = [row.text.split() for row in rows.read_hands() if row.language == "en"]
    table = switch_table()
    for step in range(first, plan.steps):
        chance = random.Random(plan.seed * 1_000_003 + step)  # noqa: S311 - sampling, not secrets
        share = plan.batch // (len(sets) + 1)
        pairs = [pair for one in sets for pair in chance.choices(one, k=share)]
        english = [e for e, _ in chance.choices(sets[0], k=share // 2)]
        english += [_window(words, chance) for words in chance.choices(replies, k=share // 2)]
        pairs += [(text, switched(text, table, chance)) for text in english]
        pairs += [(text, text) for text, _ in chance.sample(pairs, plan.batch // 8)]
        yield [foreign for _, foreign in pairs], [e for e, _ in pairs]


def _window(words: list[str], chance: random.Random) -> str:
    start = chance.randrange(max(1, len(words) - WINDOW))
    return " ".join(words[start : start + WINDOW])


def embed(model: PreTrainedModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> torch.Tensor:
    """Mean-pooled embeddings (texts, dimensions), not normalised."""
    inputs = tokenizer(list(texts), padding=True, truncation=True, max_length=LONGEST, return_tensors="pt")
    ids, mask = (inputs[name].to(model.device) for name in ("input_ids", "attention_mask"))
    return pooled(model, ids, mask)


def distil(plan: Plan) -> Path:
    """Run or resume the distillation; the folder of the multilingual base."""
    start = prepare_student(plan)
    teacher, english = bases.open_base(bases.PACKAGED)
    student, tokenizer = bases.open_base(str(start))
    for model in (teacher, student):
        model.to(fastest())  # type: ignore[arg-type]  # transformers hides its signature
    optimiser, schedule = _optimiser(student, plan)
    first = _resume(plan.out, student, optimiser, schedule)
    teacher.eval()  # type: ignore[no-untyped-call]
    student.train()
    with Progress() as progress:
        task = progress.add_task("distilling", total=plan.steps, completed=first)
        for step, (read, meant) in enumerate(batches(plan, first), start=first + 1):
            loss = _loss(student, tokenizer, read, teacher, english, meant)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(student.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad()
            schedule.step()
            progress.update(task, advance=1, description=f"distilling, loss {loss.item():.3f}")
            if step % CHECKPOINT_EVERY == 0 or step == plan.steps:
                _checkpoint(plan.out, student, optimiser, schedule, step)
    student.save_pretrained(plan.out / "base")
    tokenizer.save_pretrained(plan.out / "base")
    return plan.out / "base"


def _loss(
    student: PreTrainedModel,
    tokenizer: PreTrainedTokenizerFast,
    read: list[str],
    teacher: PreTrainedModel,
    english: PreTrainedTokenizerFast,
    meant: list[str],
) -> torch.Tensor:
    with brisk(student.device.type):
        with torch.no_grad():
            wanted = functional.normalize(embed(teacher, english, meant).float(), dim=-1)
        got = functional.normalize(embed(student, tokenizer, read).float(), dim=-1)
    near: torch.Tensor = 10 * (1 - (got * wanted).sum(-1)).mean()
    among = functional.cross_entropy(got @ wanted.T / 0.05, _first_equal(meant).to(got.device))
    return near + among


def _first_equal(texts: list[str]) -> torch.Tensor:
    """Index of the first equal text, so that the English copy of a pair does not count as another
    sentence.
    """
    first: dict[str, int] = {}
    return torch.tensor([first.setdefault(text, i) for i, text in enumerate(texts)])


def _optimiser(student: PreTrainedModel, plan: Plan) -> tuple[Optimizer, LRScheduler]:
    table = student.get_input_embeddings().get_parameter("weight")
    body = [p for p in student.parameters() if p is not table]
    groups = [{"params": [table], "lr": plan.words_rate}, {"params": body, "lr": plan.body_rate}]
    optimiser = AdamW(groups, weight_decay=0.0, fused=True)
    return optimiser, OneCycleLR(
        optimiser, [plan.words_rate, plan.body_rate], total_steps=plan.steps, pct_start=0.1
    )


def _checkpoint(
    out: Path, student: PreTrainedModel, optimiser: Optimizer, schedule: LRScheduler, step: int
) -> None:
    state = {
        "student": student.state_dict(),
        "optimiser": optimiser.state_dict(),
        "schedule": schedule.state_dict(),
    }
    torch.save({**state, "step": step}, out / "checkpoint.part")
    (out / "checkpoint.part").rename(out / "checkpoint.pt")


def _resume(out: Path, student: PreTrainedModel, optimiser: Optimizer, schedule: LRScheduler) -> int:
    if not (out / "checkpoint.pt").exists():
        return 0
    state = torch.load(out / "checkpoint.pt", map_location="cpu", weights_only=True)
    student.load_state_dict(state["student"])
    optimiser.load_state_dict(state["optimiser"])
    schedule.load_state_dict(state["schedule"])
    return int(state["step"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pairs", nargs="+", type=Path, help="gzip files of English and foreign sentences")
    parser.add_argument("--out", type=Path, default=Path("build/classifier"))
    parser.add_argument("--steps", type=int, default=1200)
    asked = parser.parse_args()
    plan = Plan(tuple(asked.pairs), asked.out, asked.steps)
    print(json.dumps({"base": str(distil(plan))}))  # noqa: T201 - the command's answer


if __name__ == "__main__":
    main()
