"""Each rule alone, then the chain: the first objection decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.compliance import chain, hours, server, warmup
from shared.compliance.verdict import ALLOWED, Facts, Scope, Verdict
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


def test_a_pause_holds_the_campaign_until_a_person_launches_it() -> None:
    ruling = chain.judge(chain.FORM, replace(FREE, campaign=CampaignState.PAUSED))
    assert (ruling.until, ruling.scope) == (None, Scope.CAMPAIGN)


def test_a_server_sees_a_few_visits_at_once() -> None:
    assert chain.judge(chain.FORM, replace(FREE, server_visits=server.AT_ONCE - 1)) is ALLOWED
    ruling = chain.judge(chain.FORM, replace(FREE, server_visits=server.AT_ONCE))
    assert (ruling.verdict, ruling.rule, ruling.until) == (Verdict.HOLD, "server", NOON + server.RETRY)


def test_a_mailbox_sends_its_number_a_day() -> None:
    assert chain.judge(chain.MAIL, replace(FREE, mailbox_sent_today=19, mailbox_limit=20)) is ALLOWED
    ruling = chain.judge(chain.MAIL, replace(FREE, mailbox_sent_today=20, mailbox_limit=20))
    assert (ruling.rule, ruling.until, ruling.scope) == ("mailbox_quota", FREE.tomorrow, Scope.MAILBOX)


def test_a_held_mailbox_waits_for_a_person_and_says_why() -> None:
    ruling = chain.judge(chain.MAIL, replace(FREE, mailbox_held="half of it bounced."))
    assert (ruling.rule, ruling.until) == ("mailbox_held", None)
    assert "half of it bounced." in ruling.reason


ages = st.integers(0, 400).map(lambda days: timedelta(days=days))


@given(ages, ages, st.integers(0, 2000))
def test_a_mailbox_may_send_more_the_older_it_is_and_never_more_than_its_limit(
    young: timedelta, old: timedelta, limit: int
) -> None:
    young, old = sorted((young, old))
    assert 0 <= warmup.allowance(None, limit) <= warmup.allowance(young, limit)
    assert warmup.allowance(young, limit) <= warmup.allowance(old, limit) <= limit
    assert warmup.allowance(timedelta(days=warmup.WARM_AFTER), limit) == limit


@given(st.integers(0, 300), st.integers(0, 300), st.sampled_from(["", "it bounced."]))
def test_every_hold_says_why_and_ends_in_the_future_or_by_a_person(sent: int, most: int, held: str) -> None:
    facts = replace(FREE, sent_today=sent, limit_a_day=most, mailbox_sent_today=sent, mailbox_limit=most)
    for policy in (chain.FORM, chain.MAIL):
        ruling = chain.judge(policy, replace(facts, mailbox_held=held))
        if ruling.verdict is Verdict.HOLD:
            assert ruling.reason
            assert ruling.until is None or ruling.until > NOON
