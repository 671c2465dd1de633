"""What contact forms say in seven languages. Words alone are never more than probable."""

import re

_ASKS = (
    r"merci d(?:e |')(?:(?:bien|vouloir|ne|pas|nous|vous|le|la|les|y) )*"
    r"(?!(?:avoir|être|votre|notre)\b)\w+(?:er|ir|re)\b"
)
"""French asks as it thanks: "merci de remplir ce champ", but "merci de nous avoir écrit"."""

_SUCCESS = re.compile(
    rf"\b(?:thank(?:s| you)|(?!{_ASKS})merci)\b"
    r"|\b(?:danke|vielen dank|gracias|grazie|bedankt|dank je|dank u|obrigad[oa])\b"
    r"|\b(?:has|have|was|were|been) (?:\w+ ){0,2}(?:sent|received|submitted|delivered)\b"
    r"|\bsuccess(?:ful(?:ly)?)?\b|\bwe(?:'ll| will) (?:\w+ )?(?:get back|be in touch|"
    r"contact you|respond|reply)\b"
    r"|\b(?:bien|correctement) (?:\w+ )?(?:envoyée?|reçue?|transmise?|pris en compte)\b"
    r"|\b(?:a|ont) (?:bien )?été (?:\w+ )?(?:envoyée?s?|transmise?s?|reçue?s?|prise? en compte)\b"
    r"|\bmessage (?:bien )?(?:envoyé|transmis|reçu)\b|\bavec succès\b"
    r"|\b(?:wurde|haben|ist) (?:\w+ ){0,4}(?:gesendet|versendet|übermittelt|"
    r"verschickt|erhalten|eingegangen)\b"
    r"|\berfolgreich\b"
    r"|\b(?:ha sido|se ha|hemos|fue) (?:\w+ ){0,2}(?:enviad[oa]|recibid[oa])\b|\bcon éxito\b"
    r"|\b(?:è stat[oa]|abbiamo) (?:\w+ ){0,2}(?:inviat[oa]|ricevut[oa]|spedit[oa])\b|\bcon successo\b"
    r"|\b(?:is|werd|hebben|zijn) (?:\w+ ){0,4}(?:verzonden|verstuurd|ontvangen)\b|\bsuccesvol\b"
    r"|\b(?:foi|recebemos) (?:\w+ ){0,2}(?:enviad[oa]|recebid[oa])\b|\bcom sucesso\b",
    re.IGNORECASE,
)

_NEGATED = re.compile(
    r"\b(?:not|never|no|\w+n't|nicht|keine?|nunca|mai|nooit) (?:\w+ ){0,3}"
    r"(?:sent|received|submitted|delivered|success\w*|erhalten|eingegangen|gesendet|recibid[oa]|ricevut[oa]|"
    r"ontvangen)\b",
    re.IGNORECASE,
)
"""What is denied is no success, nor always a failure: "if you have not received an answer by Friday"."""

_FAILURE = re.compile(
    r"\b(?:error|erreurs?|fehler|errore|errori|fout|erro|failed|failure|"
    r"échec|échoué|fehlgeschlagen|mislukt|falló|fallito)\b"
    r"|\b(?:invalid|invalide|incorrecte?|ungültig|inválid[oa]|non valid[oa]|ongeldig)\b"
    r"|\b(?:could not|cannot|can't|unable to|was not|has not been|not been|n'a pas|n'a pu|impossible|"
    r"pas pu|pas été|nicht)"
    r" (?:\w+ ){0,3}(?:sent|send|submit|submitted|deliver|process|envoyée?|envoyer|transmise?|"
    r"gesendet|versendet|übermittelt|verschickt|erfolgreich|traiter)\b"
    r"|(?:\bnot|n't)(?: yet| been)? (?:sent|submitted|delivered|processed|successful(?:ly)?)\b|\bunsuccessful"
    r"|\bnon (?:envoyée?|transmise?)\b|\baucune? \w+ n'a été\b"
    r"|\bno (?:se ha|ha sido|fue) (?:\w+ )?enviad[oa]\b|\bnon è stat[oa] (?:\w+ )?(?:inviat|spedit)[oa]\b"
    r"|\bniet (?:\w+ )?(?:verzonden|verstuurd|succesvol)\b|\bnão foi (?:\w+ )?enviad[oa]\b"
    r"|\bno se (?:ha )?(?:podido|pudo)\b|\bnon è stato possibile\b|\bkon niet\b|\bnão foi possível\b"
    r"|\b(?:is|are) (?:a )?required\b|\brequired field|\bplease (?:enter|fill|complete|check|correct|"
    r"provide|try again)\b"
    r"|\bmerci d(?:e |')(?:bien vouloir |nous )?(?:remplir|saisir|corriger|renseigner|"
    r"réessayer|compléter|cocher)\b"
    r"|\bobligatoires?\b|\bveuillez (?:\w+ )?(?:remplir|saisir|corriger|vérifier|renseigner|"
    r"réessayer|compléter)\b"
    r"|\bpflichtfeld|\bbitte (?:\w+ ){0,4}(?:ausfüllen|eingeben|prüfen|korrigieren)\b"
    r"|\bes obligatorio\b|\bobbligatori"
    r"|\bverplicht veld|\bcampo obrigatório|\bspam\b|\btry again\b|\bréessayer\b|\bwent wrong\b|\bproblème\b",
    re.IGNORECASE,
)

_CAPTCHA = re.compile(
    r"captcha|\b(?:not a robot|pas un robot|kein roboter|no soy un robot|non sono un robot|geen robot|"
    r"não sou um robô)\b"
    r"|\bverify (?:that )?you are (?:a )?human\b|\bturnstile\b",
    re.IGNORECASE,
)

THANKS_URL = re.compile(
    r"(?:^|[/_.?&=#-])(?:thanks?|thank-?_?you|merci|danke|gracias|grazie|bedankt|obrigad[oa]|success|succes|sent|"
    r"envoye|confirmation|conferma|confirmacion|bestaetigung|bestatigung|bevestiging|confirmacao)(?=$|[/_.?&=#-])",
    re.IGNORECASE,
)
"""A path or query of a thank-you page."""

_DENIES = re.compile(r"=(?:0|false|no|none|error|fail\w*)(?:$|[&#])", re.IGNORECASE)


def denies(url: str) -> bool:
    """True for an address that says that nothing was sent: "?success=0", "/message-not-sent"."""
    path = url.partition("://")[2].partition("/")[2]
    return bool(_DENIES.search(path)) or reads_as_failure(re.sub(r"\W+", " ", path))


def reads_as_failure(text: str) -> bool:
    return bool(_FAILURE.search(_plain(text)))


def reads_as_success(text: str) -> bool:
    """Success words and no failure words: "Thank you for waiting, an error occurred" is none."""
    return bool(_SUCCESS.search(_NEGATED.sub(" ", _plain(text)))) and not reads_as_failure(text)


def reads_as_captcha(text: str) -> bool:
    return bool(_CAPTCHA.search(text))


def _plain(text: str) -> str:
    """With the apostrophes of a keyboard for those of a printer."""
    return text.replace("’", "'")
