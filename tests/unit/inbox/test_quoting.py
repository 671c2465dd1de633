"""What a person wrote, apart from all else in the mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.markup import to_text
from inbox.parsing import Mail
from inbox.quoting import Label, own_text, split

OWN = "Yes, that suits us.\n\nAnn"

ANNOUNCEMENTS = {
    "en": "On Mon, Jan 5, 2026 at 3:00 PM Bob Lee <bob@example.com> wrote:",
    "en wrapped": (
        "On Monday, January 5, 2026 at 3:00 PM Bob Lee of a Long Named Company\n<bob@example.com> wrote:"
    ),
    "fr": "Le lun. 5 janv. 2026 à 15:00, Bob Lee <bob@example.com> a écrit :",
    "de": "Am Mo., 5. Jan. 2026 um 15:00 Uhr schrieb Bob Lee <bob@example.com>:",
    "es": "El lun, 5 ene 2026 a las 15:00, Bob Lee (<bob@example.com>) escribió:",
    "it": "Il giorno lun 5 gen 2026 alle ore 15:00 Bob Lee <bob@example.com> ha scritto:",
    "pt": "Em seg., 5 de jan. de 2026 às 15:00, Bob Lee <bob@example.com> escreveu:",
    "nl": "Op ma 5 jan 2026 om 15:00 schreef Bob Lee <bob@example.com>:",
    "sv": "Den mån 5 jan. 2026 kl 15:00 skrev Bob Lee <bob@example.com>:",
    "da": "Den man. 5. jan. 2026 kl. 15.00 skrev Bob Lee <bob@example.com>:",
    "no": "man. 5. jan. 2026 kl. 15:00 skrev Bob Lee <bob@example.com>:",
    "fi": "ma 5. tammik. 2026 klo 15.00 Bob Lee (bob@example.com) kirjoitti:",
    "pl": "pon., 5 sty 2026 o 15:00 Bob Lee <bob@example.com> napisał(a):",
    "cs": "po 5. 1. 2026 v 15:00 odesílatel Bob Lee <bob@example.com> napsal:",
    "sk": "po 5. 1. 2026 o 15:00 Bob Lee <bob@example.com> napísal(a):",
    "ru": "пн, 5 янв. 2026 г. в 15:00, Bob Lee <bob@example.com>:",
    "uk": "пн, 5 січ. 2026 р. о 15:00 Bob Lee <bob@example.com> пише:",
    "tr": "Bob Lee <bob@example.com>, 5 Oca 2026 Pzt, 15:00 tarihinde şunu yazdı:",
    "hu": "Bob Lee <bob@example.com> ezt írta (időpont: 2026. jan. 5., H, 15:00):",
    "ro": "În lun., 5 ian. 2026 la 15:00, Bob Lee <bob@example.com> a scris:",
    "el": "Στις Δευ, 5 Ιαν 2026 στις 3:00 μ.μ., ο χρήστης Bob Lee <bob@example.com> έγραψε:",
    "zh": "Bob Lee <bob@example.com> 于2026年1月5日周一 15:00写道：",
    "ja": "2026年1月5日(月) 15:00 Bob Lee <bob@example.com>:",
    "ko": "2026년 1월 5일 (월) 오후 3:00, Bob Lee <bob@example.com>님이 작성:",
    "vi": "Vào Th 2, 5 thg 1, 2026 vào lúc 15:00 Bob Lee <bob@example.com> đã viết:",
    "ca": "El dl., 5 de gen. 2026, 15:00, Bob Lee <bob@example.com> va escriure:",
    "hr": "pon, 5. sij 2026. u 15:00 Bob Lee <bob@example.com> napisao je:",
    "bg": "На пн, 5.01.2026 г. в 15:00 Bob Lee <bob@example.com> написа:",
    "id": "Pada Sen, 5 Jan 2026 pukul 15.00 Bob Lee <bob@example.com> menulis:",
}

BLOCKS = {
    "en": (
        "From: Bob <bob@example.com>\nSent: Monday, January 5, 2026 3:00 PM\nTo: Ann "
        "<ann@example.com>\nSubject: Offer"
    ),
    "fr": (
        "De : Bob <bob@example.com>\nEnvoyé : lundi 5 janvier 2026 15:00\nÀ : Ann "
        "<ann@example.com>\nObjet : Offre"
    ),
    "de": "Von: Bob <bob@example.com>\nGesendet: Montag, 5. Januar 2026 15:00\nAn: Ann\nBetreff: Angebot",
    "es": "De: Bob <bob@example.com>\nEnviado: lunes, 5 de enero de 2026 15:00\nPara: Ann\nAsunto: Oferta",
    "it": "Da: Bob <bob@example.com>\nInviato: lunedì 5 gennaio 2026 15:00\nA: Ann\nOggetto: Offerta",
    "pt": (
        "De: Bob <bob@example.com>\nEnviado: segunda-feira, 5 de janeiro de 2026 "
        "15:00\nPara: Ann\nAssunto: Oferta"
    ),
    "nl": "Van: Bob <bob@example.com>\nVerzonden: maandag 5 januari 2026 15:00\nAan: Ann\nOnderwerp: Offerte",
    "sv": "Från: Bob <bob@example.com>\nSkickat: den 5 januari 2026 15:00\nTill: Ann\nÄmne: Offert",
    "da": "Fra: Bob <bob@example.com>\nSendt: 5. januar 2026 15:00\nTil: Ann\nEmne: Tilbud",
    "fi": (
        "Lähettäjä: Bob <bob@example.com>\nLähetetty: 5. tammikuuta 2026 "
        "15:00\nVastaanottaja: Ann\nAihe: Tarjous"
    ),
    "pl": "Od: Bob <bob@example.com>\nWysłano: 5 stycznia 2026 15:00\nDo: Ann\nTemat: Oferta",
    "cs": "Od: Bob <bob@example.com>\nOdesláno: 5. ledna 2026 15:00\nKomu: Ann\nPředmět: Nabídka",
    "ru": "От: Bob <bob@example.com>\nОтправлено: 5 января 2026 15:00\nКому: Ann\nТема: Предложение",
    "tr": "Kimden: Bob <bob@example.com>\nGönderildi: 5 Ocak 2026 15:00\nKime: Ann\nKonu: Teklif",
    "zh": "发件人: Bob <bob@example.com>\n发送时间: 2026年1月5日 15:00\n收件人: Ann\n主题: 报价",
    "ja": "差出人: Bob <bob@example.com>\n送信日時: 2026年1月5日 15:00\n宛先: Ann\n件名: お見積り",
    "bold": "*From:* Bob <bob@example.com>\n*Date:* Monday, January 5, 2026\n*To:* Ann\n*Subject:* Offer",
    "notes": "Bob Lee@EXAMPLE\n01/05/2026 03:00 PM\nTo: Ann Fox/Sales/Example@EXAMPLE\ncc:\nSubject: Offer",
    "notes in one line": (
        '"Bob Lee" <bob@example.com> on 01/05/2026 03:00:12 PM\nTo: <ann@example.com>\ncc:\n\nSubject: Offer'
    ),
}

RULES = [
    "-----Original Message-----",
    "-----Message d'origine-----",
    "-------- Message transféré --------",
    "-----Ursprüngliche Nachricht-----",
    "-----Mensaje original-----",
    "-----Messaggio originale-----",
    "-----Mensagem original-----",
    "-----Oorspronkelijk bericht-----",
    "-----Ursprungligt meddelande-----",
    "-----Oprindelig meddelelse-----",
    "-----Alkuperäinen viesti-----",
    "-----Wiadomość oryginalna-----",
    "-----Původní zpráva-----",
    "-------- Исходное сообщение --------",
    "---------- Forwarded message ----------",
    "------------------ 原始邮件 ------------------",
    "---------------------- Forwarded by Bob Lee/Example on 01/05/2026 03:00 PM -----------",
    "Begin forwarded message:",
    "Début du message réexpédié :",
    "Anfang der weitergeleiteten Nachricht:",
]


@pytest.mark.parametrize("language", ANNOUNCEMENTS)
@pytest.mark.parametrize("mark", ["> ", ""])
def test_an_announcement_begins_the_quotation(language: str, mark: str) -> None:
    text = f"{OWN}\n\n{ANNOUNCEMENTS[language]}\n\n{mark}Our offer is this.\n{mark}Best, Bob\n"
    found = split(text)
    assert found.own == OWN
    assert "Our offer" in found.quoted


@pytest.mark.parametrize("language", BLOCKS)
def test_a_block_of_headers_begins_the_quotation(language: str) -> None:
    found = split(f"{OWN}\n\n\n{BLOCKS[language]}\n\nOur offer is this.\n")
    assert found.own == OWN


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_that_names_a_message_begins_the_quotation(rule: str) -> None:
    assert split(f"{OWN}\n\n{rule}\n\nOur offer is this.\n").own == OWN


def test_an_answer_below_the_quotation_is_found() -> None:
    assert split(f"{ANNOUNCEMENTS['en']}\n> Our offer\n> is this.\n\n{OWN}").own == OWN


def test_answers_between_the_quotations_are_found() -> None:
    text = f"{ANNOUNCEMENTS['en']}\n> When?\nOn Monday.\n> How much?\n\nA hundred.\n"
    assert split(text).own == "On Monday.\n\nA hundred."


def test_an_answer_on_the_line_of_the_announcement_is_kept() -> None:
    assert split("yes--- On Mon, Jan 5, 2026 at 3:00 PM, bob@example.com wrote:\n> Hi\n").own == "yes"


def test_half_a_quoted_line_that_lost_its_mark_is_no_answer() -> None:
    broken = "a long quoted line that some program on the way has broken without care for\nits mark"
    text = f"{OWN}\n\n{ANNOUNCEMENTS['en']}\n> {broken}\n> end\n"
    assert split(text).own == OWN


@pytest.mark.parametrize(
    "text",
    [
        "On Monday we talked about the price.\nI wrote: it is too high.",
        "From: Paris\nwe drive to Lyon.",
        "To: do list for you\n- send the contract",
        "Note the following: we open at 9:00.",
        "The ratio is 3:1, see my table.\nDate of delivery: 5 May.",
        "MEMO\nTO: All\nFROM: Ann\nPlease read.",
        "a > b\nand c < d",
    ],
)
def test_ordinary_text_is_all_own(text: str) -> None:
    assert split(text).own == text


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Enviado desde mi iPhone",
        "Get Outlook for iOS",
        "Inviato da iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Envoyé à partir de Outlook pour Android",
    ],
)
def test_a_telephones_line_is_signature(line: str) -> None:
    found = split(f"{OWN}\n\n{line}\n")
    assert (found.own, found.signature) == (OWN, line)


def test_signature_disclaimer_and_banner_stand_apart() -> None:
    disclaimer = (
        "This message and any attachment are confidential and may be privileged. If "
        "you are not the intended recipient, please delete it."
    )
    banner = "CAUTION: This email originated from outside of the organization. Do not click links."
    found = split(f"{banner}\n\n{OWN}\n\n-- \nAnn Fox\nSales Director\n\n{disclaimer}\n")
    assert (found.banner, found.own, found.disclaimer) == (banner, OWN, disclaimer)
    assert found.signature == "-- \nAnn Fox\nSales Director"


def html(text: str) -> str:
    return own_text(Mail(html=text)).own


@pytest.mark.parametrize(
    "quotation",
    [
        (
            '<div class="gmail_quote"><div class="gmail_attr">Bob, '
            'yesterday</div><blockquote class="gmail_quote">Our offer</blockquote></div>'
        ),
        '<div id="divRplyFwdMsg"><b>From:</b> Bob<br></div><div>Our offer</div>',
        '<div id="appendonsend"></div><div>Our offer</div>',
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p>De&nbsp;: Bob</p></div><p>Our offer</p>',
        '<blockquote type="cite">Our offer</blockquote>',
        '<div class="moz-cite-prefix">Bob, hier</div><blockquote>Our offer</blockquote>',
        '<div class="yahoo_quoted"><div>Our offer</div></div>',
        '<div class="protonmail_quote">Our offer</div>',
        "<p>-----Original Message-----</p><p>Our offer</p>",
        "<p>On Mon, Jan 5, 2026 at 3:00 PM Bob &lt;bob@example.com&gt; wrote:</p><p>Our offer</p>",
    ],
)
def test_html_marks_its_quotations(quotation: str) -> None:
    assert html(f"<html><body><p>Yes, that suits us.</p>{quotation}</body></html>") == "Yes, that suits us."


def test_html_answers_between_quotations_are_found() -> None:
    text = (
        '<blockquote type="cite">When?</blockquote><div>On Monday.</div><blockquote '
        'type="cite">Where?</blockquote><div>Here.</div>'
    )
    assert html(text).split() == ["On", "Monday.", "Here."]


def test_html_is_read_as_a_reader_sees_it() -> None:
    source = (
        "<style>p{}</style><p>One&nbsp;two</p><ul><li>three</li></ul><!-- four "
        "--><script>five</script>six<br>seven"
    )
    assert to_text(source).split() == ["One", "two", "-", "three", "six", "seven"]


def test_html_helps_where_the_plain_text_marks_nothing() -> None:
    source = (
        '<div>Yes.</div><div class="gmail_quote"><blockquote class="gmail_quote">Our offer</blockquote></div>'
    )
    assert own_text(Mail(text="Yes.\n\nOur offer\n", html=source)).own == "Yes."


def test_no_sender_can_forge_the_marks_of_html() -> None:
    assert own_text(Mail(text="one\n\ue002\ntwo")).own == "one\n\ntwo"


@given(st.text())
def test_every_line_is_kept_under_one_label(text: str) -> None:
    found = split(text)
    spoken = {
        label: "\n".join(line for said, line in found.lines if said == label).strip() for label in Label
    }
    assert (found.own, found.quoted, found.signature) == (spoken[0], spoken[1], spoken[2])


@given(
    st.lists(
        st.sampled_from(
            [*ANNOUNCEMENTS.values(), *BLOCKS.values(), *RULES, "> quoted", "", "own", "-- ", "To: x"]
        )
    )
)
def test_any_order_of_marks_is_read(pieces: list[str]) -> None:
    split("\n".join(pieces))
