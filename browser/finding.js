// What the search asks of a page: its links, how many fields it has, and whether it can be made to show its form.
([what, arg]) => {
  const SAYS = new RegExp('^(?:contact(?:ez[- ]nous| us| me)?|nous contacter|écrivez[- ]nous|get in touch|'
    + 'send (?:us )?a message|kontakt|kontaktieren|contacto|cont[aá]ctanos|contatti|contattaci|neem contact op|'
    + 'fale conosco)[\\s!.→]*$', 'i');
  const wordsOf = (a) => a.innerText || a.getAttribute('aria-label') || a.title || a.querySelector('img')?.alt || '';
  const questions = {
    words: () => [document.title, document.body ? document.body.innerText.slice(0, 2000) : ''],
    links: () => [...document.querySelectorAll('a[href],area[href]')].slice(0, 3000).map((a) => ({
      url: a.href,
      text: wordsOf(a).slice(0, 200),
      place: a.closest('nav,header,[role=navigation]') ? 'nav' : a.closest('footer') ? 'footer' : '',
    })),
    fields: () => document.querySelectorAll('textarea,input,iframe').length,
    more: () => document.querySelectorAll('textarea,input,iframe').length !== arg,
    reveal: () => {
      window.scrollTo(0, document.body.scrollHeight);
      const pressable = document.querySelectorAll('button,[role=button],summary,a[href^="#"],a:not([href])');
      const one = [...pressable].slice(0, 800)
        .find((el) => el.checkVisibility() && SAYS.test((el.innerText || '').trim()) && !el.closest('form'));
      if (one) one.click();
      return Boolean(one);
    },
    top: () => window.scrollTo(0, 0),
  };
  return questions[what]();
}
