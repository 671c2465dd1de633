"""What is done to a contact form, and what is never done."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from browser.forms.options import choose
from browser.forms.plan import decide, fitted, plan_form
from browser.forms.values import FieldAction, FormPlan, Meaning
from browser.snapshot import Button, Control, Option, PageSnapshot
from tests.unit.forms.builders import LETTER, control, page

MAIL = control("E-mail *", "email", name="email", required=True)
MESSAGE = control("Message *", "textarea", name="message", required=True)
NAME = control("Your name *", name="your-name", required=True)


def planned(snapshot: PageSnapshot) -> FormPlan:
    plan = plan_form(snapshot, LETTER)
    assert plan is not None
    return plan


def done_to(plan: FormPlan, one: Control) -> FieldAction:
    return next(action for action in plan.actions if action.control == one.ref)


def test_the_usual_three_fields_are_typed_in() -> None:
    plan = planned(page(NAME, MAIL, MESSAGE))
    assert [(one.kind, one.value) for one in plan.actions] == [
        ("type", "Ann Doe"),
        ("type", LETTER.email),
        ("type", LETTER.message),
    ]
    assert plan.submit == "0:send"
    assert not plan.next_step
    assert not plan.questions


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("First name", "Last name"),
        ("Prénom", "Nom"),
        ("Vorname", "Nachname"),
        ("Nombre", "Apellidos"),
        ("Nome", "Cognome"),
        ("Voornaam", "Achternaam"),
        ("Nome", "Apelido"),
    ],
)
def test_a_split_name_gets_its_parts(first: str, last: str) -> None:
    given_name, family_name = control(first), control(last)
    plan = planned(page(given_name, family_name, MAIL, MESSAGE))
    assert (done_to(plan, given_name).value, done_to(plan, family_name).value) == ("Ann", "Doe")


@pytest.mark.parametrize("label", ["Nom", "Nome", "Nombre", "Naam", "Name", "Nom et prénom"])
def test_a_name_that_stands_alone_is_the_whole_name(label: str) -> None:
    name = control(label)
    assert done_to(planned(page(name, MAIL, MESSAGE)), name).value == "Ann Doe"


@pytest.mark.parametrize(
    "label",
    ["Confirm e-mail", "Confirmez votre e-mail", "E-Mail bestätigen", "Repetir correo", "Conferma email"],
)
def test_an_email_that_is_asked_again_gets_the_same_address(label: str) -> None:
    again = control(label, "email", name="email_2", required=True)
    action = done_to(planned(page(NAME, MAIL, again, MESSAGE)), again)
    assert (action.meaning, action.value) == (Meaning.CONFIRM_EMAIL, LETTER.email)


@pytest.mark.parametrize(
    "hidden", ["opacity", "size", "clip", "offscreen", "visibility", "display", "ancestor"]
)
def test_what_a_person_cannot_see_is_never_touched(hidden: str) -> None:
    trap = control("Phone", name="phone", hidden_by=hidden, required=True)
    plan = planned(page(NAME, MAIL, trap, MESSAGE))
    assert done_to(plan, trap).kind == "leave"
    assert trap.ref in plan.honeypots
    assert not plan.questions


@pytest.mark.parametrize(
    "trap",
    [
        control("Phone", name="input_9", around="gfield gform_validation_container"),
        control("E-mail", name="wpforms[hp]"),
        control("Leave this field empty", name="website"),
        control("Laissez ce champ vide", name="url"),
        control("Bitte dieses Feld leer lassen", name="fax"),
        control("No rellenes este campo", name="telefono"),
        control("Lascia vuoto questo campo", name="sito"),
        control("Laat dit veld leeg", name="naam2"),
        control("Deixe este campo em branco", name="nome2"),
    ],
    ids=lambda one: one.label,
)
def test_a_visible_trap_is_left_alone(trap: Control) -> None:
    plan = planned(page(NAME, MAIL, trap, MESSAGE))
    assert done_to(plan, trap).kind == "leave"
    assert trap.ref in plan.honeypots


def test_consent_is_ticked_and_marketing_is_not() -> None:
    consent = control("I agree to the privacy policy", "checkbox", name="consent", required=True)
    news = control("Send me your newsletter", "checkbox", name="news")
    both = control(
        "I accept the terms and want to receive special offers", "checkbox", name="both", required=True
    )
    plan = planned(page(NAME, MAIL, MESSAGE, consent, news, both))
    assert [done_to(plan, one).kind for one in (consent, news, both)] == ["check", "leave", "leave"]
    assert [one.control for one in plan.questions] == [both.ref]


def test_a_required_group_of_boxes_is_not_answered_by_an_opt_in() -> None:
    boxes = [
        control("", "checkbox", name="wish[]", required=True, labels={"wrap": text, "legend": "Your wish"})
        for text in ("A quote", "Offers from our partners", "Information about special offers")
    ]
    plan = planned(page(NAME, MAIL, *boxes, MESSAGE))
    assert not [one for one in plan.actions if one.kind == "check"]
    assert [one.label for one in plan.questions] == ["Your wish"]


def test_an_opt_in_that_a_group_has_ticked_beforehand_is_cleared() -> None:
    boxes = [
        control("", "checkbox", name="wish[]", checked=on, labels={"wrap": text, "legend": "Your wish"})
        for text, on in (("A quote", False), ("The newsletter", True))
    ]
    cleared = done_to(planned(page(NAME, MAIL, *boxes, MESSAGE)), boxes[1])
    assert (cleared.kind, cleared.meaning) == ("leave", Meaning.MARKETING)


def test_a_question_about_news_is_answered_with_no() -> None:
    asked = {"legend": "Souhaitez-vous recevoir notre newsletter ?"}
    yes, no = (
        control("", "radio", name="n", value=text, checked=text == "Oui", labels={"wrap": text} | asked)
        for text in ("Oui", "Non")
    )
    assert done_to(planned(page(NAME, MAIL, yes, no, MESSAGE)), no).kind == "check"
    answers = (Option("1", "Yes"), Option("0", "No"))
    choice = control("Subscribe to our newsletter", "select-one", options=answers, value="1")
    taken = done_to(planned(page(NAME, MAIL, choice, MESSAGE)), choice)
    assert (taken.kind, taken.value) == ("select", "0")


def test_a_hidden_box_with_a_visible_label_is_ticked() -> None:
    consent = control(
        "J'accepte la politique de confidentialité", "checkbox", hidden_by="opacity", clickable_label=True
    )
    assert done_to(planned(page(NAME, MAIL, MESSAGE, consent)), consent).kind == "check"


def test_a_required_box_that_swears_off_selling_forbids_the_form() -> None:
    box = control("This is not a sales message", "checkbox", required=True)
    plan, why = decide(page(NAME, MAIL, MESSAGE, box), LETTER)
    assert plan is None
    assert why.startswith("forbidden:")


def test_a_required_choice_claims_nothing() -> None:
    topic = control(
        "Subject",
        "select-one",
        required=True,
        options=(Option("", "Please choose"), Option("q", "Request a quote"), Option("o", "Other")),
    )
    action = done_to(planned(page(NAME, MAIL, topic, MESSAGE)), topic)
    assert (action.kind, action.value) == ("select", "o")


def test_a_required_choice_without_a_neutral_option_is_asked_about() -> None:
    topic = control(
        "Order", "select-one", required=True, options=(Option("", "-"), Option("1", "I ordered a bag"))
    )
    plan = planned(page(NAME, MAIL, topic, MESSAGE))
    assert [(one.control, one.options) for one in plan.questions] == [(topic.ref, ("I ordered a bag",))]


def test_a_radio_group_is_answered_once() -> None:
    radios = [
        replace(
            control(text, "radio", name="topic", required=True), labels={"for": text, "legend": "Subject"}
        )
        for text in ("Support", "Complaint", "General enquiry")
    ]
    plan = planned(page(NAME, MAIL, *radios, MESSAGE))
    assert [one.control for one in plan.actions if one.kind == "check"] == [radios[2].ref]


def test_an_unknown_required_field_becomes_a_question() -> None:
    number = control("Numéro de SIRET *", name="siret", required=True)
    plan = planned(page(NAME, MAIL, number, MESSAGE))
    assert [one.label for one in plan.questions] == ["Numéro de SIRET *"]


def test_a_search_box_and_a_newsletter_are_no_contact_form() -> None:
    search = page(control("Search", "search", name="q"), heading="", button="Search")
    news = page(control("Your e-mail", "email", name="email"), heading="Newsletter", button="Subscribe")
    assert plan_form(search, LETTER) is None
    assert plan_form(news, LETTER) is None


def test_a_comment_form_is_no_contact_form() -> None:
    plan, why = decide(page(NAME, MAIL, MESSAGE, heading="Leave a reply", button="Post comment"), LETTER)
    assert plan is None
    assert "comment" in why


def test_the_button_that_goes_on_is_told_from_the_one_that_sends() -> None:
    snapshot = page(NAME, MAIL, MESSAGE, button="Next")
    assert planned(snapshot).next_step


def test_reset_is_never_pressed() -> None:
    snapshot = page(NAME, MAIL, MESSAGE)
    reset = Button("0:reset", 0, "0:form", "submit", "Reset", box=(100, 900, 80, 20))
    assert planned(replace(snapshot, buttons=(reset, *snapshot.buttons))).submit == "0:send"


def test_the_sender_country_is_found_in_any_language() -> None:
    options = (Option("", "Land wählen"), Option("DE", "Deutschland"), Option("FR", "Frankreich"))
    found = choose(options, Meaning.COUNTRY, LETTER)
    assert found is not None
    assert found[0].value == "FR"


def test_a_captcha_is_named_and_left_to_a_person() -> None:
    answer = control("", name="g-recaptcha-response", hidden_by="display")
    plan = planned(page(NAME, MAIL, MESSAGE, answer))
    assert plan.captcha == "recaptcha-v2"
    assert done_to(plan, answer).kind == "leave"


def test_a_sum_is_not_solved() -> None:
    quiz = control("3 + 4 = ?", name="quiz-1", required=True)
    plan = planned(page(NAME, MAIL, MESSAGE, quiz))
    assert plan.captcha == "quiz"
    assert done_to(plan, quiz).kind == "leave"


@given(st.text(max_size=400), st.integers(min_value=1, max_value=200))
@example(" words", 2)
def test_a_shortened_text_fits_and_is_a_beginning(text: str, length: int) -> None:
    short = fitted(text, length)
    assert len(short) <= length
    assert text.startswith(short)


def test_a_message_is_cut_after_a_sentence() -> None:
    assert fitted("One. Two and a half. Three", 21) == "One. Two and a half."


def test_a_list_whose_options_are_not_known_yet_is_asked_about_and_never_typed_in() -> None:
    country = control("Country *", "combobox", chooser="list", required=True)
    plan = planned(page(NAME, MAIL, country, MESSAGE))
    assert done_to(plan, country).kind == "leave"
    assert [one.control for one in plan.questions] == [country.ref]


def test_an_option_of_a_list_that_a_page_made_itself_is_chosen_by_its_text() -> None:
    topic = control("Topic *", "combobox", chooser="list", required=True, options=(Option("", "Other"),))
    action = done_to(planned(page(NAME, MAIL, topic, MESSAGE)), topic)
    assert (action.kind, action.value) == ("select", "Other")


def test_a_country_is_searched_for_where_typing_filters_a_list() -> None:
    country = control("Country *", chooser="search", required=True)
    action = done_to(planned(page(NAME, MAIL, country, MESSAGE)), country)
    assert (action.kind, action.value) == ("search", "France")


def test_a_proposed_country_is_typed_in_the_words_of_the_list() -> None:
    country = control("Land *", required=True, suggestions=("Belgien", "Frankreich"))
    action = done_to(planned(page(NAME, MAIL, country, MESSAGE)), country)
    assert (action.kind, action.value) == ("type", "Frankreich")


def test_a_country_that_no_proposal_names_is_a_persons_to_choose() -> None:
    country = control("Country *", required=True, suggestions=("Belgium", "Spain"))
    plan = planned(page(NAME, MAIL, country, MESSAGE))
    assert plan.questions[0].options == ("Belgium", "Spain")


def test_a_city_that_no_proposal_names_is_typed_all_the_same() -> None:
    city = control("City *", required=True, suggestions=("Paris", "Nice"))
    assert done_to(planned(page(NAME, MAIL, city, MESSAGE)), city).value == "Lyon"
