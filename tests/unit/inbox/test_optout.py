"""Who asked to be left alone, and who only used the same words."""

import pytest

from inbox import optout
from inbox.parsing import Mail, parse
from inbox.understanding import Kind, understand

ASKS = [
    "Please remove me from your mailing list.",
    "Could you kindly take us off your list?",
    "Unsubscribe",
    "STOP",
    "Hello,\nplease unsubscribe me.\nThanks",
    "I would like to be removed from your contact list, thank you.",
    "Please stop emailing me.",
    "Do not contact me again.",
    "Don't send me any more of these emails.",
    "We are not interested and do not wish to receive further messages.",
    "How do I unsubscribe?",
    "No more emails please.",
    "Please delete my personal data.",
    "Merci de me désinscrire de votre liste.",
    "Bonjour, pourriez-vous me retirer de votre fichier ? Cordialement",
    "Veuillez ne plus me contacter.",
    "Je ne souhaite plus recevoir vos mails.",
    "Nous ne souhaitons pas être démarchés par mail.",
    "Arrêtez de m'envoyer des mails !",
    "Désinscription",
    "Merci de supprimer mon adresse de votre base de données.",
    "Je m'oppose au traitement de mes données à des fins de prospection.",
    "Bitte nehmen Sie mich aus Ihrem Verteiler.",
    "Bitte keine weiteren E-Mails.",
    "Wir möchten keine Werbung mehr erhalten.",
    "Kontaktieren Sie uns bitte nicht mehr.",
    "Bitte löschen Sie meine Daten.",
    "Por favor, darme de baja de su lista.",
    "No me envíen más correos.",
    "No deseo recibir más mensajes de ustedes.",
    "Elimínenme de su base de datos, gracias.",
    "Vi prego di cancellarmi dalla vostra lista.",
    "Non desidero ricevere altre email.",
    "Per favore non contattatemi più.",
    "Graag uitschrijven uit uw bestand.",
    "Wij willen geen mails meer ontvangen.",
    "Gelieve mijn gegevens te verwijderen.",
    "Por favor, remova-me da sua lista.",
    "Não quero receber mais emails.",
    "Parem de enviar mensagens.",
    "Hiermit verlange ich gemäß Art. 17 DSGVO die Löschung meiner personenbezogenen Daten.",
    "Wir bitten Sie, von weiteren Zusendungen abzusehen.",
    "En vertu du RGPD, nous exigeons la suppression de l'ensemble des données nous concernant.",
    "Supprimez svp.",
    "I hereby demand that you delete all data you hold on our company.",
    "Delete please.",
    "Solicito la supresión de mis datos personales.",
    "Borren mi contacto, por favor.",
    "Pretendo la cancellazione di ogni dato che mi riguarda dai vostri archivi.",
    "Wij verzoeken om verwijdering van al onze gegevens.",
    "Solicito a exclusão dos meus dados conforme a LGPD.",
    "Quem passou meu contato? Exclui por favor",
]

ASKS_NOTHING = [
    "Yes, we are interested. Please call me tomorrow.",
    "Not interested, thank you.",
    "Please don't unsubscribe me, I still want your news.",
    "Ne me désinscrivez surtout pas, votre offre m'intéresse.",
    "Do not hesitate to contact me.",
    "N'hésitez pas à me contacter.",
    "Please do not contact me before September, I am on parental leave.",
    "Merci de ne pas me contacter par téléphone, préférez le mail.",
    "Our customers unsubscribe from newsletters too often: can you help?",
    "I want to unsubscribe from our own provider, what do you charge?",
    "To unsubscribe from this list, click here.",
    "Si vous ne souhaitez plus recevoir nos messages, cliquez ici.",
    "Wenn Sie keine weiteren Nachrichten erhalten möchten, klicken Sie hier.",
    "Can you stop by our office on Monday?",
    "Please send me more information about removing old machines from our workshop.",
    "Quel est le prix ? Merci de m'envoyer un devis.",
    "Wir melden uns nächste Woche bei Ihnen.",
    "No tenemos presupuesto este año, escríbame en enero.",
    "Non abbiamo bisogno adesso, ci risentiamo a gennaio.",
    "Wij hebben op dit moment geen behoefte.",
    "Can you delete the data that our old system exports every night?",
    "Nous demandons la suppression de la clause 4 de votre contrat.",
    "Wir verlangen die Löschung der doppelten Rechnung.",
    "Solicitamos la cancelación del pedido.",
    "Neste momento não temos orçamento.",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_person_who_asks_to_be_left_alone_is_heard(text: str) -> None:
    assert optout.detect(Mail(), text) is not None


@pytest.mark.parametrize("text", ASKS_NOTHING)
def test_a_person_who_asks_something_else_stays_a_contact(text: str) -> None:
    assert optout.detect(Mail(), text) is None


WROTE = "On Mon, Jan 5, 2026 at 3:00 PM Us <us@example.org> wrote:"


def mail(body: str, headers: str = "") -> bytes:
    return f"From: Ann <ann@example.com>\nTo: us@example.org\nSubject: Re: hello\n{headers}\n{body}".encode()


def test_a_wish_is_heard_where_a_line_breaks_inside_its_words() -> None:
    own = "Thank you, we have talked it over.\nWe do not want to\nreceive any more emails from you.\n"
    assert optout.by_words(Mail(), own) is not None


def test_a_sentence_of_one_blunt_word_is_heard_in_a_short_answer() -> None:
    assert optout.by_words(Mail(), "Hola,\n\nno gracias. Baja.\n") is not None


def test_our_own_quoted_footer_is_no_opt_out() -> None:
    body = f"Thanks, send me your prices.\n\n{WROTE}\n> Please remove me\n> STOP\n"
    assert understand(mail(body)).kind is Kind.PERSON


def test_an_opt_out_below_the_quotation_is_heard() -> None:
    body = f"{WROTE}\n> our offer\n\nPlease remove me from your list.\n"
    found = understand(mail(body))
    assert found.kind is Kind.OPT_OUT
    assert found.opt_out is not None
    assert found.opt_out.evidence == "Please remove me from your list."


def test_apples_one_click_is_an_opt_out_though_it_calls_itself_automatic() -> None:
    raw = mail(
        "Apple Mail sent this email to unsubscribe.",
        "Auto-Submitted: auto-replied\nX-Apple-Unsubscribe: true\n",
    )
    assert understand(raw).rule == "apple_unsubscribe"


def test_an_answer_to_list_unsubscribe_is_an_opt_out() -> None:
    raw = b"From: ann@example.com\nTo: us+token@example.org\nSubject: unsubscribe\n\nunsubscribe\n"
    assert understand(raw).rule == "list_unsubscribe"


COMPLAINT = """\
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: text/plain

This is an abuse report.
--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
Original-Rcpt-To: <bob@example.net>
--b--
"""


def test_a_complaint_names_who_complained() -> None:
    found = optout.detect(parse(COMPLAINT.format(kind="abuse").encode()), "")
    assert found is not None
    assert found.addresses == ("bob@example.net",)


def test_a_report_on_authentication_is_nobodys_wish() -> None:
    assert understand(COMPLAINT.format(kind="auth-failure").encode()).kind is Kind.AUTOMATIC
