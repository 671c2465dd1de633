// The element that a snapshot named, or null: an element that was rebuilt is found again where its marks are unique.
(index) => {
  const kept = window[Symbol.for('relance.elements')];
  const held = kept && kept.byIndex.get(index);
  if (!held || held.isConnected) return held || null;
  const mark = kept.marks.get(index);
  const same = [];
  const walk = (root) => root.querySelectorAll('*').forEach((el) => {
    const own = [el.localName, el.type || '', el.getAttribute('name') || '', el.getAttribute('id') || ''];
    if (own.join('|') === mark) same.push(el);
    if (el.shadowRoot) walk(el.shadowRoot);
  });
  walk(document);
  if (same.length !== 1) return null;
  kept.byIndex.set(index, same[0]);
  kept.indexOf.set(same[0], index);
  return same[0];
}
