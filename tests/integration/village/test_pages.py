"""The sites look to a visitor as the scenario says."""

import csv
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from lxml import html
from protego import Protego

from tests.integration.village.visits import get
from tests.village import scenario
from tests.village.programs import Village
from tests.village.scenario import BY_NAME, SITES, Site

UP = [site.name for site in SITES if site.outcome.state != "unreachable"]


@pytest.mark.parametrize("name", UP)
async def test_every_link_in_the_navigation_and_footer_leads_to_a_page(
    web: aiohttp.ClientSession, village: Village, name: str
) -> None:
    home = html.fromstring(await get(web, village.url(name, "/")))
    links = {str(link) for link in home.xpath("//nav//a/@href | //footer//a/@href")}
    company = BY_NAME[name].company
    assert {company.about_page[0], company.legal_page[0], company.contact_page[0]} <= links
    for link in links:
        assert company.name in html.fromstring(await get(web, village.url(name, link))).text_content()


@pytest.mark.parametrize("name", UP)
async def test_no_page_fetches_anything_from_outside_the_village(
    web: aiohttp.ClientSession, village: Village, name: str
) -> None:
    page = html.fromstring(await get(web, village.url(name, BY_NAME[name].company.contact_page[0])))
    page.make_links_absolute(village.url(name, "/"))
    links = [urlsplit(address) for *_, address, _ in page.iterlinks()]
    hosts = {link.hostname or "" for link in links if link.scheme not in ("mailto", "data")}
    assert all(host.endswith(".localhost") for host in hosts)


@pytest.mark.parametrize("site", [site for site in SITES if site.name in UP], ids=lambda site: site.name)
async def test_robots_txt_allows_what_the_scenario_says(
    web: aiohttp.ClientSession, village: Village, site: Site
) -> None:
    rules = Protego.parse(await get(web, village.url(site.name, "/robots.txt")))
    assert rules.can_fetch("/contact", "Relance") is (site.outcome.reason != "robots")


async def test_the_site_without_a_form_only_names_its_mailbox(
    web: aiohttp.ClientSession, village: Village
) -> None:
    page = html.fromstring(await get(web, village.url("ferme-des-charmes", "/contact")))
    assert page.forms == []
    assert page.xpath("//a/@href[starts-with(., 'mailto:')]") == [
        "mailto:paniers@ferme-des-charmes.localhost"
    ]


async def test_the_site_that_is_down_refuses_the_connection(
    web: aiohttp.ClientSession, village: Village
) -> None:
    with pytest.raises(aiohttp.ClientConnectorError):
        await web.get(BY_NAME["transports-legrand"].url(village.port))


def test_the_operators_csv_lists_every_site_and_then_four_bad_rows(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    scenario.write_leads_csv(path, 8123)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    good, bad = rows[:-4], rows[-4:]
    assert tuple(rows[0]) == scenario.COLUMNS
    assert [row["website"] for row in good] == [site.url(8123) for site in SITES]
    assert bad[0]["website"] == ""
    assert bad[1]["email"].count("@") == 2
    assert urlsplit(bad[2]["website"].lower()).netloc == urlsplit(good[0]["website"]).netloc
    assert bad[3]["language"] not in ("fr", "en")


def test_the_village_knows_nothing_of_the_product() -> None:
    product = {"shared", "browser", "inbox", "classifiers", "workers"}
    for program in ("sites", "mail"):
        code = f"import tests.village.{program}, sys; print(*{{name.split('.')[0] for name in sys.modules}})"
        loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert not product & set(loaded.stdout.split())
