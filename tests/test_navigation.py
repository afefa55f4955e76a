"""The sidebar is short and shows where one is; what has been read is ticked off."""

import re

import pytest
import yaml
from bs4 import BeautifulSoup
from site_helpers import ROOT, address, built, site, toc_entries, visit  # noqa: F401

IN_VIEW = """link => { const {top, bottom} = link.getBoundingClientRect();
    return link.checkVisibility() && top >= 0 && bottom <= innerHeight; }"""
CURRENT = "nav.bd-links .current > a"


def sidebar(site, name):  # noqa: F811
    nav = re.search(r'<nav class="bd-links.*?</nav>', (site / f"{name}.html").read_text("utf8"), re.DOTALL)
    return BeautifulSoup(nav[0], "html.parser")


def in_view(nav):
    """Links that are in view when a page opens."""
    return [a for a in nav.select("a") if not any(fold.get("open") is None for fold in a.find_parents("details"))]


@pytest.mark.parametrize("name", toc_entries())
def test_at_most_thirty_links_are_in_view_and_the_current_one_is(site, name):  # noqa: F811
    links = in_view(sidebar(site, name))
    assert len(links) <= 30
    current = [a for a in links if "current" in a.parent.get("class", [])]
    assert len(current) == 1, "its own entry, or that of the page which leads to it"


def test_interview_has_six_entries_and_their_pages_link_what_stands_below(site):  # noqa: F811
    (part,) = [p for p in yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))["parts"] if p["caption"] == "Interview"]
    nav = sidebar(site, "book/race")
    assert sum("interview/" in a["href"] for a in nav.select("a")) == len(part["chapters"]) == 6
    for chapter in part["chapters"]:
        page = BeautifulSoup((site / f"{chapter['file']}.html").read_text("utf8"), "html.parser")
        linked = {a["href"].partition("#")[0] for a in page.select("article a[href]")}
        below = {one["file"].removeprefix("book/interview/") + ".html" for one in chapter.get("sections", [])}
        assert below <= linked, chapter["file"]


@pytest.mark.parametrize("name", ["practice/trouble", "reference/bibliography", "interview/bank/coding"])
def test_the_drawer_of_a_phone_opens_at_the_current_chapter(browser, address, name):  # noqa: F811
    page, heard = visit(browser, f"{address}/book/{name}.html", address, 390, alone=True)
    page.set_viewport_size({"width": 390, "height": 500})
    page.locator(".primary-toggle").click()
    page.wait_for_function(f"({IN_VIEW})(document.querySelector({CURRENT!r}))")
    page.context.close()
    assert not heard, heard


def test_what_was_read_to_its_end_is_ticked(browser, address):  # noqa: F811
    """On a path and in the sidebar, in other pages too, and not before some time has passed."""
    page, heard = visit(browser, f"{address}/book/paths.html", address, alone=True)
    page.clock.install()
    page.goto(f"{address}/book/adaptive/adadelta.html")
    page.clock.fast_forward(1000)
    page.evaluate("() => scrollTo(0, document.documentElement.scrollHeight)")
    page.clock.fast_forward(1000)
    assert page.evaluate("localStorage.getItem('optedu.read')") is None
    page.wait_for_timeout(300)  # the end of the page has been noticed
    page.clock.fast_forward(30_000)
    page.wait_for_function("localStorage.getItem('optedu.read') === '[\"adaptive/adadelta\"]'")
    assert page.locator(f"{CURRENT}[data-read]").count() == 1

    page.goto(f"{address}/book/paths.html")
    path = page.locator(".path").first
    box = path.get_by_role("checkbox", name="Momentum: read")
    box.check()
    assert path.get_attribute("data-progress") == "1 of 10 read"
    page.goto(f"{address}/book/momentum/nesterov.html")
    ticked = [a.get_attribute("href") for a in page.locator("nav.bd-links a[data-read]").all()]
    assert ticked == ["heavy_ball.html", "../adaptive/adadelta.html"]
    page.goto(f"{address}/book/paths.html")
    assert box.is_checked()
    box.uncheck()
    assert path.get_attribute("data-progress") == "0 of 10 read"
    page.context.close()
    assert not heard, heard


def test_paths_lead_to_chapters(site):  # noqa: F811
    page = BeautifulSoup((site / "book/paths.html").read_text("utf8"), "html.parser")
    for item in page.select(".path li"):
        link = item.select_one("a")
        text = (site / "book" / link["href"]).read_text("utf8")
        title = BeautifulSoup(re.search(r"<h1>.*?</h1>", text, re.DOTALL)[0], "html.parser")
        for extra in title.select(".section-number, .headerlink"):
            extra.decompose()
        assert title.get_text().strip() == link.get_text().strip()
