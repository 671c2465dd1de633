"""A CSV of leads: good lines go in, bad ones are listed by line and reason, nothing is lost."""

import csv
import io
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import BadInput
from workers.services.lead_csv import MAX_BYTES, NewLead, RowError, parse, registrable

HEAD = "company,website,first_name,last_name,email,language,city\n"


def read(text: str | bytes) -> list[NewLead | RowError]:
    return list(parse(text.encode() if isinstance(text, str) else text, "fr"))


def reasons(text: str | bytes) -> dict[int, str]:
    return {row.line: row.reason for row in read(text) if isinstance(row, RowError)}


def test_a_good_line_becomes_a_lead_with_its_registrable_domain() -> None:
    (lead,) = read(HEAD + "Café Noir,https://www.cafe-noir.co.uk/fr,Léa,Roy,LEA@cafe-noir.co.uk,en,Lyon\n")
    assert lead == NewLead(
        2, "Café Noir", "https://www.cafe-noir.co.uk/fr", "cafe-noir.co.uk",
        "Léa", "Roy", "lea@cafe-noir.co.uk", "en", "Lyon",
    )  # fmt: skip


def test_a_website_without_a_scheme_is_taken_as_https() -> None:
    (lead,) = read("company,website\nA,example.org\n")
    assert isinstance(lead, NewLead)
    assert (lead.website, lead.language) == ("https://example.org", "fr")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str) -> None:
    text = f"Company {separator} WEBSITE\nA{separator}example.org\n"
    assert isinstance(read(text)[0], NewLead)


def test_a_byte_order_mark_is_no_part_of_the_first_column() -> None:
    assert isinstance(read(b"\xef\xbb\xbfcompany,website\nA,example.org\n")[0], NewLead)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(BadInput, match="lacks the column website"):
        read("company,url\nA,example.org\n")


def test_an_empty_file_is_refused_with_what_its_first_line_must_be() -> None:
    with pytest.raises(BadInput, match="first line must name company, website"):
        read("")


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(BadInput, match="50 MB"):
        read(b"x" * (MAX_BYTES + 1))


def test_utf_16_is_refused_with_what_to_do() -> None:
    with pytest.raises(BadInput, match="UTF-8"):
        read("company,website\nA,example.org\n".encode("utf-16"))


def test_lines_that_are_not_utf_8_are_refused_alone() -> None:
    text = "company,website\nCafé,cafe.example.org\n".encode("latin-1") + b"Bar,bar.org\n"
    assert list(reasons(text)) == [2]
    assert [row.company for row in read(text) if isinstance(row, NewLead)] == ["Bar"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (f"A,example.org/{'x' * 485},,,,,", "longer than 500"),
        (f"A,{'x' * 250}.example,,,,,", "not a web address"),
        (",example.org,,,,,", "company is empty"),
        ("A,,,,,,", "website is empty"),
        ("A,not a site,,,,,", "not a web address"),
        ("A,ftp://example.org,,,,,", "not a web address"),
        ("A,javascript:alert(1),,,,,", "not a web address"),
        ("A,http://[::1,,,,,", "not a web address"),
        ("A,http://example.org:99999,,,,,", "not a web address"),
        ("A,example.org,,,nobody@@example.org,,", "not a mail address"),
        ("A,example.org,,,,tlh,", "language 'tlh'"),
        (f"{'A' * 201},example.org,,,,,", "longer than 200"),
    ],
)
def test_a_bad_line_is_listed_with_its_reason(line: str, reason: str) -> None:
    found = reasons(HEAD + line + "\nGood,good.org,,,,,\n")
    assert list(found) == [2]
    assert reason in found[2]


def test_a_duplicate_names_the_line_that_came_first() -> None:
    found = reasons("company,website\nA,http://shop.example.org/\nB,b.org\nC,HTTPS://WWW.Example.org\n")
    assert found == {4: "example.org stands on line 2 already."}


def test_both_spellings_of_an_international_name_are_one_company() -> None:
    found = reasons("company,website\nA,https://www.müller.de\nB,https://xn--mller-kva.de/\n")
    assert found == {3: "müller.de stands on line 2 already."}


def test_a_host_that_only_looks_international_stands_for_itself() -> None:
    assert registrable("http://xn--\u00fc.de/") == "xn--\u00fc.de"
    assert registrable("http://xn--zzzzzzz99999.de/") == "xn--zzzzzzz99999.de"


def test_hosts_without_a_public_suffix_stand_for_themselves() -> None:
    assert registrable("http://bakery.localhost:81/") == "bakery.localhost"
    assert registrable("http://10.0.0.1/") == "10.0.0.1"


def test_a_record_of_several_lines_is_refused_where_any_of_them_is_not_utf_8() -> None:
    assert list(reasons(b'company,website,note\nA,a.org,"caf\xe9\nbar"\nB,b.org,\n')) == [3]


def test_lines_that_end_as_on_an_old_mac_are_told_apart_too() -> None:
    found = read(b"company,website\rA,a.org\rCaf\xe9,b.org\rC,c.org\r")
    assert [row.line for row in found if isinstance(row, RowError)] == [3]


def test_a_nul_is_refused_with_its_line_and_the_rest_goes_in() -> None:
    assert reasons("company,website\nA\0,a.org\nB,b.org\n") == {2: "The line holds a NUL character."}


def companies(text: str) -> list[str]:
    return [row.company for row in read(text) if isinstance(row, NewLead)]


LEFT_OPEN = [
    'company,website\n"A,a.org\nB,b.org\n"C",c.org\nD,d.org\n',
    'company,website,note\nA,a.org,"call\nB,b.org,fine\nC,c.org,"x"\nD,d.org\n',
    'company,website,note\nA,a.org,"call\nB,b.org,fine\nC,c.org,5"\nD,d.org,\n',
    'company,website,note\nA,a.org,"call\nB,b.org,fine\nC,c.org,\nD,d.org,\n',
    'note,company,website\n"call,A,a.org\nfine,B,b.org\n"x, y",C,c.org\n,D,d.org\n',
]


@pytest.mark.parametrize("text", LEFT_OPEN)
def test_a_quotation_mark_that_is_left_open_costs_its_own_line_alone(text: str) -> None:
    assert list(reasons(text)) == [2]
    assert "A quotation mark is left open: close it" in reasons(text)[2]
    assert companies(text) == ["B", "C", "D"]


def test_a_note_of_several_lines_is_no_open_quotation_mark() -> None:
    text = 'company,website,note\nA,a.org,"call them,\n\nthey said ""soon"", on a.org"\nB,b.org,\n'
    assert (reasons(text), companies(text)) == ({}, ["A", "B"])


def test_a_company_of_several_lines_is_refused_with_how_many() -> None:
    found = reasons('company,website\n"A\nof B",a.org\nC,c.org\n')
    assert found == {3: "company runs over 2 lines up to this one: is a quotation mark left open?"}


def test_cells_that_no_column_names_are_refused_with_what_to_do() -> None:
    text = "company,website,city\nA, Sons and Daughters,a.org,Lyon\nB,b.org,Lyon,,\n"
    assert reasons(text) == {
        2: "It has 4 cells, the first line names 3: put a text that holds the separator in quotation marks."
    }
    assert companies(text) == ["B"]


def test_a_line_that_is_no_csv_is_named_and_the_others_go_in() -> None:
    text = f"company,website\nA,a.org\n{'B' * 200_000},b.org\nC,c.org\n"
    assert list(reasons(text)) == [3]
    assert "not CSV" in reasons(text)[3]
    assert companies(text) == ["A", "C"]


def test_a_quotation_mark_that_nothing_closes_in_a_long_file_costs_its_own_line_alone() -> None:
    many = [f"C{number},c{number}.org" for number in range(20_000)]
    text = "\n".join(["company,website", "A,a.org", '"B,b.org', *many])
    assert list(reasons(text)) == [3]
    assert len(companies(text)) == 20_001


def test_a_first_line_that_is_no_csv_is_refused() -> None:
    with pytest.raises(BadInput, match="not CSV"):
        read("x" * 200_000)


def test_a_first_line_whose_quotation_mark_takes_leads_with_it_is_refused() -> None:
    with pytest.raises(BadInput, match="not CSV"):
        read('company,website,"note\nA,a.org,\nB,b.org,"x"\n')


def test_a_column_that_stands_twice_is_refused() -> None:
    with pytest.raises(BadInput, match="website stands twice"):
        read("company,website,Website \nA,a.org,b.org\n")


cell = st.text(st.characters(codec="utf-8"), max_size=30)


@given(st.lists(st.lists(cell, min_size=2, max_size=7), max_size=20))
def test_every_line_is_a_lead_or_an_error_and_none_raises(rows: list[list[str]]) -> None:
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["company", "website"])
    writer.writerows(rows)
    found = read(file.getvalue())
    assert len(found) <= len(rows)
    assert all(isinstance(row, NewLead | RowError) for row in found)


@given(st.binary(max_size=400))
def test_any_bytes_give_lines_or_one_clear_error(content: bytes) -> None:
    with suppress(BadInput):
        assert all(isinstance(row, NewLead | RowError) for row in parse(content, "fr"))
