"""A campaign's subject and message: Jinja2 in a sandbox, small, and checked before the first lead.

A template is data: no loops, no macros, no includes, no multiplication (a short template could otherwise fill
the memory), and only the variables that every lead has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.errors import BadInput

MAX_TEMPLATE = 10_000
"""Characters of a template; forms that take a message usually stop at 1,000 to 5,000."""

MAX_RENDERED = 8_000

_FORBIDDEN = (
    nodes.For, nodes.Macro, nodes.CallBlock, nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends,
    nodes.Mul, nodes.Pow, nodes.Call,
)  # fmt: skip

# Plain text: what a form or a mail shows is escaped where it is shown.
_environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@dataclass(frozen=True, slots=True)
class Variables:
    """What a template may speak of."""

    company: str
    website: str
    domain: str
    first_name: str
    last_name: str
    city: str
    sender_first_name: str
    sender_last_name: str
    sender_company: str
    sender_job_title: str
    sender_phone: str
    sender_website: str


ALLOWED = frozenset(field.name for field in fields(Variables))


def check(name: str, template: str) -> None:
    """Refuse what cannot be rendered for every lead. Raises BadInput with what to change."""
    if not template.strip():
        raise BadInput(f"The {name} is empty.")
    if len(template) > MAX_TEMPLATE:
        raise BadInput(f"The {name} is longer than {MAX_TEMPLATE} characters.")
    try:
        tree = _environment.parse(template)
        unknown = sorted(meta.find_undeclared_variables(tree) - ALLOWED)
    except TemplateSyntaxError as error:
        raise BadInput(f"The {name} does not parse, line {error.lineno}: {error.message}") from error
    if found := next(tree.find_all(_FORBIDDEN), None):
        raise BadInput(
            f"The {name} uses {type(found).__name__} on line {found.lineno}, which is not allowed."
        )
    if unknown:
        raise BadInput(
            f"The {name} speaks of {', '.join(unknown)}, which no lead has. "
            f"Known: {', '.join(sorted(ALLOWED))}."
        )
    render(template, dict.fromkeys(ALLOWED, "x"))


def render(template: str, variables: Mapping[str, str]) -> str:
    """The text for one lead. Raises BadInput where the template fails on these values."""
    try:
        text = _environment.from_string(template).render(variables)
    except TemplateError as error:
        raise BadInput(f"The template fails: {error.message}") from error
    if len(text) > MAX_RENDERED:
        raise BadInput(f"The text is longer than {MAX_RENDERED} characters.")
    return text.strip()
