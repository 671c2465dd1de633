"""Training end to end on a tiny encoder: what is written can be served, measured and trained on."""

import dataclasses

import numpy as np
import pytest
import torch
import transformers

from classifiers import artifact, augment, bases, candidate, export, pairs, train
from classifiers.corpus.rows import Row
from classifiers.labels import INTENTS, LABEL_OF
from classifiers.model import Classifier
from classifiers.network import Network
from classifiers.reader import Reader
from shared.errors import BadInput, NotConfigured

pytestmark = pytest.mark.slow

SAID = dict(
    zip(
        INTENTS,
        (
            "let us meet tomorrow", "what does it cost", "send me the brochure", "write again next year",
            "this is too dear", "ask my colleague", "we are not interested", "remove me from your list",
            "out of the office", "we received your request", "user unknown", "you won a prize",
        ),
        strict=True,
    )
)  # fmt: skip


def rows(count: int, hand: str = "train") -> list[Row]:
    return [
        Row(LABEL_OF[intent], intent, "en", hand, f"{text} {i}")
        for i in range(count)
        for intent, text in SAID.items()
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """A folder with an untrained encoder of one layer and a vocabulary of the words above."""
    folder = tmp_path_factory.mktemp("base")
    words = sorted({word for text in SAID.values() for word in text.split()})
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    vocab = {
        word: i for i, word in enumerate([*special, *words, *(f"##{d}" for d in range(10)), *"0123456789"])
    }
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=len(vocab),
        hidden_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    transformers.BertModel(config).save_pretrained(folder)
    transformers.BertTokenizer(vocab=vocab).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def recipe(base):
    return train.Recipe(base=base, epochs=6, rate=3e-3, head_rate=1e-2, averaging=0.8, smoothing=0.0)


@pytest.fixture(scope="module")
def built(recipe, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        roles = {"calibrate": "calibrate", "judge": "judge"}
        patch.setattr("classifiers.corpus.splits.roles", lambda: roles)
        corpus = [*rows(20), *rows(6, "calibrate"), *rows(3, "judge")]
        told = []
        made = candidate.build(
            corpus, rows(2, "reviewed"), recipe, tmp_path_factory.mktemp("out"), told_to(told)
        )
    assert told[0][0] < told[-1][0] == 1.0
    return made


def told_to(told):
    return lambda share, text: told.append((share, text))


def test_a_candidate_is_a_sealed_folder_that_reads_what_it_learned(built):
    classifier = Classifier.load(built.folder)
    assert classifier.version == built.version
    found = classifier.predict(list(SAID.values()))
    assert sum(told.intent is intent for told, intent in zip(found, SAID, strict=True)) >= 10
    assert built.figures.macro_f1 > 0.8


def test_the_manifest_and_the_card_say_what_it_was_made_of(built):
    about = artifact.check(built.folder).about
    assert about["rows"] == 22 * 12
    assert about["hands"] == about["read"] == ["reviewed", "train"]
    assert about["recipe"]["epochs"] == 6
    assert about["judged"]["cases"] == 36
    card = (built.folder / "MODEL_CARD.md").read_text()
    assert built.version in card
    assert "264 replies by 2 hands" in card


def test_the_exported_encoder_can_be_trained_on(built, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    encoder, tokenizer = bases.open_base("shipped")
    ids = tokenizer(["let us meet tomorrow 7"], return_tensors="pt")
    network = Network(encoder)
    with torch.inference_mode():
        _, vectors = network.eval()(ids["input_ids"], ids["attention_mask"])
    _, served = Reader(built.folder).read(["let us meet tomorrow 7"])
    assert float(np.dot(vectors[0].numpy(), served[0])) > 0.98


def test_training_that_goes_on_starts_where_the_shipped_model_ended(built, recipe, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    still = dataclasses.replace(recipe, base="shipped", epochs=1, rate=1e-9, head_rate=1e-9)
    trained = train.fit(rows(2), rows(1), still, lambda *_: None)
    texts = ["let us meet tomorrow 7", "user unknown 3"]
    logits, _ = Reader(built.folder).read(texts)
    assert np.abs(logits - train.predict(trained.network, trained.tokenizer, texts)).max() < 0.3


def same_layers(first, second) -> bool:
    """All but the pooler, which nobody reads and no file holds."""
    others = dict(second.named_parameters())
    return all(torch.equal(p, others[n]) for n, p in first.named_parameters() if not n.startswith("pooler"))


def test_training_that_goes_on_holds_the_lower_layers_fast(built, recipe, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    start, _ = bases.open_base("shipped")
    again = dataclasses.replace(recipe, base="shipped", epochs=1)
    trained = train.fit(rows(2), rows(1), again, lambda *_: None)
    assert same_layers(start, trained.network.encoder)
    head = bases.shipped_head()["weight"]
    assert not torch.equal(head, trained.network.head.weight)


def test_without_an_epoch_the_encoder_stays_as_it_is(built, recipe, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    start, _ = bases.open_base("shipped")
    none = dataclasses.replace(recipe, base="shipped", epochs=0)
    trained = train.fit([*rows(2), *rows(1, "newcomer")], rows(1), none, lambda *_: None)
    assert same_layers(start, trained.network.encoder)
    assert torch.equal(bases.shipped_head()["weight"], trained.network.head.weight)


def test_an_epoch_that_goes_on_holds_what_is_new_and_as_much_of_the_old(built, recipe, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    new, old = rows(1, "newcomer"), rows(10)
    lesson = train._lesson([*old, *new], dataclasses.replace(recipe, base="shipped"))
    for epoch in (0, 1):
        assert [row for row in lesson(epoch) if row.hand == "newcomer"] == new
        assert len(lesson(epoch)) == 2 * len(new)
    assert lesson(0) != lesson(1)


def test_where_nothing_is_new_or_training_starts_afresh_all_is_read(built, recipe, monkeypatch):
    monkeypatch.setattr(artifact, "SHIPPED", built.folder)
    old = rows(3)
    assert train._lesson(old, dataclasses.replace(recipe, base="shipped"))(0) == old
    assert train._lesson([*old, *rows(1, "newcomer")], recipe)(0) == [*old, *rows(1, "newcomer")]


def test_some_words_are_overlooked_others_each_time_yet_never_what_opens_and_closes():
    mask = torch.ones(40, 30, dtype=torch.long)
    mask[:20, 12:] = 0
    first, second = (train._partly(mask, 0.25) for _ in range(2))
    assert not first[mask == 0].any()
    assert first[:, 0].all()
    assert first[:20, 11].all()
    assert first[20:, 29].all()
    assert 0.65 < first.sum() / mask.sum() < 0.9
    assert not torch.equal(first, second)
    assert torch.equal(train._partly(mask, 0.0), mask)


@pytest.fixture(scope="module")
def exported(recipe, tmp_path_factory):
    """A network, its tokenizer, and the folder that it was exported to."""
    encoder, tokenizer = bases.open_base(recipe.base)
    pairs.pair(encoder)
    network = Network(encoder).eval()
    for one in network.parameters():  # an untrained one has many that are alike, which are written once
        torch.nn.init.normal_(one, one.mean().item(), 0.05)
    folder = tmp_path_factory.mktemp("exported")
    export.export(network, folder / artifact.READER, train.sample(rows(20), tokenizer))
    tokenizer.backend_tokenizer.save(str(folder / artifact.TOKENIZER))
    return network, tokenizer, folder


LONG = "out of the office and out of the list 1 2 3 " * 4
TEXTS = ["send me the brochure", "out of the office and out of the list 1 2 3", "prize", LONG, LONG[:-5]]


def test_the_export_computes_what_the_network_computes(exported):
    network, tokenizer, folder = exported
    logits, _ = Reader(folder).read(TEXTS)
    assert np.abs(logits - train.predict(network, tokenizer, TEXTS)).max() < 0.15


def test_what_is_read_of_a_reply_does_not_depend_on_what_is_read_beside_it(exported):
    reader = Reader(exported[2])
    together, _ = reader.read(TEXTS)
    alone = np.concatenate([reader.read([text])[0] for text in TEXTS])
    assert np.abs(together - alone).max() < 1e-4


def test_the_weights_of_an_export_are_those_of_the_network(exported):
    network, _, folder = exported
    state = export.weights(folder / artifact.READER)
    wanted = {name: value for name, value in network.state_dict().items() if "pooler" not in name}
    for name, value in wanted.items():
        assert torch.allclose(state[name], value[: len(state[name])], atol=float(value.abs().max()) / 64), (
            name
        )


def test_training_stops_when_nothing_gets_better(recipe):
    unlearnable = [dataclasses.replace(row, text="prize") for row in rows(3)]
    seen = []
    patient = dataclasses.replace(recipe, epochs=30, patience=2)
    train.fit(rows(3), unlearnable, patient, lambda share, _: seen.append(share))
    assert max(seen) < 0.9


def test_an_error_within_a_label_costs_less_than_one_across(recipe):
    price, now, bounce = (INTENTS.index(i) for i in ("REQUEST_PRICE", "INTERESTED_NOW", "BOUNCE"))
    truth = torch.tensor([price])

    def cost(guess: int) -> float:
        return float(train.loss(torch.nn.functional.one_hot(torch.tensor([guess]), 12) * 5.0, truth, recipe))

    assert cost(price) < cost(now) < cost(bounce)


def test_too_few_rows_or_a_missing_intent_are_refused(recipe, tmp_path):
    with pytest.raises(BadInput, match="12 rows for training"):
        candidate.build(rows(1), [], recipe, tmp_path, lambda *_: None)
    without = [row for row in rows(40) if row.intent != "BOUNCE"]
    with pytest.raises(BadInput, match="without any: BOUNCE"):
        candidate.build(without, [], recipe, tmp_path, lambda *_: None)


def test_a_base_that_cannot_be_had_is_named(tmp_path):
    with pytest.raises(NotConfigured, match=str(tmp_path)):
        bases.open_base(str(tmp_path))


def test_an_encoder_of_another_build_is_refused():
    config = transformers.DistilBertConfig(vocab_size=10, dim=8, n_layers=1, n_heads=1, hidden_dim=8)
    with pytest.raises(NotConfigured, match="distilbert is none of"):
        Network(transformers.DistilBertModel(config))


def test_variation_keeps_most_of_a_text():
    import random

    chance = random.Random(2)
    text = "Bonjour, nous ne souhaitons pas donner suite à votre proposition de service."
    varied = [augment.vary(text, chance) for _ in range(200)]
    assert len(set(varied)) > 50
    assert varied.count(text) > 20
    assert all("suite" in v or abs(len(v) - len(text)) < 60 for v in varied)
    assert augment.vary("", random.Random(1)) is not None
