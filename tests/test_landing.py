"""A link to a heading leads to it, whatever on the page grows late: races, figures, parts that were not laid out."""

import re
from urllib.parse import quote

import pytest
from sampling import one_in
from site_helpers import ROOT, address, built, site, tab, toc_entries, visit  # noqa: F401

WIDTHS = [390, 1440]
SAMPLE = [  # races and live figures, long formulas, folds, tables, and lists; the others in turn at night
    "book/intro", "book/momentum/heavy_ball", "book/adaptive/adagrad", "book/modern/muon", "book/interview/claims",
    "book/reference/conventions",
]  # fmt: skip
RACES = ["momentum/heavy_ball", "momentum/nesterov", "adaptive/adagrad", "adam/bias_correction"]
OFF = 8  # px
HEADINGS = """() => [...document.querySelectorAll('article section section[id]')].filter(
    part => part.checkVisibility() && !part.closest('details:not([open])')).map(part => part.id)"""
# How far a part is from where a link should bring it; a page may end before.
MISSED = """id => {
    const part = document.getElementById(id), root = document.documentElement;
    const place = (parseFloat(getComputedStyle(root).scrollPaddingTop) || 0)
        + (parseFloat(getComputedStyle(part).scrollMarginTop) || 0);
    const top = part.getBoundingClientRect().top - place;
    return scrollY + innerHeight >= root.scrollHeight - 2 && top > 0 ? 0 : Math.round(top);
}"""
FOLLOW = """async id => {
    const link = Object.assign(document.createElement('a'), { href: `#${id}` });
    document.querySelector('article').append(link);
    link.click();
    link.remove();
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
WORDS = """id => {
    const heading = document.getElementById(id).querySelector('h2, h3, h4').cloneNode(true);
    heading.querySelectorAll('.headerlink, mjx-container').forEach(one => one.remove());
    return heading.textContent.trim();
}"""
BESIDE = "id => document.getElementById(id).getBoundingClientRect().top + 30 - innerHeight / 2"


def opened(browser, url, width):
    """The page as a reader has it who has touched nothing; figures that come into view have come."""
    page = tab(browser, width, motion="no-preference")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(100)
    return page


def missed(page, name):
    off = page.evaluate(MISSED, name)
    return {name: off} if abs(off) > OFF else {}


def by_address(browser, url, name, width):
    page = opened(browser, f"{url}#{name}", width)
    found = missed(page, name)
    page.close()
    return found


def by_click(browser, url, width, every=1):
    """By links in the page, one after the other; and the headings of the page."""
    page, found = opened(browser, url, width), {}
    names = page.evaluate(HEADINGS)
    for name in names[::every]:
        page.evaluate(FOLLOW, name)
        found |= missed(page, name)
    page.close()
    return found, names


@pytest.mark.parametrize("name", RACES)
def test_a_race_says_how_many_race(name):
    text = (ROOT / f"book/{name}.ipynb").read_text("utf8").replace('\\"', '"')
    ((style, race),) = re.findall(r'<div class="optedu-race"( style="--racers: \d"|) data-race="([^"]+)"', text)
    assert race.count("/") == int(style[-2] if style else 2)


@pytest.mark.parametrize(("name", "width"), one_in(2, [(name, WIDTHS[k // 2 % 2]) for k, name in enumerate(SAMPLE)], 1))
def test_links_land(browser, address, name, width):  # noqa: F811
    url = f"{address}/{name}.html"
    found, names = by_click(browser, url, width)
    for one in {names[len(names) // 2], names[-1]}:
        found |= {f"address #{k}": off for k, off in by_address(browser, url, one, width).items()}
    assert not found


@pytest.mark.parametrize(("name", "width"), one_in(2, [("book/momentum/heavy_ball", 390), ("book/modern/muon", 1440)]))
def test_a_link_to_a_piece_of_text_lands(browser, address, name, width):  # noqa: F811
    """A browser brings it to the middle."""
    url = f"{address}/{name}.html"
    page = opened(browser, url, width)
    names = page.evaluate(HEADINGS)
    words = {one: page.evaluate(WORDS, one) for one in names[2::4]}
    page.close()
    far = {}
    for one, text in words.items():
        page = opened(browser, f"{url}#:~:text={quote(text, safe='').replace('-', '%2D')}", width)
        off = page.evaluate(BESIDE, one)
        if abs(off) > 100:  # the place of the words in the part, and of the bar on top
            far[text] = off
        page.close()
    assert len(words) > 2 and not far


@pytest.mark.parametrize(
    ("name", "width"),
    one_in(2, [(name, (390, 1440, 600, 768)[(k + k // 4) % 4]) for k, name in enumerate(RACES * 2)]),
)
def test_room_is_kept_for_a_race(browser, address, name, width):  # noqa: F811
    """All but the lines into which the names of its runs may break; each race at two of four widths."""
    page, _ = visit(browser, f"{address}/book/{name}.html", address, width)
    height = "document.querySelector('.optedu-race').offsetHeight"
    before = page.evaluate(height)
    page.locator(".optedu-race").scroll_into_view_if_needed()
    page.wait_for_selector(".race-ready")
    assert abs(page.evaluate(height) - before) <= 32
    page.close()


@pytest.mark.nightly
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", toc_entries())
def test_every_heading_of_every_page(browser, address, name, width):  # noqa: F811
    url = f"{address}/{name}.html"
    found, names = by_click(browser, url, width)
    for one in names:
        found |= {f"address #{k}": off for k, off in by_address(browser, url, one, width).items()}
    assert not found
