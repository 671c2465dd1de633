// Finds a cookie wall and answers it; returns "rejected", "closed", "accepted" or "".
(known) => {
  const visible = (el) => {
    const box = el.getBoundingClientRect();
    return box.width > 2 && box.height > 2 && el.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const deep = (css) => {
    const found = [...document.querySelectorAll(css)];
    for (const host of document.querySelectorAll('#usercentrics-root,#axeptio_overlay,[id*=consent],[id*=cookie],[class*=cookie]')) {
      if (host.shadowRoot) found.push(...host.shadowRoot.querySelectorAll(css));
    }
    return found;
  };
  for (const css of known) {
    const button = deep(css).find(visible);
    if (button) { button.click(); return 'rejected'; }
  }

  const REJECT = new RegExp('^(?:' + [
    'tout refuser', 'refuser tout', 'refuser( les cookies)?', 'je refuse', 'non,? merci', 'continuer sans accepter.*', 'rejeter( tout)?',
    'tout rejeter', 'interdire.*cookies', 'uniquement (les )?(cookies )?(essentiels|nécessaires)', 'accepter (uniquement )?les (cookies )?(essentiels|nécessaires)',
    'reject( all)?( cookies)?', 'decline( all)?( cookies)?', 'deny( all)?', 'refuse( all)?( cookies)?', 'continue without (accepting|consent).*', 'no,? thanks?',
    '(only|use|accept|allow)? ?(only )?(strictly )?(necessary|essential|required)( cookies)?( only)?', 'disagree( and close)?', 'i do not (agree|accept)', 'do not accept', 'opt out',
    '(alle )?(cookies )?ablehnen', 'alle(s)? ablehnen', 'ablehnen und schließen', 'nur (notwendige|essenzielle|erforderliche|technisch notwendige).*', 'nicht zustimmen', 'weiter ohne (zustimmung|einwilligung).*', 'nein,? danke',
    'rechazar( todo| todas)?( las)?( cookies)?', 'denegar( todo| todas)?', 'solo (las )?(cookies )?(necesarias|esenciales)', 'no acepto', 'continuar sin aceptar', 'no,? gracias',
    'rifiuta( tutto| tutti)?( i cookie)?', 'rifiuto', 'nega( tutti)?', 'solo (cookie )?(necessari|essenziali|tecnici)', 'continua senza accettare', 'non accetto', 'no,? grazie',
    '(alles |alle )?(cookies )?(weigeren|afwijzen)', 'alles weigeren', 'alles afwijzen', 'alleen (noodzakelijke|essentiële|functionele).*', 'niet akkoord', 'doorgaan zonder (te )?accepteren', 'nee,? (bedankt|dank je)',
    'rejeitar( tudo| todos)?( os cookies)?', 'recusar( tudo| todos)?( os cookies)?', '(só|apenas|somente) (os )?(cookies )?(necessários|essenciais)', 'não aceito', 'continuar sem aceitar', 'não,? obrigad[oa]',
  ].join('|') + ')$', 'i');
  const CLOSE = /^(?:×|x|✕|✖|close|fermer|schließen|cerrar|chiudi|sluiten|fechar)$/i;
  const ACCEPT = /^(?:ok|okay|j.accepte|accepter|tout accepter|j.ai compris|compris|accept( all)?( cookies)?|i agree|agree|got it|alle akzeptieren|akzeptieren|zustimmen|verstanden|aceptar( todo| todas)?|entendido|accetta( tutti)?|ho capito|accepteren|alles accepteren|akkoord|begrepen|aceitar( tudo| todos)?|entendi)$/i;
  const ABOUT = /cookie|consent|gdpr|rgpd|dsgvo|privacy|tracking|traceur/i;
  const walls = [...document.querySelectorAll('div,section,aside,dialog,form,footer')].slice(0, 3000).filter((el) => {
    const style = getComputedStyle(el);
    const lifted = style.position === 'fixed' || style.position === 'sticky' || el.localName === 'dialog'
      || (style.position === 'absolute' && parseInt(style.zIndex, 10) > 10);
    return lifted && visible(el) && !el.querySelector('textarea')
      && ABOUT.test(`${el.id} ${el.className} ${(el.innerText || '').slice(0, 3000)}`);
  });
  const press = (wall, words) => [...wall.querySelectorAll('button,a,[role=button],input[type=button],input[type=submit],span')]
    .slice(0, 200).find((el) => visible(el)
      && words.test((el.value || el.innerText || el.getAttribute('aria-label') || '').replace(/\s+/g, ' ').replace(/[→›>!.]+$/, '').trim()));
  for (const wall of walls) {
    const button = press(wall, REJECT);
    if (button) { button.click(); return 'rejected'; }
  }
  for (const wall of walls) {
    const button = press(wall, CLOSE);
    if (button) { button.click(); return 'closed'; }
  }
  for (const wall of walls) {
    const box = wall.getBoundingClientRect();
    const blocks = box.width * box.height > innerWidth * innerHeight * 0.3
      && wall.contains(document.elementFromPoint(innerWidth / 2, innerHeight / 2));
    const button = blocks ? press(wall, ACCEPT) : null;
    if (button) { button.click(); return 'accepted'; }
  }
  return '';
}
