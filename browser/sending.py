"""From a plan on an open page to what became of it: fill, arm, press, and watch."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from playwright.async_api import BrowserContext, Page, Request
from playwright.async_api import Error as PlaywrightError

from browser import evidence, filler, lists, repair
from browser.elements import frame_of, locate
from browser.evidence import Evidence
from browser.filler import Filled
from browser.finding import Found
from browser.forms.plan import plan_form
from browser.forms.values import FormPlan, Question
from browser.gate import Carries, Gate
from browser.outcome.generic import NO_PRODUCT, give_up, judge
from browser.outcome.values import Exchange, Product, Proof, Sight, Verdict
from browser.outcome.watch import Watch, Wire, product_of
from browser.pace import least_seconds
from browser.snapshot import PageSnapshot, capture
from browser.steps import plan_next
from browser.visit_values import Armed, Outcome, Visit, VisitState
from shared import tracing
from shared.errors import BrowserCrashed

_TICK = 0.05
_FIRST_TICK = 0.01
_PROBABLE_FOR = 1.5
"""Seconds that a merely probable verdict waits for better."""
_NO_REQUEST = 8.0
_POPUPS = 3
_STEP_LOOKS = 10
_PICTURE_SECONDS = 10.0

Arm = Callable[[Armed], Awaitable[None]]
Journal = Callable[[Exchange], Awaitable[None]]


@dataclass(slots=True)
class Progress:
    """What a visit has done so far, for whoever must say how it ended."""

    armed: bool = False
    pressed: bool = False
    page_url: str = ""
    plan: FormPlan | None = None
    evidence: list[Evidence] = field(default_factory=list)

    def outcome(self, state: VisitState, rule: str, detail: str, proof: Proof = Proof.PROVEN) -> Outcome:
        return Outcome(state, rule, detail, proof, self.page_url, self.plan, tuple(self.evidence))


class Sending:
    """One form on its way. `arm` is awaited once, before anything that carries the letter may leave."""

    def __init__(
        self,
        context: BrowserContext,
        found: Found,
        visit: Visit,
        progress: Progress,
        arm: Arm,
        journal: Journal,
    ) -> None:
        self._context = context
        self._found = found
        self._page = found.page
        self._plan = found.plan
        self._visit = visit
        self._progress = progress
        self._arm_ledger = arm
        self._journal = journal
        self._carries = Carries.of(visit.letter)
        self._gate = Gate(context, self._carries, self._arm)
        self._popups: list[Page] = []
        self._closing: set[asyncio.Task[None]] = set()
        self._before: Evidence | None = None
        self._arming = asyncio.Lock()
        self._product = NO_PRODUCT
        context.on("page", self._popped_up)

    async def run(self) -> Outcome:
        """Fill and send. Before arming it raises what Playwright raises; LeaseLost comes from `arm`."""
        begun = self._plan.form.ref
        with tracing.phase("fill"):
            stopped, self._product = await asyncio.gather(self._steps(), self._made_by())
        if stopped:
            return self._halfway(stopped) if self._progress.armed else stopped
        if self._plan.form.ref != begun:
            self._product = await self._made_by()
        if self._product.newsletter:
            return self._progress.outcome(
                VisitState.NO_FORM, "newsletter", "the only form subscribes to a newsletter"
            )
        async with Wire(self._context, self._is_submit, self._journal) as wire:
            with tracing.phase("send"):
                verdict = await self._send(wire)
            if verdict.repairable and await self._mend(verdict):
                verdict = await self._send(wire)
            return await self._conclude(wire, verdict)

    async def _made_by(self) -> Product:
        return await product_of(await locate(self._page, self._plan.form.ref))

    async def _steps(self) -> Outcome | None:
        """Fill the form, and every further step of it; the outcome where a person is needed first."""
        await self._gate.shut()
        for _ in range(self._visit.limits.steps):
            self._progress.plan = self._plan
            if stopped := self._needs_person():
                return stopped
            if wrong := filler.unfilled(await filler.fill(self._page, self._plan)):
                return self._not_filled(wrong)
            if not self._plan.next_step:
                return None
            plan = await self._next_step()
            if plan is None:
                break
            self._plan = plan
        return self._progress.outcome(VisitState.NO_FORM, "steps", "the form's last step was not reached")

    def _needs_person(self) -> Outcome | None:
        plan = self._plan
        if plan.captcha:
            outcome = self._progress.outcome(VisitState.CAPTCHA, "captcha", f"{plan.captcha} guards the form")
            return replace(outcome, captcha=plan.captcha)
        if plan.questions:
            labels = ", ".join(one.label for one in plan.questions)[:300]
            outcome = self._progress.outcome(
                VisitState.NEEDS_ANSWER, "questions", f"the form requires: {labels}"
            )
            return replace(outcome, questions=plan.questions)
        return None

    def _not_filled(self, wrong: Sequence[Filled]) -> Outcome:
        """A control that does not take its value is a person's to fill."""
        told = "; ".join(f"{one.action.label}: {one.holds}" for one in wrong)[:300]
        outcome = self._progress.outcome(VisitState.NEEDS_ANSWER, "not-filled", told)
        return replace(
            outcome, questions=tuple(Question(one.action.control, one.action.label) for one in wrong)
        )

    def _halfway(self, stopped: Outcome) -> Outcome:
        """A step that was posted may have been all the site wanted: nobody knows."""
        detail = f"a step was posted, then: {stopped.detail}"
        return replace(stopped, state=VisitState.UNKNOWN, proof=Proof.PROBABLE, rule="steps", detail=detail)

    async def _next_step(self) -> FormPlan | None:
        """Press the button that goes on, and plan what opens; None when nothing does."""
        self._before = await evidence.picture(self._page, "before")  # none can be taken while a request waits
        self._gate.step(True)
        await filler.press(self._page, self._plan)
        for _ in range(_STEP_LOOKS):
            await asyncio.sleep(_TICK)
            await self._found.traffic.settle(self._visit.limits.settle)
            if self._gate.error:
                raise self._gate.error
            if plan := await self._plan_next():
                self._gate.step(False)
                self._before = None
                return plan
        return None

    async def _seen(self) -> PageSnapshot | None:
        """The page as it is now; None while it is on its way to another, for it answers nothing then."""
        with suppress(BrowserCrashed):
            return await capture(self._page)
        return None

    async def _plan_next(self) -> FormPlan | None:
        snapshot = await self._seen()
        if snapshot is None:
            return None
        plan = plan_next(snapshot, self._plan, self._visit.letter)
        if plan is None or not plan.questions:
            return plan
        listed = await lists.with_options(self._page, snapshot, plan)
        return plan_next(listed, self._plan, self._visit.letter) if listed is not snapshot else plan

    async def _arm(self) -> None:
        """Arm once, though a step may post to several places at the same moment."""
        async with self._arming:
            if not self._progress.armed:
                await self._arm_now()

    async def _arm_now(self) -> None:
        before = self._before or await evidence.picture(self._page, "before")
        self._progress.evidence.append(before)
        await self._arm_ledger(Armed(self._plan, self._page.url, before))
        self._progress.armed = True

    async def _send(self, wire: Wire) -> Verdict:
        """Wait for the form's least time, arm, press, and follow what happens."""
        least = least_seconds(self._found.snapshot, self._plan, self._product)
        wait = max(0.0, self._found.loaded + least - time.monotonic())
        watch = Watch(self._page, frame_of(self._page, self._plan.form.ref), self._product)
        await asyncio.gather(self._picture_before(), self._begin(watch, wait))
        await self._arm()
        self._progress.pressed = True
        earlier = len(wire.exchanges)
        await asyncio.gather(self._gate.open(), filler.press(self._page, self._plan))
        return await self._follow(wire, watch, earlier)

    async def _begin(self, watch: Watch, wait: float) -> None:
        await asyncio.sleep(wait)
        await watch.begin(await locate(self._page, self._plan.form.ref))

    async def _picture_before(self) -> None:
        if not self._progress.armed:
            self._before = await evidence.picture(self._page, "before")

    async def _follow(self, wire: Wire, watch: Watch, earlier: int) -> Verdict:
        """Look until a verdict is proven, a probable one has stood, or time is up."""
        follow = _Follow(time.monotonic(), self._visit.limits.answer, self._visit.limits.silence)
        confirmed = False
        ticks = _ticks()
        while True:
            sight = await watch.look(self._popups)
            submits = wire.exchanges[earlier:]
            verdict = judge(self._product, submits, sight) if sight else None
            if ended := follow.step(time.monotonic(), verdict, submits, sight, onward=wire.redirected):
                return ended
            if sight and verdict is None and not confirmed and _asks(sight, submits):
                begun = len(wire.exchanges)  # a click may return after its own request was answered
                confirmed = await self._confirm(same_page=not sight.navigated)
                earlier = begun if confirmed else earlier
            if await wire.stirs(next(ticks)):
                ticks = _ticks()

    async def _confirm(self, same_page: bool) -> bool:
        """Press the button of a page that shows the letter again and asks to confirm it."""
        snapshot = await self._seen()
        if snapshot is None:
            return False
        button = repair.confirmation(snapshot, self._visit.letter, same_page=same_page)
        if button is None:
            return False
        await (await locate(self._page, button)).click(no_wait_after=True)
        return True

    async def _mend(self, verdict: Verdict) -> bool:
        """Correct what a rejection named, once; False when there is nothing to do differently."""
        snapshot = await self._seen()
        if snapshot is None:
            return False
        plan = plan_form(snapshot, self._visit.letter)
        if plan and plan.questions:
            snapshot = await lists.with_options(self._page, snapshot, plan)
            plan = plan_form(snapshot, self._visit.letter)
        mended = repair.repaired(plan, self._plan, snapshot, verdict.invalid) if plan else None
        if mended is None or mended.questions or mended.captcha:
            return False
        self._plan = self._progress.plan = mended
        return not filler.unfilled(await filler.fill(self._page, mended))

    async def _conclude(self, wire: Wire, verdict: Verdict) -> Outcome:
        page = next((one for one in reversed(self._popups) if not one.is_closed()), self._page)
        self._progress.page_url = page.url
        await asyncio.gather(self._picture_after(page), wire.flush())
        self._progress.evidence.extend(evidence.answer(one) for one in wire.exchanges[-1:])
        return self._progress.outcome(VisitState(verdict.state), verdict.rule, verdict.detail, verdict.proof)

    async def _picture_after(self, page: Page) -> None:
        with suppress(PlaywrightError, TimeoutError):  # what is known stays known without a picture
            async with asyncio.timeout(_PICTURE_SECONDS):
                self._progress.evidence.append(await evidence.picture(page, "after"))

    def _is_submit(self, request: Request) -> bool:
        if self._progress.pressed:
            return self._carries.submits(request, self._product)
        return self._carries(request)

    def _popped_up(self, page: Page) -> None:
        """A tab that the form opened is followed, any other is closed."""
        if self._progress.pressed and len(self._popups) < _POPUPS:
            self._popups.append(page)
        else:
            closing = asyncio.create_task(page.close())
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)


def _asks(sight: Sight, submits: Sequence[Exchange]) -> bool:
    """True if a letter that was taken may still have to be confirmed."""
    if sight.navigated:
        return bool(submits)
    return sight.form in ("hidden", "gone") and all(one.done for one in submits)


def _ticks() -> Iterator[float]:
    """Seconds between looks: at once after something has happened, for pages answer an answer; then rarer."""
    tick = _FIRST_TICK
    while True:
        yield tick
        tick = min(_TICK, 1.6 * tick)


@dataclass(slots=True)
class _Follow:
    """Decides when to stop looking. All times are monotonic seconds."""

    began: float
    answer: float
    silence: float
    best: Verdict | None = None
    best_since: float = 0.0
    last: object = None
    still_since: float = 0.0

    def step(
        self,
        now: float,
        verdict: Verdict | None,
        submits: tuple[Exchange, ...],
        sight: Sight | None,
        *,
        onward: bool,
    ) -> Verdict | None:
        if verdict and verdict.proof is Proof.PROVEN:
            return verdict
        self._remember(now, verdict, (submits, sight, onward))
        waited = now - self.began
        if self.best and (now - self.best_since >= _PROBABLE_FOR or waited >= self.answer):
            return self.best
        silent = (
            self.best is None
            and bool(submits)
            and not onward
            and all(one.done for one in submits)
            and now - self.still_since >= self.silence
        )
        if waited >= self.answer or silent or (not submits and waited >= _NO_REQUEST):
            return give_up(submits, sight)
        return None

    def _remember(self, now: float, verdict: Verdict | None, seen: object) -> None:
        if seen != self.last:
            self.last, self.still_since = seen, now
        if (verdict and verdict.rule) != (self.best and self.best.rule):
            self.best, self.best_since = verdict, now
