// What the fixtures' forms share: a submit by fetch, and a message beside a wrong field.
function byFetch(form, url, before, after, extra = {}) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    before();
    const body = new FormData(form);
    for (const [name, value] of Object.entries(extra)) body.append(name, value);
    after(await fetch(url, { method: 'POST', body }));
  });
}

function mark(control, message, css) {
  control.setAttribute('aria-invalid', 'true');
  control.parentElement.querySelectorAll(`.${css}`).forEach((one) => one.remove());
  control.insertAdjacentHTML('afterend', `<span class="${css}">${message}</span>`);
}
