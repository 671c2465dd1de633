"""A tenant with ten leads beside one with very many, through real nudges and claims, in simulated time."""

import pytest

from shared.db import EVERY_TENANT, transaction
from tests.faults import rows
from tests.scale import keda, model
from tests.scale.model import Arrival, Model


@pytest.fixture(autouse=True)
def _leases_outlast_the_test(fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("RELANCE_LEASE", "3600")


def finished(pods: int, arrivals: list[Arrival], tenant: int) -> float:
    """Seconds from a tenant's arrival to the end of its last visit."""
    farm = Model(keda.deployed("browser"), model.fixed(pods))
    first = min(one.at for one in arrivals if one.tenant == tenant)
    trace = farm.run(arrivals, 400 + first)
    ours = [row for row, of in trace.tenant.items() if of == tenant]
    assert all(row in trace.ended for row in ours)
    return max(trace.ended[row] for row in ours) - first


@pytest.mark.slow
@pytest.mark.parametrize("pods", [1, 4, 10])
def test_ten_leads_beside_very_many_are_done_within_twice_the_time_of_being_alone(
    pods: int, database: str
) -> None:
    small, large, alone = rows.tenants(database, 3)
    beside = finished(pods, [Arrival(0.0, large, 3_000), Arrival(120.0, small, 10)], small)
    assert beside <= 2 * finished(pods, [Arrival(120.0, alone, 10)], alone)


def test_a_large_tenant_alone_has_all_of_the_farm(database: str) -> None:
    (large,) = rows.tenants(database, 1)
    farm = Model(keda.deployed("browser"), model.fixed(5))
    trace = farm.run([Arrival(0.0, large, 1_000)], 300)
    assert len(trace.ended) == pytest.approx(10 * 300 / model.VISIT, rel=0.1)
    with transaction(EVERY_TENANT):
        assert len(trace.began) - len(trace.ended) == 10
