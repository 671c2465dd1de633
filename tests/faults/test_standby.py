"""A farm without Redis goes on by the ledger, and nothing is sent twice when Redis is back."""

import os
import signal
from collections.abc import Iterator

import pytest

from tests.faults import rows
from tests.faults.farm import Farm, names, running, wait_for
from tests.faults.site import Site, counting

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def site() -> Iterator[Site]:
    with counting() as counted:
        yield counted


def launch(farm: Farm, site: Site, each: int) -> None:
    """Leads of five tenants, due at once."""
    rows.leads(farm.postgres.url, rows.tenants(farm.postgres.url, 5), each, site.url)


def states(farm: Farm) -> dict[str, int]:
    return names(farm.query("SELECT state, count(*) FROM submissions GROUP BY state"))


def test_what_is_due_while_redis_stands_still_is_done(site: Site) -> None:
    with running(workers=2, pages=2, lease=10.0, fill=0.05) as farm:
        launch(farm, site, 2)
        assert wait_for(lambda: states(farm) == {"sent": 10}, 30)
        farm.redis.process.send_signal(signal.SIGSTOP)
        launch(farm, site, 2)
        assert wait_for(lambda: states(farm) == {"sent": 20}, 30)
        farm.redis.process.send_signal(signal.SIGCONT)
        launch(farm, site, 2)
        assert wait_for(lambda: states(farm) == {"sent": 30}, 30)
        assert (len(site.posts), site.twice()) == (30, 0)


def test_what_is_due_while_redis_is_full_is_done(site: Site) -> None:
    with running(workers=1, pages=2, lease=10.0, fill=0.05) as farm:
        farm.redis.client().config_set("maxmemory", 1)
        launch(farm, site, 2)
        assert wait_for(lambda: states(farm) == {"sent": 10}, 30)
        assert (len(site.posts), site.twice()) == (10, 0)


def test_a_worker_that_leaves_while_redis_is_away_ends_what_it_armed(site: Site) -> None:
    with running(workers=1, pages=4, lease=10.0, fill=0.4) as farm:
        launch(farm, site, 1)
        assert wait_for(lambda: states(farm) == {"sent": 5}, 30)
        farm.redis.kill()
        launch(farm, site, 8)
        assert wait_for(lambda: len(site.posts) > 10, 30, every=0.05)
        os.kill(farm.workers[0].pid, signal.SIGTERM)
        farm.workers[0].join(30)
        assert farm.workers[0].exitcode == 0
        assert set(states(farm)) == {"sent", "queued"}
        assert states(farm)["sent"] == len(site.posts)
        assert farm.query("SELECT count(*) FROM submissions WHERE deaths > 0") == [(0,)]
        farm.redis.start()
        farm.revive()
        assert wait_for(lambda: states(farm) == {"sent": 45}, 30)
        assert (len(site.posts), site.twice()) == (45, 0)
