"""What labels mean, in seven languages, and what the model is made of."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.forms.captcha_signs import product
from browser.forms.features import WIDTH
from browser.forms.fields import Field, fields_of
from browser.forms.model import WEIGHTS, Linear, load, pack
from browser.forms.reading import read_fields, read_page, shipped
from browser.forms.traps import trap
from browser.forms.values import Meaning
from browser.forms.vocabulary import core, hits, normal
from browser.snapshot import Control, Sign
from tests.unit.forms.builders import control, page

MAIL = control("E-mail", "email")
MESSAGE = control("Message", "textarea")


@pytest.mark.parametrize(
    ("meaning", "labels"),
    [
        (Meaning.PHONE, "Téléphone|Phone number|Telefonnummer|Teléfono|Telefono|Telefoonnummer|Telefone"),
        (Meaning.COMPANY, "Société|Company|Firma|Empresa|Azienda|Bedrijf|Nome da empresa"),
        (Meaning.SUBJECT, "Objet|Subject|Betreff|Asunto|Oggetto|Onderwerp|Assunto"),
        (Meaning.POSTCODE, "Code postal|Zip code|PLZ|Código postal|CAP|Postcode|CEP"),
        (Meaning.CITY, "Ville|City|Stadt|Ciudad|Città|Woonplaats|Cidade"),
        (Meaning.COUNTRY, "Pays|Country|Land|País|Paese|Land|País"),
        (Meaning.WEBSITE, "Site web|Website|Webseite|Sitio web|Sito web|Website|Site"),
        (
            Meaning.FULL_NAME,
            "Nom et prénom|Full name|Vor- und Nachname|Nombre completo|Nominativo|Naam|Nome completo",
        ),
    ],
)
def test_labels_are_understood_in_seven_languages(meaning: Meaning, labels: str) -> None:
    for label in labels.split("|"):
        read = read_fields(fields_of([control(label), MAIL, MESSAGE]), shipped().field)
        assert read[0].meaning is meaning, label
        assert read[0].why


@pytest.mark.parametrize(
    "label", ["Please enter your e-mail address *", "Votre e-mail (obligatoire)", "E-Mail-Adresse"]
)
def test_an_email_in_a_plain_input_is_known(label: str) -> None:
    assert read_fields(fields_of([control(label), MESSAGE]), shipped().field)[0].meaning is Meaning.EMAIL


def test_a_longer_label_is_its_core() -> None:
    assert core("Please enter your company name (required):") == "company name"
    assert Meaning.COMPANY in hits("Please enter your company name (required):")[0]


@given(st.text(st.characters(max_codepoint=0x24F), max_size=200))
def test_normal_latin_texts_stay_normal(text: str) -> None:
    assert normal(normal(text)) == normal(text)


def test_boxes_under_one_question_are_one_field() -> None:
    boxes = [control(one, "checkbox", name=f"input_6.{n}") for n, one in enumerate(["Morning", "Noon"], 1)]
    assert len(fields_of(boxes)) == 2
    joined = [replace(one, labels={"for": one.label, "legend": "When?"}) for one in boxes]
    assert [field.label for field in fields_of(joined)] == ["When?"]


def test_a_reading_says_what_each_form_is_for() -> None:
    (read,) = read_page(page(control("Name"), MAIL, MESSAGE))
    assert read.kind == "contact"
    assert read.wants_message
    (bought,) = read_page(page(control("Name"), MAIL, MESSAGE, button="Place order"))
    assert bought.kind == "order"


def test_packed_weights_come_back_within_a_hundredth() -> None:
    random = np.random.default_rng(1)
    weights = np.zeros((WIDTH, 3), dtype=np.float32)
    weights[:50] = random.normal(size=(50, 3))
    held = pack("x", Linear(("a", "b", "c"), weights, np.zeros(3, dtype=np.float32)))
    back = held["x_weights"].astype(float) * held["x_scale"]
    assert np.abs(back - weights[held["x_columns"]]).max() < np.abs(weights).max() / 100


def test_the_shipped_file_is_small_and_its_probabilities_add_up() -> None:
    assert WEIGHTS.stat().st_size < 5_000_000
    for name in ("field", "form"):
        assert load(name).probabilities([{"anything": 1.0}, {}]).sum(axis=1) == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    ("sign", "named"),
    [
        ("div g-recaptcha data-sitekey data-size=", "recaptcha-v2"),
        ("div g-recaptcha data-sitekey data-size=invisible", "recaptcha-v3"),
        ("script https://www.google.com/recaptcha/api.js?render=6LcAAAAAAAAAAAAAAAAAAAA", "recaptcha-v3"),
        ("script https://www.google.com/recaptcha/api.js", ""),
        ("iframe https://newassets.hcaptcha.com/captcha/v1", "hcaptcha"),
        ("div cf-turnstile data-sitekey data-size=", "turnstile"),
        ("div frc-captcha data-sitekey data-size=", "friendly-captcha"),
    ],
)
def test_a_captcha_product_is_named_by_its_signs(sign: str, named: str) -> None:
    assert product([Sign(None, sign)], "0:form", []) == named


@pytest.mark.parametrize(
    ("label", "name", "named"),
    [("7 + 5 =", "x", "quiz"), ("Capital of France?", "quiz-1", ""), ("Security code", "code", "image")],
)
def test_a_question_that_proves_a_person_is_known(label: str, name: str, named: str) -> None:
    assert product([], "0:form", [control(label, name=name)]) == named


def test_the_quiz_of_contact_form_7_is_known_by_its_class() -> None:
    assert product([], "0:form", [control("Capital of France?", css_class="wpcf7-quiz")]) == "quiz"


@pytest.mark.parametrize(
    "text",
    [
        "Aceito receber publicidade de parceiros",
        "Autorizo el envío de publicidad de sus socios",
        "Partners mogen mij commerciële berichten sturen",
        "I agree to receive text messages",
        "Ich möchte werbliche E-Mails bekommen",
        "J'accepte de recevoir des informations par SMS",
        "J'accepte d'être informé(e) des offres et nouveautés de la société",
        "J'accepte que mes données soient utilisées à des fins de prospection",
        "J'accepte d'être tenu informé par e-mail",
        "J'accepte de m'inscrire à la lettre d'information",
        "I agree to be contacted about products and services",
        "I agree to get occasional updates",
        "Yes, I agree to hear from you about exciting offers",
        "Ich stimme zu, über Neuigkeiten informiert zu werden",
        "Décochez cette case si vous ne souhaitez pas recevoir nos offres",
        "J'accepte la politique de confidentialité, " + "à savoir ceci, " * 40 + "et la newsletter",
    ],
)
def test_consent_to_be_sent_things_is_marketing(text: str) -> None:
    assert meaning_of_box(text) is Meaning.MARKETING


@pytest.mark.parametrize(
    "text",
    [
        "J'accepte que mes données soient utilisées pour recevoir une réponse",
        "I agree to the privacy policy and to receive a reply to my enquiry",
        "Ich stimme der Datenschutzerklärung zu, um eine Antwort zu erhalten",
    ],
)
def test_consent_to_be_answered_is_none(text: str) -> None:
    assert meaning_of_box(text) is Meaning.CONSENT


@pytest.mark.parametrize("more", [{"name": "newsletter"}, {"legend": "Souhaitez-vous notre newsletter ?"}])
def test_a_bare_yes_is_read_by_its_name_and_its_question(more: dict[str, str]) -> None:
    assert meaning_of_box("J'accepte", **more) is Meaning.MARKETING


@pytest.mark.parametrize(
    "text",
    [
        "Je ne souhaite pas recevoir la newsletter",
        "Please do not send me special offers",
        "Ich möchte keine Werbung",
        "Opt out of marketing",
    ],
)
def test_a_box_that_objects_to_news_is_no_opt_in(text: str) -> None:
    assert meaning_of_box(text) is Meaning.OTHER


def meaning_of_box(text: str, name: str = "", legend: str = "") -> Meaning:
    labels = {"wrap": text} | ({"legend": legend} if legend else {})
    box = Control("0:0", 0, None, "input", "checkbox", name=name, labels=labels)
    return read_fields([Field((box,))], shipped().field)[0].meaning


@pytest.mark.parametrize(
    "text",
    [
        "Leave this field blank",
        "Laissez ce champ vide",
        "Ce champ doit rester vide",
        "This field must be left blank",
        "Bitte lasse dieses Feld leer.",
        "Deja este campo en blanco",
        "Lascia questo campo vuoto",
        "Laat dit veld leeg",
        "Deixe este campo em branco",
    ],
)
def test_a_field_that_asks_to_be_left_empty_is_a_trap(text: str) -> None:
    assert trap(control(text, name="your-address"))


@pytest.mark.parametrize("text", ["Leave a message", "Laissez-nous un message", "Lassen Sie uns wissen"])
def test_a_field_that_asks_for_a_message_is_none(text: str) -> None:
    assert not trap(control(text, "textarea"))


def test_a_guess_is_not_taken_for_a_meaning() -> None:
    unsure = Linear(
        ("city", "phone", "street"), np.zeros((WIDTH, 3), dtype=np.float32), np.zeros(3, np.float32)
    )
    reading = read_fields(fields_of((control("Zzyzx"),)), unsure)[0]
    assert reading.meaning is Meaning.OTHER
    assert reading.why.startswith("no meaning is likely")


def test_an_editable_element_is_room_for_a_letter() -> None:
    letter = control("Votre message *", "textbox", required=True)
    assert read_page(page(control("Votre nom *"), MAIL, letter))[0].kind == "contact"
