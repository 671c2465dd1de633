"""A campaign's templates are refused when they are written, not at the first lead."""

import pytest

from shared.errors import BadInput
from workers.services.templates import ALLOWED, MAX_TEMPLATE, check, render

ONE = dict.fromkeys(ALLOWED, "x")


def test_a_template_speaks_of_the_lead_and_the_sender() -> None:
    text = render("Bonjour {{ company }}, {{ sender_first_name }}", ONE | {"company": "Café <Noir>"})
    assert text == "Bonjour Café <Noir>, x"


def test_a_condition_on_an_empty_value_is_allowed() -> None:
    template = "A{% if city %} à {{ city }}{% endif %}"
    check("message", template)
    assert render(template, ONE | {"city": ""}) == "A"


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("{{ compagny }}", "speaks of compagny"),
        ("{{ company", "does not parse"),
        ("{% for x in company %}x{% endfor %}", "For on line 1"),
        ("{{ 'a' * 100000000 }}", "Mul on line 1"),
        ("{{ 9 ** 9 ** 9 }}", "Pow on line 1"),
        ("{{ company.__class__.__mro__ }}", "fails"),
        ("{{ company.upper() }}", "Call on line 1"),
        ("{% include '/etc/passwd' %}", "Include on line 1"),
        ("{% import 'os' as os %}", "Import on line 1"),
        ("{{ company|no_such_filter }}", "does not parse"),
        ("x" * (MAX_TEMPLATE + 1), "longer than"),
    ],
)
def test_what_would_fail_or_harm_is_refused_with_its_reason(template: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        check("message", template)


def test_a_lead_cannot_inject_a_template() -> None:
    assert render("{{ company }}", ONE | {"company": "{{ sender_phone }}"}) == "{{ sender_phone }}"
