"""From a due row to a filled form on a live page, and what becomes of it when things die."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from urllib.parse import parse_qs

import pytest
from sqlalchemy import func, select, update

from browser.chrome import Chrome
from browser.egress import Egress
from shared.db import transaction
from shared.models import Evidence, Review, Submission, Tenant
from shared.states import ReviewKind, State
from tests.integration.workers.conftest import World
from workers.services import campaigns, reviews, submissions, suppressions
from workers.services.claims import Claim
from workers.services.leaving import departure

PAGE = """<!doctype html><html lang="en"><title>Bakery</title><h1>Contact us</h1>
<form method="post" action="/sent">
<label>Name <input name="name" required></label>
<label>E-mail <input type="email" name="email" required></label>
<label>Message <textarea name="message" required></textarea></label>{extra}
<button>Send message</button></form></html>"""

CAPTCHA = '<div class="g-recaptcha" data-sitekey="x" style="width:304px;height:78px"></div>'


class Site:
    """A company's site that counts what it takes."""

    def __init__(self, extra: str) -> None:
        self.posts: list[dict[str, list[str]]] = []
        self.page = PAGE.format(extra=extra).encode()
        self.port = 0


@contextmanager
def serving(extra: str = "") -> Iterator[Site]:
    site = Site(extra)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path in ("/", "/contact")
            self._answer(200 if found else 404, site.page if found else b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            site.posts.append(parse_qs(body))
            self._answer(200, b"<p role=status>Thank you, your message has been sent.</p>")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()


@asynccontextmanager
async def browsing() -> AsyncIterator[Chrome]:
    async with Egress([ip_network("127.0.0.0/8")]) as proxy, Chrome(proxy) as chrome:
        yield chrome


def lead_for(world: World, site: Site) -> int:
    """A due submission for a site of this machine."""
    (row,) = world.add_leads("bakery.org")
    with transaction(world.tenant) as session:
        lead = session.get_one(campaigns.Lead, row.lead_id)
        lead.website = f"http://bakery.localhost:{site.port}/"
    campaigns.launch(world.tenant, world.campaign, "test")
    return row.id


def row_of(world: World, row_id: int) -> Submission:
    with transaction(world.tenant) as session:
        return session.get_one(Submission, row_id)


async def test_a_form_is_filled_once_with_its_own_reply_address_and_its_evidence_kept(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
            await submissions.submit(chrome, row_id)
    row = row_of(world, row_id)
    assert (row.state, row.attempt) == (State.SENT, 1)
    ((post),) = site.posts
    assert post["name"] == ["Camille Perrin"]
    assert post["message"] == ["Hello Company bakery.org"]
    assert f"+{row.token}@" in post["email"][0]
    assert row.plan is not None
    with transaction(world.tenant) as session:
        kinds = sorted(session.scalars(select(Evidence.kind)))
    assert kinds == ["after", "before", "response"]


async def test_a_captcha_is_handed_to_a_person_and_nothing_is_sent(world: World) -> None:
    with serving(CAPTCHA) as site:
        row_id = lead_for(world, site)
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
    row = row_of(world, row_id)
    assert (row.state, row.armed_at, site.posts) == (State.CAPTCHA, None, [])
    with transaction(world.tenant) as session:
        assert session.scalars(select(Review)).one().kind is ReviewKind.CAPTCHA


QUESTION = """<label>Membership number <input name="member" required></label>
<fieldset><legend>Which of our three ovens do you own?</legend>
<label><input type="radio" name="oven" value="a" required> Alpha</label>
<label><input type="radio" name="oven" value="b"> Beta</label></fieldset>"""


async def test_a_required_question_goes_to_a_person_whose_answer_is_then_sent(world: World) -> None:
    with serving(QUESTION) as site:
        row_id = lead_for(world, site)
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
            row = row_of(world, row_id)
            assert (row.state, site.posts) == (State.NEEDS_ANSWER, [])
            (line,) = reviews.queue(world.tenant)
            asked = {question["label"]: question["options"] for question in (row.plan or {})["questions"]}
            answers = {label: options[-1] if options else "M-1234" for label, options in asked.items()}
            reviews.answer(world.tenant, line.id, "eve@acme.example", answers)
            await submissions.submit(chrome, row_id)
    assert row_of(world, row_id).state is State.SENT
    assert site.posts[0]["member"] == ["M-1234"]
    assert len(site.posts) == 1


async def test_a_suppressed_company_is_denied_before_any_page_is_opened(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
        suppressions.add(world.tenant, "bakery.org", "asked", "test")
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
    row = row_of(world, row_id)
    assert (row.state, row.reason, site.posts) == (State.DENIED, "suppression", [])


async def test_a_used_up_day_holds_the_form(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
        with transaction(world.tenant) as session:
            session.execute(update(Tenant).values(forms_a_day=0))
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
    row = row_of(world, row_id)
    assert (row.state, row.reason, site.posts) == (State.QUEUED, "quota", [])


async def test_a_job_whose_lease_was_lost_does_not_click(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A frozen worker wakes after its row was given to another."""
    real = submissions._arm

    def late(held: Claim, armed: submissions.Armed) -> None:
        with transaction(world.tenant) as session:
            session.execute(
                update(Submission).values(lease_until=func.now() - func.make_interval(0, 0, 0, 1))
            )
        real(held, armed)

    monkeypatch.setattr(submissions, "_arm", late)
    with serving() as site:
        row_id = lead_for(world, site)
        async with browsing() as chrome:
            await submissions.submit(chrome, row_id)
    assert site.posts == []
    assert row_of(world, row_id).state is State.RUNNING


async def test_a_worker_that_leaves_gives_an_unarmed_job_back_at_once(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
        async with browsing() as chrome:
            job = asyncio.create_task(submissions.submit(chrome, row_id))
            while row_of(world, row_id).state is not State.RUNNING:  # noqa: ASYNC110  # the row is in Postgres
                await asyncio.sleep(0.02)
            departure.leave()
            try:
                with pytest.raises(asyncio.CancelledError):
                    await job
            finally:
                departure.leaving = False
    row = row_of(world, row_id)
    assert (row.state, row.reason, site.posts) == (State.QUEUED, "cancelled", [])


async def test_a_site_that_does_not_answer_is_tried_three_times(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
    async with browsing() as chrome:
        for _ in range(submissions.MAX_TRIES):
            await submissions.submit(chrome, row_id)
            with transaction(world.tenant) as session:
                session.execute(update(Submission).values(due_at=func.now()))
    row = row_of(world, row_id)
    assert (row.state, row.attempt) == (State.UNREACHABLE, submissions.MAX_TRIES)


async def test_attempts_that_a_limit_held_use_up_no_try(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
    with transaction(world.tenant) as session:
        session.execute(update(Submission).values(attempt=submissions.MAX_TRIES))
    async with browsing() as chrome:
        await submissions.submit(chrome, row_id)
    row = row_of(world, row_id)
    assert (row.state, row.tries, row.attempt) == (State.QUEUED, 1, submissions.MAX_TRIES + 1)


async def test_a_private_address_is_refused_unless_a_setting_names_it(world: World) -> None:
    with serving() as site:
        row_id = lead_for(world, site)
        async with Egress([]) as proxy, Chrome(proxy) as chrome:
            for _ in range(submissions.MAX_TRIES):
                await submissions.submit(chrome, row_id)
                with transaction(world.tenant) as session:
                    session.execute(update(Submission).values(due_at=func.now()))
    assert row_of(world, row_id).state in (State.FORBIDDEN, State.UNREACHABLE)
    assert site.posts == []
