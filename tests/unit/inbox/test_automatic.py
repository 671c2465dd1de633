"""What a machine wrote, and what a person wrote about absences, tickets and thanks."""

from datetime import date

import pytest

from inbox.automatic import Kind
from inbox.understanding import Kind as Speaker
from inbox.understanding import Understanding, understand

SENDER = "Ann <ann@example.com>"


def read(body: str, subject: str = "Re: hello", headers: str = "", sender: str = SENDER) -> Understanding:
    when = "Mon, 3 Aug 2026 10:00:00 +0200"
    raw = f"From: {sender}\nTo: us@example.org\nDate: {when}\nSubject: {subject}\n{headers}\n{body}"
    return understand(raw.encode())


ABSENCES = [
    (
        "Automatic reply: Hello",
        ("I am out of the office until 24 August 2026. For urgent matters contact bob@example.com."),
    ),
    (
        "Re: hello",
        (
            "Thank you for your message. I am out of the office until 24 August with "
            "limited access to email.\nIn my absence please contact bob@example.com"
        ),
    ),
    (
        "Réponse automatique : Bonjour",
        ("Je suis absente jusqu'au 24 août inclus. En cas d'urgence, contactez bob@example.com."),
    ),
    (
        "Absence",
        (
            "Bonjour,\n\nActuellement en congés, je serai de retour le 24/08/2026. Merci "
            "de contacter bob@example.com en cas d'urgence."
        ),
    ),
    (
        "Automatische Antwort: Hallo",
        (
            "Ich bin bis zum 24.08.2026 nicht im Büro. In dringenden Fällen wenden Sie "
            "sich an bob@example.com."
        ),
    ),
    (
        "Respuesta automática: Hola",
        (
            "Estoy fuera de la oficina hasta el 24 de agosto. Para asuntos urgentes "
            "contacte con bob@example.com"
        ),
    ),
    ("Risposta automatica: Ciao", "Sono in ferie fino al 24 agosto. Per urgenze contattare bob@example.com."),
    (
        "Automatisch antwoord: Hallo",
        ("Ik ben op vakantie tot 24 augustus. Voor dringende zaken: contact bob@example.com."),
    ),
    (
        "Resposta automática: Olá",
        ("Estou de férias até 24 de agosto. Em caso de urgência contacte bob@example.com."),
    ),
]


@pytest.mark.parametrize(("subject", "body"), ABSENCES)
def test_an_absence_tells_when_it_ends_and_who_stands_in(subject: str, body: str) -> None:
    found = read(body, subject).automatic
    assert found is not None
    assert (found.kind, found.returns, found.substitute) == (
        Kind.ABSENCE,
        date(2026, 8, 24),
        "bob@example.com",
    )


@pytest.mark.parametrize(
    "body",
    [
        "Sorry for the delay, I was out of the office last week. Can you send me a quote?",
        "I am on holiday next week, could we talk on the 24th?",
        "Je suis en congés la semaine prochaine, pouvez-vous me rappeler après ?",
        "Thank you for your message. We are interested, what would it cost?",
        "Merci pour votre message, pouvez-vous m'envoyer vos tarifs ?",
        "Vielen Dank für Ihre Nachricht, wir haben leider keinen Bedarf.",
    ],
)
def test_a_person_who_writes_of_absence_or_thanks_stays_a_person(body: str) -> None:
    assert read(body).kind is Speaker.PERSON


COPIES = [
    (
        "We received your message",
        ("Thank you for contacting us. We will get back to you within two business days."),
    ),
    (
        ("Votre message a bien été envoyé"),
        ("Nous avons bien reçu votre message et vous répondrons dans les meilleurs délais."),
    ),
    ("Ihre Anfrage", "Vielen Dank für Ihre Nachricht. Wir melden uns schnellstmöglich bei Ihnen."),
    ("Gracias por contactar", "Hemos recibido su mensaje y le responderemos lo antes posible."),
    ("Grazie", "Grazie per averci contattato. Le risponderemo il prima possibile."),
    (
        "Bedankt voor uw bericht",
        ("Wij hebben uw bericht ontvangen en nemen zo snel mogelijk contact met u op."),
    ),
    ("Obrigado pelo contacto", "Recebemos a sua mensagem e responderemos o mais breve possível."),
]


@pytest.mark.parametrize(("subject", "body"), COPIES)
def test_a_forms_copy_is_known_as_one(subject: str, body: str) -> None:
    found = read(body, subject, sender="Acme <noreply@example.com>").automatic
    assert found is not None
    assert found.kind is Kind.FORM_COPY


@pytest.mark.parametrize(("subject", "body"), COPIES)
def test_a_forms_copy_needs_no_machines_address(subject: str, body: str) -> None:
    found = read(body, subject, sender="Acme <hello@example.com>").automatic
    assert found is not None
    assert found.kind is Kind.FORM_COPY


def test_a_ticket_systems_acknowledgement_is_a_ticket() -> None:
    body = "Your request (48213) has been received and is being reviewed by our support staff."
    found = read(
        body, "[Request received] #48213", "X-Zendesk-From-Account-Id: 1\n", "support@example.com"
    ).automatic
    assert found is not None
    assert found.kind is Kind.TICKET


def test_a_challenge_asks_the_sender_to_prove_something() -> None:
    body = "Your message is held. Please click http://example.com/c/1 to verify you are a real person."
    found = read(body, "Please confirm your message").automatic
    assert found is not None
    assert found.kind is Kind.CHALLENGE


@pytest.mark.parametrize(
    ("headers", "body", "kind"),
    [
        (
            "Content-Type: multipart/report; report-type=disposition-notification; boundary=b\n",
            (
                "--b\nContent-Type: text/plain\n\nYour message was "
                "displayed.\n--b\nContent-Type: "
                "message/disposition-notification\n\nDisposition: "
                "manual-action/MDN-sent-manually; displayed\n--b--"
            ),
            Kind.READ_RECEIPT,
        ),
        (
            ("Content-Type: text/calendar; method=REQUEST\n"),
            ("BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR"),
            Kind.CALENDAR,
        ),
        ("List-Id: <news.example.com>\n", "This week: nothing new.", Kind.MAILING_LIST),
        ("Auto-Submitted: auto-generated\n", "Backup finished.", Kind.OTHER),
        ("Return-Path: <>\n", "Something happened.", Kind.OTHER),
    ],
)
def test_form_alone_gives_a_machine_away(headers: str, body: str, kind: Kind) -> None:
    found = read(body, "Hello", headers).automatic
    assert found is not None
    assert found.kind is kind


def test_a_mailbox_that_is_a_group_of_our_own_still_gets_people() -> None:
    headers = "List-Id: <contact.example.org>\nDelivered-To: contact@example.org\nPrecedence: list\n"
    assert read("Yes, please call me.", headers=headers).kind is Speaker.PERSON


def test_a_year_that_is_missing_is_the_next_one() -> None:
    raw = (
        b"From: ann@example.com\nDate: Mon, 28 Dec 2026 10:00:00 +0000\nSubject: Automatic reply: x\n\n"
        b"I am out of the office until 4 January."
    )
    found = understand(raw).automatic
    assert found is not None
    assert found.returns == date(2027, 1, 4)
