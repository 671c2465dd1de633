"""Which links lead to a contact form, and which sites a program may visit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.discovery import Link, common, rank, same_site
from browser.filler_text import same
from browser.outcome.products import PRODUCTS

HOME = "https://www.exemple.fr/"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/contact", "Contact"),
        ("/nous-contacter", "Nous contacter"),
        ("/kontakt", "Kontakt"),
        ("/contacto", "Contáctenos"),
        ("/contatti", "Contatti"),
        ("/neem-contact-op", "Neem contact op"),
        ("/contato", "Fale conosco"),
        ("/x", "Get in touch"),
    ],
)
def test_the_contact_page_comes_first_in_seven_languages(path: str, text: str) -> None:
    links = [
        Link("/blog/contact-with-nature", "Our news"),
        Link("/about", "About"),
        Link(path, text),
        Link("/", "Home"),
    ]
    assert rank(links, HOME)[0].url == f"https://www.exemple.fr{path}"
    assert rank(links, HOME)[0].why


def test_lenses_logins_files_and_other_sites_are_not_contact_pages() -> None:
    links = [
        Link("/login", "Contact login"),
        Link("/contact.pdf", "Contact"),
        Link("mailto:a@b.fr", "Contact"),
        Link("https://elsewhere.com/contact", "Contact"),
        Link("javascript:void(0)", "Contact"),
    ]
    assert not [one for one in rank(links, HOME) if one.score > 5]


def test_a_subdomain_is_the_same_site_and_a_shared_host_is_not() -> None:
    assert same_site("https://shop.exemple.fr/", HOME)
    assert not same_site("https://a.github.io/", "https://b.github.io/")
    assert not same_site("https://a.co.uk/", "https://b.co.uk/")


def test_the_usual_addresses_are_of_the_same_host() -> None:
    assert all(one.url.startswith(HOME) for one in common(HOME))


@given(st.lists(st.builds(Link, st.text(max_size=60), st.text(max_size=60)), max_size=8))
def test_any_links_can_be_ranked(links: list[Link]) -> None:
    ranked = rank(links, HOME)
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    assert all(same_site(one.url, HOME) for one in ranked)


@pytest.mark.parametrize(
    ("wanted", "held"),
    [
        ("+33 6 12 34 56 78", "0612345678"),
        ("+33 6 12 34 56 78", "06 12 34 56 78"),
        ("+33612345678", "+33 6 12 34 56 78"),
        ("a\nb", "a\r\nb"),
        ("2027-03-09", "09/03/2027"),
    ],
)
def test_a_masked_value_is_the_same_value(wanted: str, held: str) -> None:
    assert same(wanted, held)


@pytest.mark.parametrize(
    ("wanted", "held"), [("+33612345678", "061234567"), ("Anna", "Ann"), ("Anna", ""), ("12 rue X", "12")]
)
def test_a_cut_value_is_not(wanted: str, held: str) -> None:
    assert not same(wanted, held)


def test_product_names_are_unique() -> None:
    assert len({product.name for product in PRODUCTS}) == len(PRODUCTS) == 20
