"""What a snapshot sees of live pages, and that taking it leaves them alone."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, async_playwright

from browser.chrome import find_program
from browser.elements import locate
from browser.forms.plan import plan_form
from browser.forms.values import Meaning
from browser.snapshot import Control, PageSnapshot, capture
from shared.errors import NotFound
from tests.unit.forms.builders import LETTER

FIELDS = """
  <p><label for=n>Name *</label><input id=n name=n></p>
  <p><label>E-mail <input type=email name=e required></label></p>
  <p><label for=m>Message</label><textarea id=m name=m maxlength=40></textarea></p>
  <button>Send</button>"""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_program(), chromium_sandbox=os.geteuid() != 0
        )
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    page = await browser.new_page()
    yield page
    await page.close()


async def shown(page: Page, html: str) -> PageSnapshot:
    await page.set_content(f"<!doctype html><html lang=en><body>{html}")
    return await capture(page)


def named(snapshot: PageSnapshot, name: str) -> Control:
    return next(one for one in snapshot.controls if one.name == name)


@pytest.mark.parametrize(
    ("html", "route", "text"),
    [
        ("<label for=x>For</label><br><input id=x name=x>", "for", "For"),
        ("<label>Wrap <input name=x></label>", "wrap", "Wrap"),
        ("<input name=x aria-label=Aria>", "aria-label", "Aria"),
        ("<b id=a>By</b><b id=b>id</b><input name=x aria-labelledby='a b'>", "aria-labelledby", "By id"),
        ("<input name=x placeholder=Place>", "placeholder", "Place"),
        ("<p>Before</p><input name=x>", "preceding", "Before"),
        ("<table><tr><td>Cell<td><input name=x></table>", "cell", "Cell"),
        ("<fieldset><legend>Legend</legend><input name=x></fieldset>", "legend", "Legend"),
        ("<input type=checkbox name=x> After", "following", "After"),
        ("<input name=x title=Title>", "title", "Title"),
    ],
)
async def test_a_label_is_found_by_every_route(page: Page, html: str, route: str, text: str) -> None:
    snapshot = await shown(page, f"<form>{html}<input type=submit></form>")
    assert named(snapshot, "x").labels[route] == text


@pytest.mark.parametrize(
    ("style", "hidden"),
    [
        ("display:none", "display"),
        ("visibility:hidden", "visibility"),
        ("opacity:0", "opacity"),
        ("width:1px;height:1px;padding:0;border:0", "size"),
        ("position:absolute;clip:rect(0,0,0,0)", "clip"),
        ("clip-path:inset(50%)", "clip"),
        ("clip-path:inset(0 100% 0 0)", "clip"),
        ("clip-path:ellipse(0 0)", "clip"),
        ("clip-path:polygon(50% 0, 50% 100%, 50% 50%)", "clip"),
        ("clip-path:inset(10%) ", ""),
        ("clip-path:circle(80%)", ""),
        ("filter:opacity(0)", "opacity"),
        ("position:absolute;left:-9999px", "offscreen"),
        ("position:absolute;top:-5000px", "offscreen"),
        ("transform:scale(0)", "size"),
        ("", ""),
    ],
)
async def test_what_hides_a_control_is_named(page: Page, style: str, hidden: str) -> None:
    snapshot = await shown(page, f"<form><input name=x style='{style}'>{FIELDS}</form>")
    assert named(snapshot, "x").hidden_by == hidden


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "height:0;overflow:hidden",
        "height:0;overflow:auto",
        "opacity:0",
        "content-visibility:hidden",
        "clip-path:inset(0 0 100% 0)",
    ],
)
async def test_a_hidden_ancestor_hides(page: Page, style: str) -> None:
    snapshot = await shown(page, f"<form><div style='{style}'><input name=x></div>{FIELDS}</form>")
    assert not named(snapshot, "x").reachable


async def test_ancestors_that_are_faint_together_hide(page: Page) -> None:
    html = f"<form><p style='opacity:.2'><i style='opacity:.2'><input name=x></i></p>{FIELDS}</form>"
    assert named(await shown(page, html), "x").hidden_by == "opacity"


async def test_what_nobody_can_enter_is_not_reachable(page: Page) -> None:
    snapshot = await shown(page, f"<form><div inert><input name=x></div>{FIELDS}</form>")
    assert named(snapshot, "x").hidden_by == "inert"


async def test_a_box_that_scrolls_hides_nothing(page: Page) -> None:
    box = "<div style='height:50px;overflow:auto'><p style='height:300px'></p><input name=x></div>"
    assert named(await shown(page, f"<form>{box}{FIELDS}</form>"), "x").visible


async def test_a_style_sheet_that_comes_late_hides_too(page: Page) -> None:
    html = f"<form><div class=t><label>Phone<input name=x></label></div>{FIELDS}</form>"
    await shown(page, html)
    await page.add_style_tag(content=".t input { position: absolute; width: 1px; visibility: hidden }")
    snapshot = await capture(page)
    plan = plan_form(snapshot, LETTER)
    assert plan is not None
    assert named(snapshot, "x").ref in plan.honeypots


@pytest.mark.parametrize(
    ("style", "around", "seen"),
    [
        ("", "", True),
        ("position:absolute;left:-9999px", "", False),
        ("clip-path:inset(50%)", "", False),
        ("", "height:0;overflow:hidden", False),
        ("", "height:200px;overflow:auto", True),
    ],
)
async def test_a_form_in_a_frame_is_as_hidden_as_its_frame(
    page: Page,
    style: str,
    around: str,
    seen: bool,
) -> None:
    frame = f"<iframe style='{style}' width=600 height=500 srcdoc='<form>{FIELDS}</form>'></iframe>"
    await page.set_content(f"<!doctype html><body><div style='{around}'>{frame}</div>")
    assert named(await capture(page), "e").visible is seen


async def test_a_form_that_is_hidden_as_a_whole_has_no_traps(page: Page) -> None:
    snapshot = await shown(page, f"<div style='display:none'><form>{FIELDS}</form></div>")
    assert {one.hidden_by for one in snapshot.controls} == {"form"}
    assert plan_form(snapshot, LETTER) is None


async def test_a_hidden_box_with_a_visible_label_can_be_reached(page: Page) -> None:
    box = "<input type=checkbox id=c name=c style='opacity:0;position:absolute'><label for=c>I agree</label>"
    snapshot = await shown(page, f"<form>{FIELDS}{box}</form>")
    assert named(snapshot, "c").clickable_label


async def test_a_select_behind_a_widget_can_be_reached(page: Page) -> None:
    html = """<select name=s style="display:none"><option>A<option>B</select>
      <div class="select2-container"><span role=combobox>A</span></div>"""
    snapshot = await shown(page, f"<form>{FIELDS}{html}</form>")
    select = named(snapshot, "s")
    assert select.reachable
    assert select.widget is not None
    assert await (await locate(page, select.widget)).get_attribute("class") == "select2-container"


async def test_frames_and_shadow_roots_are_seen_and_found_again(page: Page) -> None:
    html = """<iframe srcdoc="<iframe srcdoc='<form><input name=deep></form>'></iframe>"></iframe>
      <div id=host></div><script>
      host.attachShadow({mode: 'open'}).innerHTML = '<label>Name<input name=shadow></label>'</script>"""
    await shown(page, html)
    await page.wait_for_timeout(200)
    snapshot = await capture(page)
    for name in ("deep", "shadow"):
        element = await locate(page, named(snapshot, name).ref)
        assert await element.get_attribute("name") == name
    assert len(snapshot.frames) == 3


async def test_a_frame_across_origins_is_placed_in_the_top_page(page: Page) -> None:
    async def serve(route: Route) -> None:
        inner = "<form style='margin:0'><input name=x style='position:absolute;left:5px;top:7px'></form>"
        style = "margin:100px 0 0 50px;border:0"
        outer = f"<body style='margin:0'><iframe src='http://b.test/' style='{style}'></iframe>"
        body = inner if "b.test" in route.request.url else outer
        await route.fulfill(body=body, content_type="text/html")

    await page.route("**/*", serve)
    await page.goto("http://a.test/")
    snapshot = await capture(page)
    assert named(snapshot, "x").box[:2] == (55, 107)


async def test_controls_without_form_or_name_make_a_form(page: Page) -> None:
    html = """<div><input placeholder=Search><button>Go</button></div>
      <section><div><span>Name</span><input></div><div><span>E-mail</span><input type=email></div>
      <div><span>Message</span><textarea></textarea></div><div class=btn-primary>Send</div></section>"""
    snapshot = await shown(page, html)
    plan = plan_form(snapshot, LETTER)
    assert plan is not None
    assert plan.form.tag == "section"
    assert [one.meaning for one in plan.actions] == [Meaning.FULL_NAME, Meaning.EMAIL, Meaning.MESSAGE]
    assert plan.submit is not None
    assert await (await locate(page, plan.submit)).inner_text() == "Send"


async def test_required_is_read_from_attributes_stars_and_words(page: Page) -> None:
    html = """<label>A<input name=a required></label><label>B<input name=b aria-required=true></label>
      <label>C *<input name=c></label><label>D (obligatoire)<input name=d></label>
      <label>E<input name=e></label>
      <label>F (optional)<input name=f></label>"""
    snapshot = await shown(page, f"<form>{html}</form>")
    assert [one.name for one in snapshot.controls if one.required] == ["a", "b", "c", "d"]


async def test_a_form_whose_inputs_are_called_like_its_properties_is_read(page: Page) -> None:
    snapshot = await shown(page, f"<form><input name=id><input name=name><input name=action>{FIELDS}</form>")
    assert [one.name for one in snapshot.controls] == ["id", "name", "action", "n", "e", "m"]


async def test_a_capture_changes_nothing_and_comes_out_the_same_again(page: Page) -> None:
    first = await shown(page, f"<form>{FIELDS}</form>")
    before = await page.content()
    assert await capture(page) == first
    assert await page.content() == before
    assert await page.evaluate("Object.keys(window).filter(one => /relance/i.test(one))") == []


async def test_an_element_that_was_built_anew_is_found_again(page: Page) -> None:
    snapshot = await shown(page, f"<form>{FIELDS}</form>")
    await page.evaluate("document.querySelector('form').innerHTML += ''")
    assert await (await locate(page, named(snapshot, "e").ref)).get_attribute("name") == "e"


async def test_what_an_earlier_document_held_is_gone(page: Page) -> None:
    old = await shown(page, f"<form>{FIELDS}</form>")
    await page.goto("data:text/html,<form><input name=other></form>")
    new = await capture(page)
    assert new.controls[0].ref != old.controls[0].ref
    with pytest.raises(NotFound):
        await locate(page, old.controls[0].ref)


async def test_three_thousand_inputs_are_bounded(page: Page) -> None:
    snapshot = await shown(page, "<form>" + "<label>x<input name=a></label>" * 3000 + "</form>")
    assert snapshot.truncated
    assert 0 < len(snapshot.controls) <= 2000


async def test_a_captcha_in_another_form_is_not_this_forms(page: Page) -> None:
    widget = "<div class=g-recaptcha data-sitekey=k></div>"
    other = f"<form><input type=email name=nl>{widget}<button>Subscribe</button></form>"
    without = plan_form(await shown(page, f"{other}<form>{FIELDS}</form>"), LETTER)
    within = plan_form(
        await shown(page, f"<form>{FIELDS}<div class=h-captcha data-sitekey=k></div></form>"), LETTER
    )
    assert without is not None
    assert within is not None
    assert (without.captcha, within.captcha) == ("", "hcaptcha")


@pytest.mark.parametrize(
    ("html", "chooser"),
    [
        ("<button type=button aria-haspopup=listbox>Choose</button>", "list"),
        ("<div role=combobox tabindex=0 aria-haspopup=listbox>Choose</div>", "list"),
        ("<input role=combobox readonly>", "list"),
        ("<input role=combobox>", "search"),
        ("<input aria-autocomplete=list>", "search"),
        ("<div role=combobox><input></div>", "search"),
        ("<input list=x><datalist id=x><option value=a></datalist>", ""),
        ("<input>", ""),
    ],
)
async def test_what_is_chosen_from_a_list_that_opens_is_told_apart(
    page: Page, html: str, chooser: str
) -> None:
    snapshot = await shown(page, f"<form><p>Country</p>{html}<button>Send</button></form>")
    assert [one.chooser for one in snapshot.controls] == [chooser]
    assert [one.text for one in snapshot.buttons] == ["Send"]


async def test_an_input_no_wider_than_its_caret_is_seen_by_what_is_around_it(page: Page) -> None:
    caret = "<input role=combobox style='width:2px;padding:0;border:0'>"
    snapshot = await shown(page, f"<form><label>Country</label><div>{caret}</div></form>")
    assert snapshot.controls[0].visible
    assert not (await shown(page, f"<form>{caret.replace('role=combobox', '')}</form>")).controls[0].visible


async def test_what_a_widget_keeps_for_itself_is_no_trap_but_says_what_is_required(page: Page) -> None:
    kept = "<input aria-hidden=true tabindex=-1 required style='opacity:0;position:absolute'>"
    box = f"<form><div><div role=combobox tabindex=0>Choose</div>{kept}</div><p>{kept}</p></form>"
    snapshot = await shown(page, box)
    assert [(one.type, one.required, one.hidden_by) for one in snapshot.controls] == [
        ("combobox", True, ""),
        ("text", True, "opacity"),
    ]


async def test_the_countries_before_a_telephone_number_are_no_field(page: Page) -> None:
    flag = "<button type=button aria-haspopup=listbox>+33</button>"
    snapshot = await shown(page, f"<form><div>{flag}<input type=tel name=t></div><input name=n></form>")
    assert [one.name for one in snapshot.controls] == ["t", "n"]


async def test_a_widget_that_stands_for_a_select_is_no_field_beside_it(page: Page) -> None:
    select = "<select name=s style='display:none'><option>a</select>"
    widget = "<span class=select2-container><span role=combobox tabindex=0>Choose</span></span>"
    snapshot = await shown(page, f"<form><p>{select}{widget}</p></form>")
    assert [(one.name, bool(one.widget)) for one in snapshot.controls] == [("s", True)]


async def test_proposals_are_read(page: Page) -> None:
    html = "<form><input name=c list=x><datalist id=x><option value=France><option>Spain</datalist></form>"
    assert named(await shown(page, html), "c").suggestions == ("France", "Spain")


async def test_a_label_that_a_web_component_is_given_in_a_slot_is_its_inputs(page: Page) -> None:
    define = """customElements.define('text-line', class extends HTMLElement { connectedCallback() {
      this.attachShadow({ mode: 'open' }).innerHTML = '<label><slot></slot> <input></label>'; } })"""
    lines = "<text-line>Name</text-line><text-line>E-mail</text-line>"
    snapshot = await shown(page, f"<script>{define}</script><div>{lines}<input name=after></div>")
    assert [one.label for one in snapshot.controls] == ["Name", "E-mail", ""]
