"""Groups of commands that are imported when one of them is typed: it starts without the others' libraries."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from pkgutil import resolve_name
from typing import Any, cast

from typer.core import TyperGroup
from typer.main import get_group


class _Commands(Mapping[str, Any]):
    """The commands of the Typer that `source` ("module:attribute") names, read from there at first use."""

    def __init__(self, source: str) -> None:
        self._source = source

    @cached_property
    def _read(self) -> Mapping[str, Any]:
        return get_group(resolve_name(self._source)).commands

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401  # Typer keeps the type of a command to itself
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def group(name: str, source: str, said: str) -> TyperGroup:
    """A group for a root: `said` is its line there, and its commands are those of `source`."""
    commands = cast("dict[str, Any]", _Commands(source))
    return TyperGroup(name=name, help=said, commands=commands, no_args_is_help=True)
