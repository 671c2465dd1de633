// Tells what a person sees now that was not there at the click. `begin` remembers, later calls compare.
// In another document than the clicked one nothing is remembered, and texts that stood in the old one do not count.
({ form, begin, spec, before }) => {
  const KEY = Symbol.for('relance.watch');
  if (!begin && document.readyState === 'loading') return null;
  const LINES = 400;
  const SETTLED = '[role=alert],[role=status],[aria-live=polite],[aria-live=assertive],output,dialog[open],[role=dialog],'
    + '.alert,.notice,.message,.success,.confirmation,.thank-you,.error,.errors,.form-response,.form-message';

  const visible = (el) => {
    const box = el.getBoundingClientRect();
    if (box.width < 2 || box.height < 2) return false;
    if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0) return false;
    return el.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  };
  const textOf = (el) => (el.innerText || '').replace(/\s+/g, ' ').trim().slice(0, 500);
  const controlsOf = (el) => [...(el.elements || el.querySelectorAll('input,textarea,select'))]
    .filter((one) => /^(input|textarea|select)$/.test(one.localName) && !/^(hidden|submit|button|image)$/.test(one.type));
  const namesOf = (el) => controlsOf(el).map((one) => one.name || one.id).filter(Boolean);
  const typed = (el) => controlsOf(el).filter((one) => !/^(checkbox|radio|select-one|select-multiple|file)$/.test(one.type)
    && visible(one));

  if (begin) {
    const names = namesOf(form);
    const digits = /(\d+)\D*$/.exec(form.id || '') || /_(\d+)(?:_\d+)?$/.exec(form.id || '');
    const kept = { form, scope: spec.scope ? form.closest(spec.scope) : null, names,
      id: digits ? digits[1] : '', seen: new Map() };
    Object.defineProperty(window, KEY, { value: kept, configurable: true, enumerable: false });
  }
  const kept = window[KEY];
  const again = () => {
    if (!before || !before.names.length) return null;
    return [...document.forms].find((one) => {
      const names = new Set(namesOf(one));
      return before.names.filter((name) => names.has(name)).length * 10 >= before.names.length * 6;
    }) || null;
  };
  const current = kept ? kept.form : again();
  const id = kept ? kept.id : (before ? before.id : '');

  // Where answers may stand: the product's own container, else everything but other forms.
  const roots = [...new Set([current && current.isConnected ? current.getRootNode() : document, document])];
  const inScope = (el) => {
    if (kept && kept.scope && kept.scope.isConnected) return kept.scope.contains(el);
    const around = el.closest('form');
    return !around || !current || around === current || !around.querySelector('textarea,input');
  };
  const matches = (selector) => {
    if (selector.includes('{id}') && !id) return [];
    const css = selector.replaceAll('{id}', CSS.escape(id));
    return roots.flatMap((root) => [...root.querySelectorAll(css)]).filter(inScope).slice(0, 60);
  };

  const seen = [];
  const texts = [];
  const collect = (kind, selector, wordless) => {
    for (const el of matches(selector)) {
      if (!visible(el)) continue;
      const text = el.localName === 'form' ? '' : textOf(el);
      if (!text && !wordless && el.localName !== 'form') continue;
      const told = `${selector}|${text}`;
      texts.push(told);
      if (begin) {
        if (!kept.seen.has(selector)) kept.seen.set(selector, new WeakMap());
        kept.seen.get(selector).set(el, text);
      } else if (kept) {
        const old = kept.seen.get(selector);
        if (!old || old.get(el) !== text) seen.push({ kind, selector, text });
      } else if (!before || !before.texts.includes(told)) {
        seen.push({ kind, selector, text });
      }
    }
  };
  for (const kind of ['success', 'failure', 'pending']) {
    for (const selector of spec[kind]) collect(kind, selector, kind === 'pending');
  }
  for (const selector of SETTLED.split(',')) collect('live', selector, false);

  const host = roots[0] instanceof ShadowRoot ? [...roots[0].children] : [];
  const others = [...document.forms].filter((one) => one !== current && one.querySelector('input,textarea') && visible(one));
  const foreign = new Set(others.flatMap((one) => (one.innerText || '').slice(0, 5000).split('\n')));
  const all = [document.body, ...host].flatMap((el) => ((el && el.innerText) || '').slice(0, 100000).split('\n'))
    .map((line) => line.replace(/\s+/g, ' ').trim()).filter((line) => line && !foreign.has(line));
  const known = new Set(before ? before.lines : []);
  const lines = [...new Set(all)].filter((line) => begin || !known.has(line)).slice(0, before ? LINES : 4000);

  const state = () => {
    if (!current || !current.isConnected) return 'gone';
    const fields = typed(current);
    if (!fields.length && !visible(current)) return 'hidden';
    return fields.length && fields.every((one) => !one.value) ? 'emptied' : 'there';
  };
  const said = (el) => {
    const told = (el.getAttribute('aria-errormessage') || el.getAttribute('aria-describedby') || '').split(/\s+/)
      .map((one) => one && el.getRootNode().getElementById?.(one)).filter((one) => one && visible(one)).map(textOf);
    return told.join(' ').trim() || (el.matches(':user-invalid') ? el.validationMessage : '') || '';
  };
  const invalid = current && current.isConnected ? controlsOf(current)
    .filter((el) => el.getAttribute('aria-invalid') === 'true' || (el.matches(':user-invalid') && !el.closest('form[novalidate]')))
    .slice(0, 40).map((el) => ({ name: el.name || el.id, label: el.labels && el.labels[0] ? textOf(el.labels[0]) : '',
      message: said(el).slice(0, 300) })) : [];
  return { url: location.href, navigated: !kept, form: state(), seen, texts, lines, invalid,
    names: kept ? kept.names : [], id };
}
