"""Floors for how forms are read, on a sample of the annotated pages rendered in Chromium.

The shipped weights have seen these pages; `python -m browser.forms.train --cross-validate` tells what unseen
domains give. A floor that breaks here means that reading, rendering or the weights broke.
"""

import pytest

from browser.measure import measure
from tests.conftest import corpus


@pytest.mark.slow
async def test_contact_forms_are_chosen_and_their_fields_understood() -> None:
    found = await measure(corpus("forms/formasaurus"), most=80)
    assert not found.unread
    assert found.contact_f1 is not None
    assert found.contact_f1 >= 0.95
    assert found.field_accuracy is not None
    assert found.field_accuracy >= 0.97
    assert found.whole_form is not None
    assert found.whole_form >= 0.9
    assert found.honeypots_filled == 0


@pytest.mark.slow
async def test_the_thirteen_types_are_told_apart() -> None:
    found = await measure(corpus("forms/common-crawl-contact"), most=100)
    assert not found.unread
    assert found.micro_f1 is not None
    assert found.micro_f1 >= 0.9
    assert found.honeypots_filled == 0
