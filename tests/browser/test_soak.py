"""The short form of the soak: Chromium is killed twice among sixty forms."""

import pytest

from tests.forms.soak import broken, soak


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_no_form_is_lost_or_sent_twice_while_chromium_is_killed() -> None:
    figures = await soak(forms=60, every=25)
    assert figures["kills"] == {"browser": 1, "renderer": 1}
    assert [bar for bar in broken(figures) if bar != "memory_growth"] == []
