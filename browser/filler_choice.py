"""Choosing in one control: native selects, the widgets that stand in for them, radio buttons and boxes to tick."""

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

_KIND = (
    "el => el.localName === 'select' ? (el.checkVisibility({opacityProperty: true, visibilityProperty: true}) "
    "&& el.getBoundingClientRect().width > 2 ? 'select' : 'hidden-select') : 'listbox'"
)
_CHOSEN = """el => el.localName === 'select' ? [...el.selectedOptions].flatMap((one) => [one.value,
one.text.trim()]) : [el.value || '', el.getAttribute('data-value') || '', (el.innerText || '').trim(),
...[...el.querySelectorAll('[aria-selected=true]')].flatMap((one) => [one.getAttribute('data-value') || '',
one.innerText.trim()]), ...[...(el.parentElement || el).querySelectorAll('input[type=hidden]')].map((one) =>
one.value)]"""
_NATIVE_VALUE = """(el, wanted) => {
  const one = [...el.options].find((at) => at.value === wanted || at.text.trim() === wanted);
  return one ? { value: one.value, text: one.text.trim() } : null;
}"""
_WIDGET = """el => { const css =
'.select2-container,.choices,.chosen-container,.nice-select,.bootstrap-select,.ts-wrapper,.selectize-control,'
+ '.ui-selectmenu-button,.SumoSelect,[role=combobox],[aria-haspopup=listbox]'; const seen = (at) => at &&
at.checkVisibility() && at.getBoundingClientRect().width > 2; const around =
[el.closest('.choices,.bootstrap-select'), el.nextElementSibling, el.previousElementSibling,
...(el.parentElement ? el.parentElement.querySelectorAll(css) : [])]; return around.find((at) => seen(at) &&
(at.matches(css) || at.querySelector(css))) || null; }"""
_OPTION = """wanted => { const css =
'[role=option],.select2-results__option,.choices__item--choice,.chosen-results li,.nice-select .option,' +
'.ts-dropdown .option,.selectize-dropdown .option,.dropdown-menu li a,.ui-menu-item,[role=menuitemradio]';
const roots = [document, ...[...document.querySelectorAll('*')].map((el) => el.shadowRoot).filter(Boolean)];
return roots.flatMap((root) => [...root.querySelectorAll(css)]).find((el) => el.checkVisibility() &&
el.getBoundingClientRect().height > 2 && el.getAttribute('aria-disabled') !== 'true' && [el.innerText.trim(),
el.getAttribute('data-value')].includes(wanted)) || null; }"""
_TICKED = "el => 'checked' in el ? Boolean(el.checked) : el.getAttribute('aria-checked') === 'true'"
_LABEL = """el => {
  const seen = (at) => at.checkVisibility() && at.getBoundingClientRect().width > 2;
  const labels = [...(el.labels || [])].filter(seen);
  const spot = (label) => [...label.childNodes].map((node) => node.nodeType === 1 ? node : null)
    .find((node) => node && !node.matches('a,input,button') && !node.querySelector('a') && seen(node));
  return labels.length ? spot(labels[0]) || labels[0] : null;
}"""


async def choose(page: Page, control: ElementHandle, wanted: str) -> tuple[bool, str]:
    """Choose the option with this value or text; whether it is chosen now, and what is."""
    kind = await control.evaluate(_KIND)
    if kind == "listbox":
        await _in_list(page, control, wanted)
        return await _chosen(control, (wanted,))
    option = await control.evaluate(_NATIVE_VALUE, wanted)
    if option is None:
        raise PlaywrightError(f"there is no option {wanted!r}")
    if kind == "hidden-select":
        await _through_widget(page, control, option["text"])
    names = (option["value"], option["text"])
    chosen, held = await _chosen(control, names)
    if not chosen:
        await control.select_option(value=option["value"], force=kind == "hidden-select")
        chosen, held = await _chosen(control, names)
    return chosen, held


async def chosen(control: ElementHandle, wanted: str) -> tuple[bool, str]:
    """Whether the option with this value or text is the one that is chosen, and what is."""
    return await _chosen(control, (wanted,))


async def tick(page: Page, control: ElementHandle, on: bool) -> bool:
    """Tick a box or choose a radio button as a person would: on itself, else on its label, else by key."""
    for way in (_itself, _its_label, _by_key):
        if await ticked(control) == on:
            break
        await way(page, control)
    return await ticked(control)


async def ticked(control: ElementHandle) -> bool:
    return bool(await control.evaluate(_TICKED))


async def _chosen(control: ElementHandle, names: tuple[str, ...]) -> tuple[bool, str]:
    held = [str(one) for one in await control.evaluate(_CHOSEN)]
    return any(name in held for name in names), next((one for one in reversed(held) if one), "")


async def _through_widget(page: Page, control: ElementHandle, text: str) -> None:
    widget = (await control.evaluate_handle(_WIDGET)).as_element()
    if widget:
        await _in_list(page, widget, text)


async def _in_list(page: Page, opener: ElementHandle, text: str) -> None:
    """Open a list and press the option with this text; does nothing when the list does not have it."""
    frame = await opener.owner_frame() or page.main_frame
    option = (await frame.evaluate_handle(_OPTION, text)).as_element()
    if option is None:
        await opener.click()
        for _ in range(10):
            option = (await frame.evaluate_handle(_OPTION, text)).as_element()
            if option:
                break
            await page.wait_for_timeout(50)
    if option:
        await option.click()
    else:
        await page.keyboard.press("Escape")


async def _itself(_: Page, control: ElementHandle) -> None:
    if await control.is_visible():
        await control.click(timeout=2000, trial=False)


async def _its_label(_: Page, control: ElementHandle) -> None:
    label = (await control.evaluate_handle(_LABEL)).as_element()
    if label:
        await label.click(position={"x": 3, "y": 3}, timeout=2000)


async def _by_key(page: Page, control: ElementHandle) -> None:
    await control.focus()
    await page.keyboard.press("Space")
