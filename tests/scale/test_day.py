"""The scale model in small, and the KEDA formula by itself; the full form is `make scale`."""

from pathlib import Path

import pytest

from tests.scale import day, keda, plot
from tests.scale.keda import Autoscaler


@pytest.fixture
def scaling() -> keda.Scaling:
    return keda.deployed("browser", most=100)


def test_the_first_poll_after_a_backlog_asks_for_all_the_pods_it_needs(scaling: keda.Scaling) -> None:
    assert Autoscaler(scaling, 1).step(0.0, 1_000) == 50


def test_no_more_pods_than_allowed_and_no_fewer(scaling: keda.Scaling) -> None:
    assert Autoscaler(scaling, 1).step(0.0, 1_000_000) == 100
    assert Autoscaler(scaling, 1).step(0.0, 0) == 1


def test_pods_leave_only_after_the_window_and_a_quarter_at_a_time(scaling: keda.Scaling) -> None:
    autoscaler = Autoscaler(scaling, 1)
    autoscaler.step(0.0, 2_000)
    counts = {at: autoscaler.step(float(at), 0) for at in range(15, 1200, 15)}
    assert counts[scaling.down_window] == 100
    assert counts[scaling.down_window + 15] == 75
    assert counts[scaling.down_window + 60] == 75
    assert counts[1185] == 1


def test_a_metric_that_wobbles_within_a_tenth_moves_nothing(scaling: keda.Scaling) -> None:
    autoscaler = Autoscaler(scaling, 20)
    assert {autoscaler.step(15.0 * turn, 400 + (-1) ** turn * 35) for turn in range(50)} == {20}


@pytest.mark.slow
def test_a_small_day_ends_with_every_lead_done_and_pods_that_follow_the_backlog(tmp_path: Path) -> None:
    with day.database():
        figures, trace = day.measure(2_500, 20, 60, lambda _: None, hours=2)
    assert figures.ended == figures.leads == 2_500
    assert figures.step_off_percent <= 10
    assert figures.flaps == 0
    assert figures.drain_product_spread_percent < 35  # a small backlog has a long last visit
    assert figures.wait_small_p95 < figures.wait_large_p50 + 120
    plot.draw(trace, tmp_path / "scale.png")
    assert (tmp_path / "scale.png").stat().st_size > 10_000
