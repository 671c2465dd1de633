// One pass over one frame. Returns plain values and changes nothing that a person or a style sheet could see.
// Elements are kept under a non-enumerable symbol, so that a Ref finds its element again; a fresh document starts
// at `first`, which no earlier document of the page used, so that a stale Ref never names another element.
(limits) => {
  const KEY = Symbol.for('relance.elements');
  const deadline = performance.now() + limits.milliseconds;
  if (!window[KEY]) {
    const fresh = { byIndex: new Map(), indexOf: new WeakMap(), marks: new Map(), next: limits.first };
    Object.defineProperty(window, KEY, { value: fresh, enumerable: false, configurable: true });
  }
  const kept = window[KEY];
  const mark = (el) => [el.localName, el.type || '', el.getAttribute('name') || '', el.getAttribute('id') || ''].join('|');
  const indexOf = (el) => {
    if (!kept.indexOf.has(el)) {
      kept.indexOf.set(el, kept.next);
      kept.byIndex.set(kept.next, el);
      kept.marks.set(kept.next, mark(el));
      kept.next += 1;
    }
    return kept.indexOf.get(el);
  };

  const cut = (text, length = 300) => (text || '').slice(0, length * 4).replace(/\s+/g, ' ').trim().slice(0, length);
  const attr = (el, name, length = 200) => cut(el.getAttribute(name), length);
  const classOf = (el) => attr(el, 'class', 200);
  const parentOf = (el) => el.assignedSlot || el.parentElement
    || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null);
  const closest = (el, test) => {
    for (let at = el; at; at = parentOf(at)) if (test(at)) return at;
    return null;
  };

  const SILENT = new Set(['script', 'style', 'noscript', 'template', 'select', 'option', 'textarea', 'datalist',
    'svg', 'iframe']);
  const textOf = (root, length = 300) => {
    if (!root || SILENT.has(root.localName)) return '';
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      (node.nodeType === 1 && SILENT.has(node.localName) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT));
    let text = '';
    for (let node = walker.nextNode(), seen = 0; node && seen < 4000 && text.length < length * 2;
      node = walker.nextNode(), seen += 1) {
      if (node.nodeType === 3) text += ` ${node.data.slice(0, length * 2)}`;
      else if (node.localName === 'slot') {
        for (const at of node.assignedNodes()) text += ` ${at.nodeType === 3 ? at.data.slice(0, length * 2) : textOf(at, length)}`;
      }
    }
    return cut(text, length);
  };
  const visibleText = (root, length) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    let text = '';
    for (let node = walker.nextNode(), seen = 0; node && seen < 40000 && text.length < length;
      node = walker.nextNode(), seen += 1) {
      const parent = node.parentElement;
      if (!parent || !node.data.trim() || SILENT.has(parent.localName)) continue;
      if (parent.checkVisibility && !parent.checkVisibility()) continue;
      text += `${node.data.replace(/\s+/g, ' ')}\n`;
      if (performance.now() > deadline) break;
    }
    return text.slice(0, length);
  };

  const CONTROL = 'input,textarea,select,[contenteditable=""],[contenteditable="true"],[role="textbox"],'
    + '[role="combobox"],[role="listbox"],[role="checkbox"],[role="radio"],[role="switch"],[aria-haspopup="listbox"]';
  const PRESSED = new Set(['submit', 'button', 'image', 'reset']);
  const isNative = (el) => el.localName === 'input' || el.localName === 'textarea' || el.localName === 'select';
  const isButton = (el) => el.localName === 'button' || (el.localName === 'input' && PRESSED.has(el.type))
    || el.getAttribute('role') === 'button';
  const looksPressable = (el) => /^(a|div|span)$/.test(el.localName)
    && /(^|[-_\s])(btn|button|submit|send)/i.test(`${el.className} ${attr(el, 'id')}`) && !el.querySelector('input,button,a');
  const controls = [];
  const { chooserOf, wrapperOf, isWidgets, isField } = CHOOSERS({ controls, parentOf, closest, isNative,
    isSeen: (el) => isSeen(el), widgetOf: (el) => widgetOf(el) });
  const buttons = [];
  const hosts = [];
  const pressable = [];
  const forms = [];
  let truncated = false;
  let seen = 0;
  const walk = (root) => {
    for (const el of root.querySelectorAll('*')) {
      seen += 1;
      if (seen > limits.elements || controls.length >= limits.controls || performance.now() > deadline) {
        truncated = true;
        return;
      }
      if (el.localName === 'form') forms.push(el);
      else if (isButton(el) && !chooserOf(el)) buttons.push(el);
      else if (el.matches(CONTROL)) controls.push(el);
      else if (looksPressable(el)) pressable.push(el);
      if (el.shadowRoot) {
        const before = controls.length;
        walk(el.shadowRoot);
        if (controls.length > before) hosts.push(el);
      }
    }
  };
  walk(document);
  const inner = controls.filter((el) => (isNative(el) ? !isWidgets(el)
    : !(el.querySelector('select') || closest(parentOf(el), (at) => at.matches(CONTROL))
      || (chooserOf(el) && [...(parentOf(el) || el).querySelectorAll('input')].some(chooserOf)))));

  const ownerOf = (el) => el.form || closest(el, (at) => at.localName === 'form');
  const path = (el) => {
    const steps = [];
    for (let at = parentOf(el); at && steps.length < 60; at = parentOf(at)) steps.push(at);
    return steps;
  };
  const loose = inner.filter((el) => el.type !== 'hidden' && !/^(a|button)$/.test(el.localName) && !ownerOf(el));
  const counts = new Map();
  const count = (el, kind) => {
    for (const step of path(el)) {
      const at = counts.get(step) || { controls: 0, buttons: 0 };
      at[kind] += 1;
      counts.set(step, at);
    }
  };
  loose.forEach((el) => count(el, 'controls'));
  if (loose.length) [...buttons, ...pressable].filter((el) => !ownerOf(el)).forEach((el) => count(el, 'buttons'));
  const standsWith = (el, least) => path(el).find((step) => {
    const at = counts.get(step);
    return at.controls >= least && at.buttons > 0;
  });
  const groups = new Set();
  const container = new Map();
  loose.filter((el) => el.localName === 'textarea').forEach((el) => {
    const group = standsWith(el, 2);
    if (group) groups.add(group);
  });
  loose.forEach((el) => {
    const group = path(el).find((step) => groups.has(step)) || standsWith(el, 1)
      || path(el).find((step) => counts.get(step).controls > 1) || parentOf(el);
    if (group) container.set(el, group);
  });
  const pseudo = [...new Set(container.values())];
  const homeOf = (el) => ownerOf(el) || container.get(el)
    || path(el).find((step) => pseudo.includes(step)) || null;

  const styles = new Map();
  const styleOf = (el) => {
    if (!styles.has(el)) styles.set(el, getComputedStyle(el));
    return styles.get(el);
  };
  const { clipped, opacityOf } = HIDING();
  const outside = (box) => {
    const x = box.left + scrollX;
    const y = box.top + scrollY;
    const scrolls = styleOf(document.documentElement).overflowX !== 'hidden'
      && (!document.body || styleOf(document.body).overflowX !== 'hidden');
    return x + box.width <= 0 || y + box.height <= 0 || box.left > innerWidth + (scrolls ? 3000 : 0)
      || y > Math.max(200000, innerHeight * 200);
  };
  const cause = (el, own) => {
    const style = styleOf(el);
    if (style.display === 'none') return own ? 'display' : 'ancestor';
    if (clipped(style, el)) return 'clip';
    if (!own && style.contentVisibility === 'hidden') return 'ancestor';
    if (el.inert) return 'inert';
    return '';
  };
  // `home` is the form: what hides the whole form is told apart ("form"), for then no single control is a trap.
  const folded = (at, el) => at.localName === 'details' && !at.open && !closest(el, (one) => one.localName === 'summary');
  const hiddenBy = (el, home) => {
    if (el.localName === 'input' && el.type === 'hidden') return 'type';
    let inside = true;
    let silenced = false;
    let opacity = 1;
    const box = el.getBoundingClientRect();
    for (let at = el; at && at !== document.documentElement; at = parentOf(at)) {
      if (at === home) inside = false;
      opacity *= opacityOf(styleOf(at));
      const why = cause(at, at === el) || (opacity < 0.05 ? 'opacity' : '') || (folded(at, el) ? 'ancestor' : '');
      if (why) return inside ? why : 'form';
      silenced ||= inside && at.getAttribute('aria-hidden') === 'true';
      if (at !== el && at !== document.body && styleOf(at).overflow !== 'visible') {
        const edge = at.getBoundingClientRect();
        const scrolls = !/hidden|clip/.test(styleOf(at).overflow) && edge.width > 2 && edge.height > 2;
        if (scrolls) continue;
        const width = Math.min(box.right, edge.right) - Math.max(box.left, edge.left);
        const height = Math.min(box.bottom, edge.bottom) - Math.max(box.top, edge.top);
        if (width <= 2 || height <= 2) return inside ? 'ancestor' : 'form';
      }
    }
    if (styleOf(el).visibility !== 'visible') {
      return home && home !== el && styleOf(home).visibility !== 'visible' ? 'form' : 'visibility';
    }
    if (box.width <= 2 || box.height <= 2) return 'size';
    if (outside(box)) return 'offscreen';
    return silenced ? 'aria-hidden' : '';
  };
  const isSeen = (el) => ['', 'aria-hidden'].includes(hiddenBy(el, null));
  const boxOf = (el) => {
    const box = el.getBoundingClientRect();
    return [box.left + scrollX, box.top + scrollY, box.width, box.height];
  };

  const byIds = (el, ids) => cut(ids.split(/\s+/).slice(0, 5).map((id) => el.getRootNode().getElementById?.(id))
    .filter((at) => !el.contains(at)).map((at) => textOf(at)).join(' '));
  const ticks = (el) => el.type === 'checkbox' || el.type === 'radio'
    || ['checkbox', 'radio', 'switch'].includes(el.getAttribute('role'));
  const holdsOther = (node, el) => node.nodeType === 1 && node !== el
    && (hosts.some((host) => node.contains(host) && closest(el, (at) => at === host) === null) || node.matches(`${CONTROL},button`) ? node.type !== 'hidden'
      : [...node.querySelectorAll(`${CONTROL},button`)].some((at) => at.type !== 'hidden' && at !== el));
  // The text beside a control, nearest first, climbing while nothing else could own that text.
  const beside = (el, side, home) => {
    let at = el;
    for (let level = 0; level < 5 && at && at !== home && at !== document.body; level += 1, at = parentOf(at)) {
      let text = '';
      for (let node = at[side], steps = 0; node && steps < 12; node = node[side], steps += 1) {
        if (node.nodeType === 1 && (SILENT.has(node.localName) || holdsOther(node, el))) {
          if (text || !SILENT.has(node.localName) || node.localName === 'select') return cut(text);
          continue;
        }
        const piece = node.nodeType === 3 ? node.data : node.nodeType === 1 ? textOf(node) : '';
        text = side === 'previousSibling' ? `${piece} ${text}` : `${text} ${piece}`;
        if (text.trim() && node.nodeType === 1 && /^(h\d|hr|p|div|label|li|tr|dt)$/.test(node.localName)) break;
      }
      if (text.trim()) return side === 'previousSibling' ? cut(text.slice(-300)) : cut(text);
      if (/^(td|th|tr|li|fieldset)$/.test(at.localName) && level > 1) return '';
    }
    return '';
  };
  const cellLabel = (el) => {
    const cell = el.closest('td,th');
    if (!cell) return '';
    for (let at = cell.previousElementSibling; at; at = at.previousElementSibling) {
      if (holdsOther(at, el)) break;
      if (textOf(at)) return textOf(at);
    }
    const above = cell.parentElement?.previousElementSibling?.children?.[cell.cellIndex];
    return above && !holdsOther(above, el) ? textOf(above, 120) : '';
  };
  const groupLabel = (el, home) => {
    const fieldset = el.closest('fieldset,[role="group"],[role="radiogroup"]');
    if (fieldset) {
      const legend = fieldset.localName === 'fieldset' && textOf(fieldset.querySelector('legend'));
      const text = legend || attr(fieldset, 'aria-label') || byIds(el, attr(fieldset, 'aria-labelledby'));
      if (text) return text;
    }
    if (!ticks(el)) return '';
    let at = el;
    for (let level = 0; level < 6 && at && at !== home; level += 1, at = parentOf(at)) {
      const before = at.previousElementSibling;
      if (before && !holdsOther(before, el) && level > 0 && textOf(before)) return textOf(before);
      if (before && holdsOther(before, el) && ![...before.querySelectorAll('input')].concat(before)
        .some((one) => one.type === el.type)) return '';
    }
    return '';
  };
  const wrapping = (el) => closest(parentOf(el), (at) => at.localName === 'label');
  const labelsOf = (el, home) => {
    const named = el.labels || (el.id ? el.getRootNode().querySelectorAll(`label[for="${CSS.escape(el.id)}"]`) : []);
    const pointing = [...named].filter((label) => !label.contains(el));
    const length = ticks(el) ? 1500 : 300; // what a box agrees to may stand in its last words
    const found = {
      'aria-labelledby': byIds(el, attr(el, 'aria-labelledby')),
      for: cut(pointing.map((label) => textOf(label, length)).join(' '), length),
      wrap: textOf(wrapping(el), length),
      'aria-label': attr(el, 'aria-label'),
    };
    if (ticks(el)) found.following = beside(el, 'nextSibling', home);
    found.placeholder = attr(el, 'placeholder') || attr(el, 'data-placeholder');
    found.cell = cellLabel(el);
    if (!ticks(el) || !(found.for || found.wrap || found.following)) {
      found.preceding = beside(el, 'previousSibling', home);
    }
    found.title = attr(el, 'title');
    found.legend = groupLabel(el, home);
    return Object.fromEntries(Object.entries(found).filter(([, text]) => text));
  };

  const WIDGET = '.select2-container,.select2,.choices,.chosen-container,.nice-select,.bootstrap-select,.ts-wrapper,'
    + '.selectize-control,.ui-selectmenu-button,.jcf-select,.SumoSelect,[role="combobox"],[aria-haspopup="listbox"]';
  const widgetOf = (el) => {
    const wrapper = el.closest('.choices,.bootstrap-select');
    if (wrapper && isSeen(wrapper)) return wrapper;
    const around = [el.nextElementSibling, el.previousElementSibling, el.parentElement?.nextElementSibling,
      el.parentElement];
    const hits = around.filter(Boolean).map((at) => (at.matches(WIDGET) ? at
      : at === el.nextElementSibling || at === el.parentElement ? at.querySelector(WIDGET) : null));
    return hits.find((at) => at && at !== el && isSeen(at)) || null;
  };
  const aroundOf = (el, home) => {
    const words = [];
    for (let at = parentOf(el), level = 0; at && at !== home && level < 4; at = parentOf(at), level += 1) {
      words.push(`${classOf(at)} ${attr(at, 'id')}`);
    }
    return cut(words.join(' '), 400);
  };
  // The list of a combobox that is in the page already, and of a widget that empties its select (Choices.js).
  const listOf = (el) => {
    if (el.matches('[role="listbox"]')) return el;
    if (el.localName === 'select') return el.closest('.choices');
    if (!el.matches('[role="combobox"]') || el.localName === 'input') return null;
    const named = attr(el, 'aria-controls') || attr(el, 'aria-owns');
    const list = named ? el.getRootNode().getElementById?.(named) : el.nextElementSibling;
    return list && list.matches('[role="listbox"]') ? list : null;
  };
  const optionsOf = (el) => {
    const listed = [...(listOf(el)?.querySelectorAll('[role="option"]') || [])];
    const own = el.localName === 'select' ? [...el.options] : [];
    const found = own.length > listed.length ? own : listed;
    return found.slice(0, limits.options).map((one) => [cut(one.localName === 'option' ? one.value : attr(one, 'data-value'), 120),
      cut(one.text ?? one.textContent, 120), Boolean(one.disabled) || one.getAttribute('aria-disabled') === 'true']);
  };
  const refOf = (el) => (el ? indexOf(el) : null);
  const perceived = (el, home) => {
    const hidden = hiddenBy(el, home);
    const wrapper = /^(size|opacity)$/.test(hidden) && chooserOf(el) ? wrapperOf(el) : el;
    return wrapper !== el && isSeen(wrapper) ? '' : hidden;
  };
  const controlOf = (el) => {
    const home = homeOf(el);
    const chooser = chooserOf(el);
    const type = isNative(el) ? el.type : chooser ? 'combobox' : (el.getAttribute('role') || 'textbox');
    const about = { index: indexOf(el), form: refOf(home), tag: el.localName, type, name: attr(el, 'name'),
      id: attr(el, 'id'), value: type === 'password' || type === 'file' ? '' : cut(String(el.value ?? ''), 200),
      hidden: perceived(el, home) };
    if (type === 'hidden') return { ...about, box: [0, 0, 0, 0] };
    const tellers = [...(el.labels || []), wrapping(el)].filter(Boolean);
    const masked = about.hidden && about.hidden !== 'form';
    return { ...about,
      classes: classOf(el),
      around: aroundOf(el, home),
      autocomplete: attr(el, 'autocomplete', 80),
      inputmode: attr(el, 'inputmode', 40),
      labels: labelsOf(el, home),
      required: Boolean(el.required) || el.getAttribute('aria-required') === 'true'
        || Boolean(chooser && wrapperOf(el).querySelector('[aria-hidden="true"]:required')),
      chooser,
      suggestions: [...(el.list?.options || [])].slice(0, limits.options).map((one) => cut(one.value, 120)),
      pattern: attr(el, 'pattern'),
      maxlength: el.maxLength > 0 ? el.maxLength : null,
      checked: Boolean(el.checked) || el.getAttribute('aria-checked') === 'true',
      enabled: !el.matches(':disabled') && el.getAttribute('aria-disabled') !== 'true',
      readonly: Boolean(el.readOnly),
      multiple: Boolean(el.multiple),
      unfocusable: el.tabIndex < 0,
      options: optionsOf(el),
      clickable: Boolean(masked && (ticks(el) || type === 'file') && tellers.some(isSeen)),
      widget: masked && el.localName === 'select' ? refOf(widgetOf(el)) : null,
      box: boxOf(el) };
  };
  const buttonOf = (el) => ({ index: indexOf(el), form: refOf(homeOf(el)),
    type: ['button', 'input'].includes(el.localName) ? el.type : el.localName === 'a' ? 'link' : 'button',
    text: cut(el.localName === 'input' ? el.value || attr(el, 'alt') : textOf(el), 120)
      || attr(el, 'aria-label') || attr(el, 'title') || attr(el, 'value'),
    name: attr(el, 'name'), classes: classOf(el), enabled: !el.matches(':disabled') && el.getAttribute('aria-disabled') !== 'true',
    visible: isSeen(el), box: boxOf(el) });
  const headingOf = (form) => {
    const inside = form.querySelector('h1,h2,h3,h4,h5,legend,[role="heading"]');
    if (inside && textOf(inside)) return textOf(inside, 160);
    let at = form;
    for (let level = 0; level < 4 && at && at !== document.body; level += 1, at = parentOf(at)) {
      for (let node = at.previousElementSibling, steps = 0; node && steps < 6; steps += 1,
      node = node.previousElementSibling) {
        if (node.localName === 'form') return '';
        const head = node.matches('h1,h2,h3,h4,h5') ? node : [...node.querySelectorAll('h1,h2,h3,h4,h5')].pop();
        if (head && textOf(head)) return textOf(head, 160);
      }
    }
    return '';
  };
  const formOf = (el) => ({ index: indexOf(el), tag: el.localName, action: attr(el, 'action', 400),
    method: el.localName === 'form' ? String(el.getAttribute('method') || 'get').toLowerCase().slice(0, 10) : '',
    id: attr(el, 'id'), classes: classOf(el), role: attr(el, 'role', 40), heading: headingOf(el),
    text: textOf(el, 2000), visible: isSeen(el) || inner.some((one) => homeOf(one) === el && isSeen(one)),
    box: boxOf(el) });

  const timed = (list, value) => list.flatMap((el) => {
    if (performance.now() < deadline) return [value(el)];
    truncated = true;
    return [];
  });
  const near = pressable.filter((el) => homeOf(el)).slice(0, 200);
  const signOf = (el) => ({ form: refOf(homeOf(el)), text: cut(`${el.localName} ${attr(el, 'src')} ${classOf(el)} `
    + `${attr(el, 'id')} ${el.hasAttribute('data-sitekey') ? `data-sitekey data-size=${attr(el, 'data-size')}` : ''}`) });
  const signs = [...document.querySelectorAll('script[src],iframe[src],[data-sitekey],[class*="captcha" i],'
    + '[class*="turnstile" i]')].slice(0, 400).map(signOf)
    .filter((sign) => /captcha|turnstile|challenges\.cloudflare|sitekey/i.test(sign.text)).slice(0, 60);
  return {
    url: location.href, title: cut(document.title, 300), robots: [...document.querySelectorAll('meta[name="robots" i],meta[name="relance" i]')].slice(0, 8)
      .map((one) => `${one.name}: ${one.content}`.slice(0, 300)),
    language: attr(document.documentElement, 'lang', 20),
    text: document.body ? visibleText(document.body, limits.text) : '',
    forms: timed([...forms, ...pseudo].slice(0, limits.forms), formOf),
    controls: timed(inner.filter(isField), controlOf),
    buttons: timed([...buttons, ...near].slice(0, limits.controls), buttonOf),
    signs, truncated, next: kept.next,
  };
}
