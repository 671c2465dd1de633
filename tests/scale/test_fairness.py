"""A tenant with ten leads beside one with very many, through real nudges and claims, in simulated time."""

import pytest

from shared.db import EVERY_TENANT, transaction
from tests.faults import rows
from tests.scale import day, keda, model
from tests.scale.model import Arrival, Model


@pytest.fixture(autouse=True)
def _leases_outlast_the_test(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("RELANCE_LEASE", "3600")


@pytest.mark.slow
@pytest.mark.parametrize(("pods", "many"), [(1, 3_000), (4, 100_000), (10, 3_000)])
def test_ten_leads_beside_very_many_are_done_within_twice_the_time_of_being_alone(
    pods: int, many: int, database: str
) -> None:
    alone, beside = day.ten_leads(keda.deployed("browser"), rows.tenants(database, 3), pods, many)
    assert beside <= 2 * alone


def test_a_large_tenant_alone_has_all_of_the_farm(database: str) -> None:
    (large,) = rows.tenants(database, 1)
    farm = Model(keda.deployed("browser"), model.fixed(5))
    trace = farm.run([Arrival(0.0, large, 1_000)], 300)
    assert len(trace.ended) == pytest.approx(10 * 300 / model.VISIT, rel=0.1)
    with transaction(EVERY_TENANT):
        assert len(trace.began) - len(trace.ended) == 10
