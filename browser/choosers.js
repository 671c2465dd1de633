// Controls whose options stand in a list that opens: which they are, and what belongs to each.
({ controls, parentOf, closest, isNative, isSeen, widgetOf }) => {
  const CHOOSER = '[role="combobox"],[aria-haspopup="listbox"]';
  const searches = (el) => el.localName === 'input' && !/^(hidden|checkbox|radio|submit|button|image|reset)$/.test(el.type)
    && (/^(list|both)$/.test(el.getAttribute('aria-autocomplete')) || el.matches(`${CHOOSER},.ui-autocomplete-input,.tt-input`)
      || Boolean(el.parentElement && el.parentElement.matches('[role="combobox"]')));
  // "search" where typing filters the list, "list" where only pressing opens it.
  const chooserOf = (el) => (searches(el) ? (el.readOnly ? 'list' : 'search')
    : !isNative(el) && el.matches(CHOOSER) ? 'list' : '');
  const others = (at, el) => controls.filter((one) => one !== el && one.type !== 'hidden' && at.contains(one));
  // The widest element around a control that holds nothing else to fill in, but for what a widget keeps from everybody.
  const wrapperOf = (el) => {
    let found = el;
    for (let at = parentOf(el), level = 0; at && level < 5 && !at.matches('form,body'); at = parentOf(at), level += 1) {
      if (others(at, el).some((one) => !one.matches('[aria-hidden="true"]') && !one.contains(el))) break;
      found = at;
    }
    return found;
  };
  const isWidgets = (el) => el.localName === 'input' && el.matches('[aria-hidden="true"]')
    && controls.some((one) => chooserOf(one) && wrapperOf(one).contains(el));
  // What stands for a hidden select, and the countries before a telephone number, are no fields of their own.
  const isField = (el) => {
    if (!chooserOf(el)) return true;
    const stands = controls.filter((one) => one.localName === 'select' && !isSeen(one)).map(widgetOf).filter(Boolean);
    if (stands.some((at) => at.contains(el) || el.contains(at))) return false;
    const around = closest(parentOf(el), (at) => others(at, el).length);
    const near = around ? others(around, el) : [];
    return !(near.length === 1 && near[0].type === 'tel') || el.getAttribute('aria-required') === 'true';
  };
  return { chooserOf, wrapperOf, isWidgets, isField };
}
