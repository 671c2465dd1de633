"""Annotated pages of both layouts, made up here, read and scored."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from browser.forms.gold import GoldForm, GoldPage, aligned_controls, aligned_forms, read_pages
from browser.forms.reading import shipped
from browser.forms.scoring import Score, score_page, score_pages
from browser.forms.values import Meaning
from browser.snapshot import PageSnapshot
from shared.errors import BadInput
from tests.unit.forms.builders import control, page

CODES = {"your-name": "nf", "email": "e1", "message": "CC", "send": "Bs"}


def contact_page() -> PageSnapshot:
    return page(
        control("Your name", name="your-name"),
        control("E-mail", "email", name="email"),
        control("Message", "textarea", name="message"),
    )


def gold(codes: dict[str, str], kind: str = "c") -> GoldPage:
    return GoldPage(Path("a.html"), "http://shop.a.co.uk/", (GoldForm(kind, codes),))


def scored(gold_page: GoldPage, snapshot: PageSnapshot) -> Score:
    return score_pages([(gold_page, snapshot)], shipped())


def test_a_form_that_is_read_right_scores_full() -> None:
    score = scored(gold(CODES), contact_page())
    assert (score.contact.f1, score.field_accuracy, score.whole_form) == (1.0, 1.0, 1.0)
    assert not score.mistakes


def test_one_wrong_field_spoils_the_whole_form_and_is_listed() -> None:
    score = scored(gold({**CODES, "your-name": "ph"}), contact_page())
    assert score.field_accuracy == pytest.approx(2 / 3)
    assert score.whole_form == 0.0
    assert [(one.control, one.expected, one.got) for one in score.mistakes] == [
        ("your-name", "phone", "full_name")
    ]


def test_a_contact_form_annotated_as_another_counts_against_us() -> None:
    score = scored(gold(CODES, "s"), contact_page())
    assert (score.contact.wrong, score.contact.right) == (1, 0)
    assert score.field_accuracy is None


def test_a_form_that_is_not_fully_annotated_measures_no_fields() -> None:
    assert scored(gold({**CODES, "email": "XX"}), contact_page()).field_accuracy is None


def test_a_filled_trap_is_counted() -> None:
    score = scored(gold({**CODES, "your-name": "hp"}), contact_page())
    assert score.honeypots_filled == 1


def test_scores_of_two_pages_add_up() -> None:
    total, one = Score(), Score()
    score_page(one, gold(CODES), contact_page())
    total.add(one)
    total.add(one)
    assert (total.pages, total.contact.right, total.fields[True]) == (2, 2, 6)


def test_the_registered_domain_keeps_pages_together() -> None:
    assert gold(CODES).group == "a.co.uk"
    assert replace(gold(CODES), url="http://www.b.com/x").group == "b.com"


def test_forms_that_chromium_dropped_are_aligned_by_their_names() -> None:
    fields = {name: code for name, code in CODES.items() if code != "Bs"}
    two = replace(gold(CODES), forms=(GoldForm("s", {"q": "qq"}), GoldForm("c", fields)))
    assert [(one.type, form.ref) for one, form in aligned_forms(two, contact_page())] == [("c", "0:form")]


def test_a_formasaurus_folder_is_read_even_if_only_some_pages_are_there(tmp_path: Path) -> None:
    entry = {"url": "http://a.example/", "forms": ["c"], "visible_html_fields": [CODES]}
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "1.html").write_text("<form></form>")
    (tmp_path / "index.json").write_text(json.dumps({"html/1.html": entry, "html/2.html": entry}))
    assert [one.forms for one in read_pages(tmp_path)] == [(GoldForm("c", CODES),)]


def test_names_of_common_crawl_are_corrected_and_traps_are_known(tmp_path: Path) -> None:
    fields = """<h3>a.example</h3><form>
      <input name=first data-moz-autofill-type="given-name"><input name=mail data-moz-autofill-type=email>
      <div class="gform_validation_container"><input name=phone data-moz-autofill-type=tel></div>
      <textarea name=m></textarea><input type=submit name=go></form>"""
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "a.html").write_text(fields)
    (tmp_path / "index.json").write_text(json.dumps([{"file": "a.html"}]))
    (found,) = read_pages(tmp_path)
    assert [meaning for _, meaning in found.controls] == [
        Meaning.FULL_NAME,
        Meaning.EMAIL,
        Meaning.HONEYPOT,
        None,
    ]
    first = control("Name", name="first")
    snapshot = page(first)
    assert list(aligned_controls(found, snapshot)) == [(Meaning.FULL_NAME, first)]


def test_another_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        list(read_pages(tmp_path))
