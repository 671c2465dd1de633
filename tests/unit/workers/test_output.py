"""What commands print is what was stored, whatever a name looks like."""

import pytest

from shared.states import CampaignState
from workers.cli import campaigns
from workers.cli.output import out
from workers.services.progress import Status


def test_a_campaign_may_be_named_like_markup(capsys: pytest.CaptureFixture[str]) -> None:
    out.print(campaigns._table(Status("[/b]", CampaignState.DRAFT, "", 0, {})))
    assert "[/b]: draft" in " ".join(capsys.readouterr().out.split())
