"""Answers from fixed prose."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox.responders.guard import violations
from inbox.responders.template import PROSE, TemplateResponder
from inbox.responders.values import DraftRequest, Identity, Passage, Thread, Turn, reply_subject
from shared.errors import ResponderFailed

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FRENCH = Passage(
    "p1", "Tarifs", "L'abonnement est de 49 € par mois et par utilisateur, pour vous et votre équipe."
)
ENGLISH = Passage(
    "p2", "Prices", "The plan is 49 € a month for each of your users, and you pay it with the order."
)


def asking(intent: str, language: str, *passages: Passage) -> DraftRequest:
    thread = Thread("Your offer", (Turn("them", "Tell me more.", AT, "Mme Roux"),))
    return DraftRequest(thread, "WARM", intent, language, Identity("Anna Martin", "Acme"), passages)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("intent", PROSE)
def test_every_template_is_complete_and_invents_nothing(intent: str, language: str) -> None:
    request = asking(intent, language)
    draft = TemplateResponder().draft(request)
    assert draft.body.endswith("Anna Martin\nAcme")
    assert "Mme Roux," in draft.body.splitlines()[0]
    assert draft.language == language
    assert violations(draft, request) == ()


@pytest.mark.parametrize("intent", PROSE)
def test_a_template_always_goes_to_a_person(intent: str) -> None:
    assert TemplateResponder().draft(asking(intent, "en")).needs_person


def test_facts_are_the_tenants_own_words_and_are_cited() -> None:
    draft = TemplateResponder().draft(asking("REQUEST_INFO", "fr", FRENCH))
    assert FRENCH.text in draft.body
    assert draft.passages == ("p1",)


def test_a_passage_in_another_language_is_left_out() -> None:
    draft = TemplateResponder().draft(asking("REQUEST_PRICE", "fr", ENGLISH))
    assert ENGLISH.text not in draft.body
    assert draft.passages == ()


def test_an_answer_to_later_brings_no_arguments() -> None:
    assert FRENCH.text not in TemplateResponder().draft(asking("INTERESTED_LATER", "fr", FRENCH)).body


def test_whoever_writes_another_language_is_answered_in_english() -> None:
    draft = TemplateResponder().draft(asking("INTERESTED_NOW", "de"))
    assert draft.language == "en"
    assert draft.body.startswith("Hello Mme Roux,")


@pytest.mark.parametrize("intent", ["OPT_OUT", "POLITE_DECLINE", "OOO", "BOUNCE", "JUNK"])
def test_there_is_no_template_for_those_who_are_not_answered(intent: str) -> None:
    with pytest.raises(ResponderFailed):
        TemplateResponder().draft(asking(intent, "en"))


def test_the_subject_is_answered_once() -> None:
    assert reply_subject("Your offer") == "Re: Your offer"
    assert reply_subject("RE: Your\r\n offer") == "RE: Your offer"
    assert reply_subject("") == "Re:"


def test_nameless_writers_are_greeted_without_a_name() -> None:
    request = asking("INTERESTED_NOW", "fr")
    nameless = replace(request, thread=Thread("x", (Turn("them", "Oui", AT),)))
    assert TemplateResponder().draft(nameless).body.startswith("Bonjour,\n")
