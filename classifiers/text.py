"""A reply as both models read it: bounded, without control characters, addresses and emoji turned into
words.
"""

import re
import unicodedata

LONGEST = 24_000
"""Characters that are read; of a longer reply the first two thirds of them and the last third."""

ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"]{1,2000}", re.IGNORECASE)
LONG_NUMBER = re.compile(r"\d{5,}")
SPACES = re.compile(r"\s+")
WORD = re.compile(r"[^\W\d_]{2,}")

SYMBOLS = {
    "👍": " ok good ", "👌": " ok good ", "✅": " yes ok ", "👎": " no bad ", "🙏": " thanks please ",
    "🚫": " stop no ", "⛔": " stop no ", "❌": " no stop ", "🛑": " stop ", "📅": " calendar ",
    "📞": " phone call ", "☎": " phone call ", "💰": " money ", "💸": " money ", "🤑": " money ",
    "🎉": " congratulations ", "🎁": " gift ", "🔥": " great ", "🌴": " vacation ", "🏖": " vacation ",
    "😊": " glad ", "🙂": " glad ", "😀": " glad ", "😂": " laughing ", "🤣": " laughing ",
    "😡": " angry ", "🤬": " angry ", "😉": " wink ", "🙄": " annoyed ", "€": " € ",
    "“": '"', "”": '"', "’": "'", "‘": "'", "«": '"', "»": '"', "…": "...", "–": "-", "—": "-",
}  # fmt: skip
SYMBOL = re.compile("[" + "".join(SYMBOLS) + "]")


def clean(text: str) -> str:
    """One line of readable text of at most `LONGEST` characters; empty where nothing can be read."""
    text = unicodedata.normalize("NFKC", bounded(text))
    text = SYMBOL.sub(lambda match: SYMBOLS[match[0]], text)
    text = LINK.sub(" url ", ADDRESS.sub(" email ", text))
    text = LONG_NUMBER.sub("00000", text)
    return SPACES.sub(" ", "".join(c if _readable(c) else " " for c in text)).strip()


def bounded(text: str) -> str:
    """The beginning and the end of a text that is too long, else the text."""
    if len(text) <= LONGEST:
        return text
    third = LONGEST // 3
    return f"{text[: 2 * third]}\n{text[-third:]}"


def bare(text: str) -> str:
    """Lower case without accents, as the transformer's tokenizer sees it."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("ß", "ss").replace("œ", "oe"))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _readable(character: str) -> bool:
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
