"""Each rule alone, then the chain: the first objection decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance import chain, hours
from shared.compliance.verdict import ALLOWED, Facts, Verdict
from shared.states import CampaignState

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FREE = Facts(now=NOON)


def test_nothing_objects_to_a_free_lead() -> None:
    assert chain.judge(chain.FORM, FREE) is ALLOWED


@pytest.mark.parametrize("policy", [chain.FORM, chain.MAIL])
def test_who_is_suppressed_is_never_written_to(policy: Sequence[chain.Rule]) -> None:
    ruling = chain.judge(policy, replace(FREE, suppressed="example.org"))
    assert (ruling.verdict, ruling.rule) == (Verdict.DENY, "suppression")


def test_a_paused_campaign_waits() -> None:
    ruling = chain.judge(chain.FORM, replace(FREE, campaign=CampaignState.PAUSED))
    assert (ruling.verdict, ruling.rule) == (Verdict.HOLD, "campaign")


def test_a_used_up_day_waits_for_midnight() -> None:
    ruling = chain.judge(chain.FORM, replace(FREE, sent_today=200, limit_a_day=200))
    assert ruling.until == datetime(2026, 3, 11, tzinfo=UTC)


def test_one_below_the_limit_may_go() -> None:
    assert chain.judge(chain.FORM, replace(FREE, sent_today=199, limit_a_day=200)) is ALLOWED


def test_a_busy_domain_waits() -> None:
    ruling = chain.judge(chain.FORM, replace(FREE, domain_busy=True))
    assert (ruling.verdict, ruling.rule) == (Verdict.HOLD, "domain")


def test_the_pause_of_a_domain_is_kept() -> None:
    free_at = NOON + timedelta(seconds=20)
    assert chain.judge(chain.FORM, replace(FREE, domain_free_at=free_at)).until == free_at
    assert chain.judge(chain.FORM, replace(FREE, domain_free_at=NOON)) is ALLOWED


def test_a_company_is_written_to_once_in_half_a_year() -> None:
    recent = chain.judge(chain.FORM, replace(FREE, contacted_on=NOON - timedelta(days=179)))
    assert (recent.verdict, recent.rule) == (Verdict.DENY, "contacted")
    assert chain.judge(chain.FORM, replace(FREE, contacted_on=NOON - timedelta(days=181))) is ALLOWED


def test_a_closed_conversation_gets_no_mail() -> None:
    ruling = chain.judge(chain.MAIL, replace(FREE, stopped="they declined"))
    assert (ruling.verdict, ruling.rule) == (Verdict.DENY, "conversation")


def test_outside_its_hours_a_campaign_waits_until_it_opens() -> None:
    facts = replace(FREE, opens=time(14), closes=time(18), timezone="Europe/Paris")
    assert hours.rule(facts).until == datetime(2026, 3, 10, 13, 0, tzinfo=UTC)  # type: ignore[union-attr]


def test_after_closing_it_waits_for_the_next_day() -> None:
    facts = replace(FREE, opens=time(8), closes=time(12), timezone="Europe/Paris")
    assert hours.rule(facts).until == datetime(2026, 3, 11, 7, 0, tzinfo=UTC)  # type: ignore[union-attr]


@given(
    st.datetimes(timezones=st.just(UTC), allow_imaginary=False).map(lambda t: t.replace(year=2026)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    st.sampled_from(["Europe/Paris", "America/Montreal", "UTC"]),
)
def test_a_hold_ends_in_the_future_and_at_the_opening_hour(
    now: datetime, opens: time, closes: time, zone: str
) -> None:
    facts = replace(FREE, now=now, opens=opens, closes=closes, timezone=zone)
    ruling = hours.rule(facts)
    if ruling is None:
        return
    assert ruling.until is not None
    assert now < ruling.until <= now + timedelta(hours=25)
    assert ruling.until.astimezone(ZoneInfo(zone)).minute == opens.minute
