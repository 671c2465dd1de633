"""Whatever dies, a server gets each form once; the full form of this is `make faults`."""

import os
import random
import signal

import pytest

from tests.faults import rows, storm
from tests.faults.farm import Farm, names, running, wait_for
from tests.faults.site import counting

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_in_a_storm_nothing_is_lost_and_nothing_sent_twice() -> None:
    random.seed(7)
    result = storm.run(storm.SHORT)
    assert result.failures() == [], result
    assert min(result.worker_kills, result.redis_kills, result.postgres_crashes, result.freezes) > 0


def test_workers_that_are_told_to_leave_one_by_one_leave_nothing_unknown() -> None:
    with counting() as site, running(workers=2, pages=4, lease=10.0, fill=0.4) as farm:
        ids = rows.tenants(farm.postgres.url, 10)
        rows.leads(farm.postgres.url, ids, 12, site.url)
        for round_ in (1, 2):
            assert wait_for(lambda least=round_: ended(farm) >= 30 * least, 60)
            replace_all(farm)
        assert wait_for(lambda: ended(farm) == 120, 60)
        assert names(farm.query("SELECT state, count(*) FROM submissions GROUP BY state")) == {"sent": 120}
        assert farm.query("SELECT count(*) FROM submissions WHERE deaths > 0") == [(0,)]
        assert (len(site.posts), site.twice()) == (120, 0)


def ended(farm: Farm) -> int:
    return int(farm.query("SELECT count(*) FROM submissions WHERE ended_at IS NOT NULL")[0][0])


def replace_all(farm: Farm) -> None:
    """A rolling restart: each worker leaves by itself, and another takes its place."""
    for place, one in enumerate(list(farm.workers)):
        os.kill(one.pid, signal.SIGTERM)
        farm.workers[place] = farm.worker()
        one.join(30)
        assert one.exitcode == 0
