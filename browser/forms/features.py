"""What the model sees of a field: its words by their source, its type, its neighbours, its place in the form.

A feature is a string; each source's features together weigh the same however many they are, so that a long
label says no more than a short one. Strings are hashed (CRC-32) into WIDTH columns, so that no vocabulary is
shipped.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import sqrt
from zlib import crc32

from browser.forms.fields import Field
from browser.forms.vocabulary import core, hits, normal
from browser.snapshot import Control

WIDTH = 1 << 15
Features = dict[str, float]
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_TEXT_ROUTES = (
    "aria-labelledby",
    "for",
    "wrap",
    "aria-label",
    "following",
    "placeholder",
    "cell",
    "preceding",
)


def column(feature: str) -> int:
    """The column of a feature."""
    return crc32(feature.encode()) % WIDTH


@lru_cache(maxsize=4096)
def words_of(identifier: str) -> str:
    """A name, id or class as words: `billing[firstName]` is `billing first name`."""
    return normal(_CAMEL.sub(" ", identifier))


def field_features(fields: Sequence[Field]) -> list[Features]:
    """The features of each field of one form."""
    spoken = [_spoken(field) for field in fields]
    said = Counter(meaning for one in spoken for meaning in one)
    types = [field.control.type for field in fields]
    many, before = Counter(types), Counter[str]()
    text_areas = [place for place, field in enumerate(fields) if _guise(field.control)[0] == "textarea"]
    rows = []
    for place, field in enumerate(fields):
        kind = types[place]
        of_type = f"of its type {kind} {min(before[kind], 3)} of {min(many[kind], 4)}"
        before[kind] += 1
        rows.append(
            _own(field)
            | _scaled("context", _context(place, spoken, said, text_areas))
            | _scaled("place", (of_type, *_place(place, len(fields), text_areas)))
        )
    return rows


def _scaled(group: str, features: Iterable[str]) -> Features:
    found = sorted(set(features))
    weight = 1 / sqrt(len(found)) if found else 0.0
    return {f"{group}:{one}": weight for one in found}


def _own(field: Field) -> Features:
    control = field.control
    label = core(field.label)[:160]
    others = [core(text)[:160] for route, text in control.labels.items() if text != field.label]
    name = words_of(f"{control.name}")
    return (
        _scaled("label", _grams(label))
        | _scaled("words", _words(label))
        | _scaled("others", [gram for text in others for gram in _words(text)])
        | _scaled("other grams", [gram for text in others for gram in _grams(text)])
        | _scaled("name", [*_grams(name), *_words(name)])
        | _scaled("id", [*_grams(words_of(control.id)), *_words(words_of(control.id))])
        | _scaled("around", _words(words_of(f"{control.css_class} {control.around}"), pairs=False))
        | _scaled("options", _choices(field))
        | _scaled("spoken", _vocabulary(field))
        | dict.fromkeys(_says(field), 1.0)
        | dict.fromkeys(_kind(field), 1.0)
    )


def _words(text: str, *, pairs: bool = True) -> Iterator[str]:
    words = [word for word in text.split() if not word.isdigit()][:40]
    yield from (f"w {word}" for word in words)
    if pairs:
        yield from (f"p {a} {b}" for a, b in itertools.pairwise(words))
        if len(words) <= 5:
            yield f"all {' '.join(words)}"


def _grams(text: str) -> Iterator[str]:
    for word in text.split()[:30]:
        if not word.isdigit():
            padded = f"^{word[:30]}$"
            yield from (padded[at : at + size] for size in (3, 4, 5) for at in range(len(padded) - size + 1))


def _choices(field: Field) -> Iterator[str]:
    options = field.options
    for option in options[:12]:
        yield from _words(core(option.text[:60]), pairs=False)
    if options:
        yield f"count {min(len(options).bit_length(), 8)}"


def _vocabulary(field: Field) -> Iterator[str]:
    control = field.control
    kind = "box" if control.type in {"checkbox", "radio"} else _guise(control)[0]
    for source, text in (("label", field.label), *control.labels.items(), ("name", words_of(control.name))):
        exact, inside = hits(text)
        for meaning in exact:
            yield f"{source} is {meaning}"
            yield f"{kind} is {meaning}"
        for meaning in inside:
            yield f"{source} has {meaning}"
            yield f"{kind} has {meaning}"


def _says(field: Field) -> Iterator[str]:
    """The meanings whose phrase is all that the label, the placeholder or the name says."""
    control = field.control
    for text in (
        field.label,
        control.labels.get("placeholder", ""),
        words_of(control.name),
        words_of(control.id),
    ):
        yield from (f"says {meaning}" for meaning in hits(text)[0])


def _kind(field: Field) -> Iterator[str]:
    control = field.control
    yield "type {} {}".format(*_guise(control))
    if field.is_group:
        yield "group"
    if control.autocomplete:
        yield f"autocomplete {control.autocomplete.lower().split(' ')[-1]}"
    if control.inputmode:
        yield f"inputmode {control.inputmode}"
    if control.maxlength:
        yield f"length {min(control.maxlength.bit_length(), 12)}"
    yield f"label length {len(field.label.split()).bit_length()}"
    if field.label.rstrip(" *").endswith("?"):
        yield "question"
    if control.value.startswith(("http", "www")):
        yield "value url"


def _guise(control: Control) -> tuple[str, str]:
    """Tag and type; of a list or an editable element that a page made itself, those of what it stands for."""
    if control.type == "textbox":
        return "textarea", "textarea"
    return ("select", "select-one") if control.chooser == "list" else (control.tag, control.type)


def _spoken(field: Field) -> frozenset[str]:
    """The meanings that a field's label, placeholder and name speak of, for its neighbours."""
    control: Control = field.control
    if control.type in {"checkbox", "radio"}:
        return frozenset({f"a {control.type}"})
    texts = [control.labels[route] for route in _TEXT_ROUTES if route in control.labels]
    found = {f"{meaning}" for text in [*texts[:2], words_of(control.name)] for meaning in hits(text)[0]}
    return frozenset(found | {"a {} {}".format(*_guise(control))})


def _context(
    place: int, spoken: Sequence[frozenset[str]], said: Counter[str], text_areas: Sequence[int]
) -> Iterator[str]:
    for step, where in ((-2, "two before"), (-1, "before"), (1, "after"), (2, "two after")):
        at = place + step
        yield from (f"{where} {one}" for one in spoken[at]) if 0 <= at < len(spoken) else (f"{where} none",)
    yield from (f"with {one}" for one, times in said.items() if times > (one in spoken[place]))
    if not text_areas:
        yield "no textarea"


def _place(place: int, fields: int, text_areas: Sequence[int]) -> Iterator[str]:
    yield f"place {min(place, 8)}"
    yield f"from end {min(fields - 1 - place, 4)}"
    yield f"fields {min(fields.bit_length(), 6)}"
    if text_areas:
        yield f"textarea {max(-3, min(3, place - text_areas[0]))}"
