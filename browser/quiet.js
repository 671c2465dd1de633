// Resolves once the document has been left alone for `ms`, after a second at most.
(ms) => new Promise((resolve) => {
  let timer = setTimeout(resolve, ms);
  const watcher = new MutationObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(resolve, ms);
  });
  watcher.observe(document, { childList: true, subtree: true, attributes: true,
    attributeFilter: ['class', 'style', 'hidden'] });
  setTimeout(() => { watcher.disconnect(); resolve(); }, 1000);
})
