// Resolves once the document has been left alone for `ms`, after a second at most; true if it was from the start.
(ms) => new Promise((resolve) => {
  let untouched = document.readyState !== 'loading';
  const end = () => { watcher.disconnect(); clearTimeout(bound); resolve(untouched); };
  let timer = setTimeout(end, ms);
  const bound = setTimeout(() => { untouched = false; end(); }, 1000);
  const watcher = new MutationObserver(() => {
    untouched = false;
    clearTimeout(timer);
    timer = setTimeout(end, ms);
  });
  watcher.observe(document, { childList: true, subtree: true, attributes: true,
    attributeFilter: ['class', 'style', 'hidden'] });
})
