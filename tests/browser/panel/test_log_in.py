"""Nobody gets in without a password, and guessing is slow."""

import time
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import Page, expect
from streamlit.testing.v1 import AppTest

from tests.browser.panel.conftest import Enter
from tests.browser.panel.farm import PASSWORD, Farm
from workers.panel import session
from workers.panel.throttle import FREE, LONGEST, MOST, Throttle

APP = Path(session.__file__).with_name("app.py")


def test_a_stranger_sees_the_log_in_and_no_reply(visit: Callable[[], Page], farm: Farm) -> None:
    farm.reply("Librairie Passages", "Quel est votre prix ?")
    page = visit()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.get_by_text("Librairie Passages")).to_have_count(0)
    expect(page.get_by_role("link", name="Campaigns")).to_have_count(0)


def test_a_wrong_password_is_refused_in_the_words_of_an_unknown_address(
    visit: Callable[[], Page], farm: Farm
) -> None:
    page = visit()
    for address in (farm.reviewer, f"nobody@{farm.slug}.example"):
        page.get_by_label("Address").fill(address)
        page.get_by_label("Password", exact=True).fill("not the password")
        page.get_by_role("button", name="Log in").click()
        expect(page.get_by_role("alert")).to_have_text("The address or the password is wrong.")
    expect(page.get_by_role("button", name="Log out")).to_have_count(0)


def test_after_a_few_failures_even_the_right_password_waits(visit: Callable[[], Page], farm: Farm) -> None:
    page = visit()
    page.get_by_label("Address").fill(farm.reviewer)
    for number in range(12):
        page.get_by_label("Password", exact=True).fill(f"a wrong password {number}")
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("alert").wait_for()
        page.wait_for_timeout(150)
        if "Too many tries" in page.get_by_role("alert").inner_text():
            break
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("Too many tries")
    expect(page.get_by_role("button", name="Log out")).to_have_count(0)


def test_logging_out_ends_the_session(enter: Enter, farm: Farm) -> None:
    page = enter(farm.operator)
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    expect(page.get_by_role("link", name="Campaigns")).to_have_count(0)


def test_a_session_without_a_sign_of_a_person_ends(farm: Farm) -> None:
    app = AppTest.from_file(str(APP), default_timeout=60).run()
    app.text_input[0].input(farm.operator)
    app.text_input[1].input(PASSWORD)
    app.button[0].click().run()
    assert [one.label for one in app.sidebar.button] == ["Log out"]
    app.session_state["seen"] = time.monotonic() - session.IDLE - 1
    app.run()
    assert [one.label for one in app.button] == ["Log in"]
    assert "login" not in app.session_state


@given(st.integers(1, 40))
def test_each_try_that_is_let_through_makes_the_next_wait_longer_up_to_a_minute(tries: int) -> None:
    throttle, now, waits = Throttle(), 0.0, []
    for _ in range(tries):
        assert throttle.attempt("a@b.example", now) == 0.0
        waits.append(throttle.attempt("a@b.example", now) if len(waits) + 1 >= FREE else 0.0)
        now += waits[-1]
    assert waits == sorted(waits)
    assert max(waits) <= LONGEST
    assert all(wait > 0 for wait in waits[FREE - 1 :])


def test_a_right_password_and_another_address_do_not_wait() -> None:
    throttle = Throttle()
    for _ in range(FREE):
        throttle.attempt("a@b.example", 0.0)
    assert throttle.attempt(" A@b.example", 0.0) > 0
    assert throttle.attempt("c@b.example", 0.0) == 0
    throttle.passed("a@b.example")
    assert throttle.attempt("a@b.example", 0.0) == 0


def test_the_memory_of_tries_is_bounded() -> None:
    throttle = Throttle()
    for number in range(MOST + 10):
        throttle.attempt(f"{number}@b.example", 0.0)
    assert len(throttle._tries) == MOST
