"""Nothing is lost and nothing comes twice, whenever a worker dies and whatever the server forgets."""

import pytest

from shared.states import State
from tests.integration.mail.killing import kill_at_random
from tests.integration.mail.servers import ImapServer, Postbox

MAILS = 900


@pytest.mark.slow
def test_every_mail_is_one_row_though_workers_are_killed_and_uids_change_twice(
    dovecot: ImapServer, postbox: Postbox, database: str
) -> None:
    left = kill_at_random(dovecot, postbox, MAILS)
    assert (left.once, left.rows) == (MAILS, MAILS)
    assert left.states == {State.DONE: MAILS}
    assert left.doubled == 0
    assert left.kills >= 3
