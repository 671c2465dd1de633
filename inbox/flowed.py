"""Plain text in `format=flowed` (RFC 3676) -> one line a paragraph."""


def unflow(text: str, delete_space: bool) -> str:
    """`text` without its soft line breaks; a signature mark or another quote depth ends a paragraph."""
    lines: list[str] = []
    depth, open_, pieces = 0, False, list[str]()
    for line in text.replace("\r\n", "\n").split("\n"):
        body = line.lstrip(">")
        level = len(line) - len(body)
        body = body[1:] if body.startswith(" ") else body
        signature = body == "-- "
        if not open_ or level != depth or signature:
            lines.append(_joined(depth, pieces))
            depth, pieces = level, []
        open_ = body.endswith(" ") and not signature
        pieces.append(body[:-1] if open_ and delete_space else body)
    lines.append(_joined(depth, pieces))
    return "\n".join(lines[1:])


def _joined(depth: int, pieces: list[str]) -> str:
    return ">" * depth + (" " if depth else "") + "".join(pieces)
