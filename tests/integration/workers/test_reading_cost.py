"""What Postgres reads to understand a batch stays small on a farm whose tables it has not looked at yet."""

from itertools import islice

import psycopg

from tests.integration.mail.bench import sent_forms, without_model, work_off
from tests.integration.mail.mix import Mix
from tests.integration.workers.conftest import World
from tests.integration.workers.counted import counted
from tests.integration.workers.letters import arrive
from workers.services import replies

EARLIER = 1800
BATCH = 100
MOST = 120 * BATCH

_TABLES = ("messages", "drafts", "conversations", "submissions", "leads", "classifications", "reviews")
_ROWS_READ = "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_user_tables"


def test_a_batch_reads_little_of_the_mails_before_it(world: World, database: str) -> None:
    mails = Mix(sent_forms(world)).mails(EARLIER + BATCH)
    with psycopg.connect(database, autocommit=True) as connection, without_model():
        for table in _TABLES:
            connection.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        for raw in islice(mails, EARLIER):
            arrive(world, raw)
        work_off(world)
        ids = [arrive(world, raw) for raw in mails]
        before = counted(connection, _ROWS_READ)
        replies.process(ids[0])
        read = counted(connection, _ROWS_READ) - before
        assert read < MOST, read
