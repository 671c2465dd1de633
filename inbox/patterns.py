"""Large patterns and word lists, written so that they can be read: an alternative a line."""


def any_of(alternatives: str) -> str:
    """A pattern that matches any of the lines; a line indented further than the first goes on with the one
    above it.
    """
    lines = [line for line in alternatives.split("\n") if line.strip()]
    margin = len(lines[0]) - len(lines[0].lstrip())
    joined: list[str] = []
    for line in lines:
        if len(line) - len(line.lstrip()) > margin:
            joined[-1] += line.strip()
        else:
            joined.append(line.strip())
    return "|".join(joined)


def words(text: str) -> frozenset[str]:
    """The words of `text`, separated by white space."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of `text`, separated by commas or line ends; a space that matters is written as an
    underscore.
    """
    return tuple(
        phrase.strip().replace("_", " ") for phrase in text.replace("\n", ",").split(",") if phrase.strip()
    )
