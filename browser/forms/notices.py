"""Words by which a site refuses unasked offers, in eight languages: who says so is not written to."""

import re
from dataclasses import dataclass

from browser.snapshot import PageSnapshot

_PATTERNS = (
    ("fr", r"démarchage|demarchage"),
    ("fr", r"(pas|aucune?|ni|refus\w*|interdi\w*|non) [^.!?\n]{0,60}(prospection|sollicitations?)\b"),
    (
        "fr",
        (
            r"(prospection|sollicitations?) (commerciales? )?(\w+ ){0,4}(interdite?s?|refusée?s?|"
            r"non souhaitée?s?|"
            r"ne (sera|seront) pas)"
        ),
    ),
    (
        "fr",
        (
            r"(ne|n['’]) [^.!?\n]{0,40}(offres? commerciales?|propositions? commerciales?|"
            r"publicité)[^.!?\n]{0,40}"
            r"(traitée?s?|réponse|acceptée?s?|lue?s?)"
        ),
    ),
    (
        "en",
        (
            r"\bno (unsolicited|soliciting|solicitations?|solicitors|cold (calls?|e-?mails?|sales)|"
            r"sales (calls?|pitch\w*|"
            r"e-?mails?|enquiries|inquiries|messages?|reps|offers?)|marketing (e-?mails?|messages?|offers?|"
            r"enquiries|inquiries)|"
            r"vendors?|recruiters)\b"
        ),
    ),
    (
        "en",
        (
            r"\b(do not|don['’]t|not|never) (accept|welcome|want|reply|respond|use|contact|send|"
            r"wish)\b[^.!?\n]{0,80}"
            r"(solicit|sales (pitch|message|e-?mail|call|offer|enquir|inquir|purpose|approach)|cold (e-?mail|"
            r"call)|marketing (purpose|"
            r"e-?mail|message|offer|service|pitch)|unsolicited|advertis|"
            r"SEO (service|offer|pitch|compan|agenc))"
        ),
    ),
    (
        "en",
        (
            r"\b(solicit(ation|ing|ations)|"
            r"unsolicited (offers?|e-?mails?|messages?|sales|marketing|proposals?)|"
            r"cold e-?mails?|sales (pitches|messages|e-?mails|enquiries|"
            r"inquiries))\b[^.!?\n]{0,60}\b(not (be )?(permitted|allowed|"
            r"accepted|answered|welcome|responded|read|wanted)|prohibited|forbidden|deleted|ignored|reported|"
            r"blocked|unwelcome)"
        ),
    ),
    (
        "en",
        (
            r"this (is not|isn['’]t) (a |an )?(sales|marketing|solicitation|advertis)\w*|"
            r"\bI am not (selling|soliciting|a (sales|marketing))"
        ),
    ),
    (
        "de",
        (
            r"(keine|unerwünschte|unverlangte|untersag\w+)[^.!?\n]{0,60}(werbung|werbeanfragen|werbeangebote|"
            r"akquise\w*|"
            r"vertriebsanfragen|vertreter\w*|kaltakquise|werbemails?|werbe-?e-?mails?|verkaufsangebote)"
        ),
    ),
    (
        "de",
        (
            r"(werbung|akquise|kaltakquise|vertriebsanfragen|werbeanfragen)[^.!?\n]{0,60}(unerwünscht|"
            r"untersagt|verboten|"
            r"nicht (gestattet|erwünscht|gewünscht|beantwortet|bearbeitet)|gelöscht|ignoriert)"
        ),
    ),
    ("de", r"widerspr\w+[^.!?\n]{0,160}(werbung|werbe\w*|werblich\w*)"),
    ("de", r"(werbung|werbe\w*|informationsmaterialien)[^.!?\n]{0,120}widersprochen"),
    (
        "es",
        (
            r"(no|prohibid\w+|sin) [^.!?\n]{0,60}(publicidad no (solicitada|deseada)|ofertas comerciales|"
            r"visitas? comercial\w*|"
            r"comerciales no solicitad\w+|mensajes comerciales|propuestas comerciales|venta a puerta|"
            r"spam comercial)"
        ),
    ),
    (
        "es",
        (
            r"(publicidad|ofertas? comerciales?|propuestas? comerciales?)[^.!?\n]{0,50}"
            r"(no (se|será|serán|son)|"
            r"prohibid|"
            r"abstener|abstén)"
        ),
    ),
    (
        "it",
        (
            r"(no|non|vietat\w+|divieto di|niente) [^.!?\n]{0,60}(proposte commerciali|offerte commerciali|"
            r"pubblicità|"
            r"sollecitazion\w+ commercial\w+|messaggi promozionali|messaggi commerciali|telemarketing|"
            r"spam commerciale)"
        ),
    ),
    (
        "it",
        (
            r"(proposte|offerte|comunicazioni|email) (commerciali|pubblicitarie) [^.!?\n]{0,50}(non (saranno|"
            r"verranno|sono)|"
            r"vietat|cestinat|ignorat)"
        ),
    ),
    (
        "nl",
        (
            r"(geen|niet|ongewenste|ongevraagde) [^.!?\n]{0,50}(acquisitie|reclame|colportage|"
            r"verkoop(gesprek\w*|praat\w*|"
            r"telefoon\w*)|commerciële (aanbieding|mail|bericht)\w*)"
        ),
    ),
    (
        "nl",
        (
            r"(acquisitie|reclame|colportage)[^.!?\n]{0,50}(niet (op prijs|gewenst|toegestaan|gewaardeerd)|"
            r"ongewenst|verboten|"
            r"geen prijs)"
        ),
    ),
    (
        "pt",
        (
            r"(não|proibid\w+|sem) [^.!?\n]{0,60}(propostas comerciais|ofertas comerciais|publicidade|"
            r"prospeção|prospecção|"
            r"contatos? comercia\w+|contactos? comercia\w+|mensagens (comerciais|promocionais)|telemarketing)"
        ),
    ),
    (
        "pt",
        (
            r"(propostas|ofertas|mensagens) (comerciais|publicitárias|promocionais)[^.!?\n]{0,50}(não (serão|"
            r"são)|"
            r"proibid|ignorad|descartad)"
        ),
    ),
    (
        "ja",
        r"営業(メール|電話|目的|の(ご)?連絡|のお電話|のメール|・勧誘|や勧誘)?[^。\n]{0,30}(お断り|ご遠慮|固くお断り|禁止|お控え)",
    ),
    ("ja", r"(セールス|勧誘|売り込み)[^。\n]{0,30}(お断り|ご遠慮|禁止|お控え)"),
)
_COMPILED = tuple((language, re.compile(pattern, re.IGNORECASE)) for language, pattern in _PATTERNS)
_BOX = re.compile(
    r"\b(not|isn['’]t|no) (a |an |any |for )?(sales|marketing|solicit|advertis|commercial|unsolicited)|"
    r"\bnot (selling|soliciting)|(n['’]est|ne s['’]agit) pas [^.]{0,40}(commercial|prospection|démarchage|"
    r"publicit)|"
    r"ne démarche pas|keine (werbung|werbliche|werbeanfrage|akquise|vertriebs)|"
    r"no (es|se trata de) [^.]{0,30}(comercial|publicidad|venta)|non (è|"
    r"si tratta di) [^.]{0,30}(commercial|pubblicit|vendita)|"
    r"geen (acquisitie|reclame|verkoop|commercie)|não (é|se trata de) [^.]{0,30}(comercial|publicidade|"
    r"venda)|"
    r"営業(目的)?ではありません",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?。\n]*[.!?。]?")
_LONGEST = 60_000


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal: the language it is in, the sentence that says it (`text`), and the words that fired."""

    language: str
    text: str
    words: str


def find_notice(snapshot: PageSnapshot) -> Notice | None:
    """The first refusal of unasked offers on a page, its forms included, or None."""
    return next(
        (
            found
            for text in (snapshot.text, *(one.text for one in snapshot.forms))
            if (found := notice_in(text))
        ),
        None,
    )


def notice_in(text: str) -> Notice | None:
    """The first refusal of unasked offers in a text, or None. Reads the first 60,000 characters."""
    for line in text[:_LONGEST].splitlines():
        for match in _SENTENCE.finditer(line[:4000]):
            if found := _in_sentence(match.group().strip()):
                return found
    return None


def _in_sentence(sentence: str) -> Notice | None:
    if len(sentence) < 4:
        return None
    for language, pattern in _COMPILED:
        if fired := pattern.search(sentence):
            return Notice(language, sentence[:300], fired.group())
    return None


def is_no_sales_box(text: str) -> bool:
    """Whether a checkbox declares that this is no sales message; ours may be one, so it is never ticked."""
    return bool(_BOX.search(text[:400]))
