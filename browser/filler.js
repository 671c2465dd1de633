// What the filler asks of one control: `what` names the question, `arg` is its argument.
(el, [what, arg]) => {
  const seen = (at) => Boolean(at) && at.checkVisibility({ opacityProperty: true, visibilityProperty: true })
    && at.getBoundingClientRect().width > 2 && at.getBoundingClientRect().height > 2;
  const WIDGET = '.select2-container,.choices,.chosen-container,.nice-select,.bootstrap-select,.ts-wrapper,'
    + '.selectize-control,.ui-selectmenu-button,.SumoSelect,[role=combobox],[aria-haspopup=listbox]';
  const OPTION = '[role=option],.select2-results__option,.choices__item--choice,.chosen-results li,'
    + '.nice-select .option,.ts-dropdown .option,.selectize-dropdown .option,.dropdown-menu li a,.ui-menu-item,'
    + '[role=menuitemradio]';
  const DAY = '.flatpickr-calendar.open .flatpickr-day:not(.prevMonthDay):not(.nextMonthDay),'
    + '.ui-datepicker-calendar td a,.datepicker td.day:not(.old):not(.new),.pika-button,'
    + '[role=dialog] [role=gridcell] button,[role=grid] [role=gridcell]';
  const SHUT = '[aria-disabled=true],.flatpickr-disabled,.disabled,:disabled';
  const ONWARD = '.flatpickr-calendar.open .flatpickr-next-month,.ui-datepicker-next,.datepicker-days .next,.pika-next,'
    + '[role=dialog] [aria-label*="next month" i],[role=dialog] [aria-label*="mois suivant" i]';
  const words = (at) => (at.innerText || '').replace(/\s+/g, ' ').trim();
  const plain = (text) => text.replace(/\(.*?\)\s*$/, '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  const KEY = Symbol.for('relance.options');
  const LIST = '[role=listbox],[role=tree],[role=grid]';

  // Every option that a person sees now, wherever the page has put its list.
  const inSight = () => [document, ...[...document.querySelectorAll('*')].map((at) => at.shadowRoot).filter(Boolean)]
    .flatMap((root) => [...root.querySelectorAll(OPTION)]).filter(seen);
  // The options of this control: of the list that it names, of one within it, else those that were not seen at `mark`.
  const options = () => {
    const teller = el.matches('[aria-controls],[aria-owns]') ? el : el.querySelector('[aria-controls],[aria-owns]') || el;
    const ids = ['aria-controls', 'aria-owns', 'aria-activedescendant'].flatMap((name) => (teller.getAttribute(name) || '').split(/\s+/));
    const named = ids.map((id) => id && (el.getRootNode().getElementById?.(id) || document.getElementById(id)))
      .filter(Boolean).map((at) => (at.matches(OPTION) ? at.closest(LIST) || at.parentElement : at));
    const all = inSight();
    const before = window[KEY] || new WeakSet();
    const ways = [(at) => named.some((list) => list.contains(at)), (at) => el.contains(at), (at) => !before.has(at)];
    const own = ways.map((way) => all.filter(way)).find((found) => found.length) || [];
    return own.filter((at) => at.getAttribute('aria-disabled') !== 'true' && !at.hasAttribute('data-disabled'));
  };
  // What is around the control and belongs to nothing else that can be filled in.
  const wrapper = () => {
    const another = (at) => [...at.querySelectorAll('input,select,textarea,[role=combobox],[aria-haspopup=listbox]')]
      .some((one) => one !== el && !el.contains(one) && seen(one));
    let found = el;
    for (let at = el.parentElement, level = 0; at && level < 4 && !at.matches('form,body') && !another(at);
      at = at.parentElement, level += 1) found = at;
    return found;
  };

  const questions = {
    about: () => ({ readonly: Boolean(el.readOnly), type: el.type || '',
      value: el.isContentEditable ? el.innerText : 'value' in el ? String(el.value) : el.textContent || '',
      valid: !el.validity || !el.validity.patternMismatch,
      picker: /date|flatpickr|picker/i.test(`${el.className} ${el.id} ${el.name}`) }),

    kind: () => (el.localName !== 'select' ? 'listbox' : seen(el) ? 'select' : 'hidden-select'),

    option: () => {
      const one = [...el.options].find((at) => at.value === arg || at.text.trim() === arg);
      if (one) return { value: one.value, text: one.text.trim() };
      const listed = [...(el.closest('.choices')?.querySelectorAll('[role=option]') || [])]
        .find((at) => at.getAttribute('data-value') === arg || at.textContent.trim() === arg);
      return listed ? { value: listed.getAttribute('data-value') || '', text: listed.textContent.trim() } : null;
    },

    // Every spelling of what is chosen: the values and texts of a select, or what a listbox shows and keeps.
    chosen: () => {
      if (el.localName === 'select') return [...el.selectedOptions].flatMap((one) => [one.value, one.text.trim()]);
      const marked = [...el.querySelectorAll('[aria-selected=true]')];
      const kept = [...(el.parentElement || el).querySelectorAll('input[type=hidden]')];
      const shown = [...wrapper().querySelectorAll('*')].filter((at) => !at.children.length && seen(at)
        && !at.closest(`label,${LIST},${OPTION}`));
      return [el.value || '', el.getAttribute('data-value') || '', words(el), ...kept.map((one) => one.value),
        ...marked.flatMap((one) => [one.getAttribute('data-value') || '', words(one)]), ...shown.map(words)].filter(Boolean);
    },

    // What a person presses in place of a hidden select.
    widget: () => {
      const around = [el.closest('.choices,.bootstrap-select'), el.nextElementSibling, el.previousElementSibling,
        ...(el.parentElement ? el.parentElement.querySelectorAll(WIDGET) : [])];
      const found = around.find((at) => seen(at) && (at.matches(WIDGET) || at.querySelector(WIDGET)));
      // bootstrap-select lays its invisible select over the middle of the wrapper
      return (found && found.querySelector('button.dropdown-toggle')) || found || null;
    },

    // Remembers what is seen before the list opens.
    mark: () => {
      Object.defineProperty(window, KEY, { value: new WeakSet(inSight()), enumerable: false, configurable: true });
    },
    listed: () => options().find((at) => [words(at), at.getAttribute('data-value')].includes(arg)) || null,
    // The option that is called by one of these names, plain and a line each, whatever stands in brackets after it.
    called: () => options().find((at) => [words(at), at.getAttribute('data-value') || '']
      .some((text) => text && arg.split('\n').includes(plain(text)))) || null,
    // What a person presses to open its list: itself, or around an input that is no wider than its caret.
    opener: () => {
      let at = el;
      while (at.parentElement && !(seen(at) && at.getBoundingClientRect().width > 20)) at = at.parentElement;
      return at;
    },
    // Whether its own list is in sight before it was pressed.
    open: () => el.getAttribute('aria-expanded') === 'true' || el.matches(LIST),
    texts: () => options().map(words),

    // The open calendar's day, named by its own attributes or by flatpickr's; its month may have to be turned to.
    day: () => {
      const [year, month, number] = arg.split('-').map(Number);
      const exact = `[data-date="${arg}"],[data-day="${arg}"],td.day[data-date="${Date.UTC(year, month - 1, number)}"],`
        + `[data-pika-year="${year}"][data-pika-month="${month - 1}"][data-pika-day="${number}"]`;
      const dated = (at) => at.dateObj && at.dateObj.getFullYear() === year && at.dateObj.getMonth() === month - 1
        && at.dateObj.getDate() === number;
      const cell = (at) => at.closest('td')?.matches(`[data-year="${year}"][data-month="${month - 1}"]`)
        && words(at) === String(number);
      return [...document.querySelectorAll(`${exact},${DAY}`)].find((at) => seen(at)
        && (at.matches(exact) || dated(at) || cell(at)) && !at.matches(SHUT)) || null;
    },
    onward: () => [...document.querySelectorAll(ONWARD)].find((at) => seen(at) && !at.matches(SHUT)) || null,

    ticked: () => ('checked' in el ? Boolean(el.checked) : el.getAttribute('aria-checked') === 'true'),

    seen: () => seen(el),

    // Whether keys go to it: inert parts and open dialogs keep the focus where it was.
    focused: () => el.matches(':focus-within'),

    // A spot of the label that ticks: not on a link, which would lead away.
    label: () => {
      const labels = [...(el.labels || [])].filter(seen);
      if (!labels.length) return null;
      const free = [...labels[0].childNodes].find((node) => node.nodeType === 1 && seen(node)
        && !node.matches('a,input,button') && !node.querySelector('a'));
      return free || labels[0];
    },
  };
  return questions[what]();
}
