"""Every page in a real browser: wide and narrow, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from sampling import one_in
from site_helpers import address, built, site, toc_entries, visit  # noqa: F401

# Loaded where there is least room, then given more. BETWEEN, where the side columns give way, only what fits is asked.
VIEWS = [(390, "dark"), (768, "dark"), (1440, "light")]
BETWEEN = 768
FROM_A_FOLDER = {  # and what shows that its scripts have done their work
    "book/intro": "section > h1",
    "book/adam/bias_correction": ".race-ready",
    "book/reference/api": "section > h1",
    "book/race": ".race-ready",
    "book/interview/quiz": ".quiz-question:not(:empty)",
    "book/interview/drill": "button.practice-main:has-text('Start Python')",
}

# Formulas the page carries, those not typeset, and those typeset as an error.
FORMULAS = """() => {
    const all = [...document.querySelectorAll('.math')];
    const bad = all.filter(m => !m.querySelector('mjx-container') || m.querySelector('mjx-merror'));
    return bad.map(m => m.textContent.trim().slice(0, 120));
}"""
SIDEWAYS = """() => {
    const wide = document.documentElement.scrollWidth - window.innerWidth;
    if (wide <= 0) return [];
    const culprits = [...document.querySelectorAll('main *')].filter(
        e => e.getBoundingClientRect().right > window.innerWidth + 1);
    return [`${wide} px too wide`, ...culprits.slice(0, 5).map(e => e.tagName + '.' + e.className)];
}"""
# A sentence in a column of one word's width is read word by word.
SQUEEZED = """() => [...document.querySelectorAll('article td')].filter(td => td.textContent.length > 60
    && !td.querySelector('mjx-container') && td.checkVisibility() && td.offsetWidth < 100).map(td => td.textContent)"""
# A chapter has ten thousand glyphs and tokens of code, which cost axe most of its time. Of what is alike one is asked
# about: each formula keeps its box and its MathML, each kind of token its first.
SIMPLIFY = """() => {
    // First all sizes are read, then all boxes emptied: in turn, each reading would lay out the page anew.
    // In em, since letters are larger where there is more room.
    const sizes = [...document.querySelectorAll('mjx-math')].map(
        g => [g, g.getBoundingClientRect(), parseFloat(getComputedStyle(g).fontSize)]);
    for (const [glyphs, { width, height }, em] of sizes) {
        glyphs.replaceChildren();
        glyphs.style.cssText += `; display: inline-block; width: ${width / em}em; height: ${height / em}em`;
    }
    const seen = new Set();
    for (const token of document.querySelectorAll('.highlight pre span[class], .sig span[class]')) {
        const around = ['.cell_input', '.cell_output', '.sig'].map(selector => !!token.closest(selector));
        const kind = `${token.className} ${token.parentElement.className} ${around}`;
        if (seen.has(kind)) token.replaceWith(...token.childNodes);
        seen.add(kind);
    }
    for (const code of document.querySelectorAll('.highlight pre, .sig')) code.normalize();
}"""
# Lessons are written for a phone: fifty columns of code fit. What is behind a fold may scroll.
CUT_OFF = """() => [...document.querySelectorAll('article .cell_input pre')].filter(code => code.checkVisibility() &&
    code.scrollWidth > code.clientWidth + 1 && code.textContent.split('\\n').every(line => line.length <= 50)
    ).map(code => code.textContent.slice(0, 50))"""
# Contrast is a matter of style alone, and style of names and classes (and stripes) from the page down to the element:
# the text of one element of each kind is looked at. How much room a part is given is no style, MathML is not seen.
BY_STYLE = {"color-contrast": "*", "link-in-text-block": "a[href]"}
KINDS = """() => {
    const kinds = new Map(), seen = new Set();
    const kind = element => {
        if (!kinds.has(element)) {
            const { tagName, className, style, parentElement } = element;
            const stripe = tagName === 'TR' ? element.rowIndex % 2 : '';
            const set = (style?.cssText ?? '').replace(/--letters: *[0-9]+;?/, '');
            const own = `${tagName} ${className?.baseVal ?? className} ${stripe} ${set}`;
            kinds.set(element, parentElement ? `${kind(parentElement)} > ${own}` : own);
        }
        return kinds.get(element);
    };
    for (const element of document.querySelectorAll('body :not(mjx-assistive-mml *)')) {
        if (![...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
        if (!seen.has(kind(element))) element.dataset.oneOfAKind = '';
        seen.add(kind(element));
    }
}"""
# Letters that a fold has asked for are there, and what watches the size of boxes has been told of a new one.
DRAWN = """() => document.fonts.ready.then(
    () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done()))))"""
UNFOLD = "() => document.querySelectorAll('main details').forEach(d => d.open = true)"


def untypeset(page):
    return [f"formula: {x}" for x in page.evaluate(FORMULAS)]


def too_wide(page):
    """What does not fit, first with the folds closed."""
    problems = [f"sideways: {x}" for x in page.evaluate(SIDEWAYS)]
    page.evaluate(UNFOLD)
    return problems + [f"sideways, unfolded: {x}" for x in page.evaluate(SIDEWAYS)]


def squeezed(page):
    return [f"squeezed: {x}" for x in page.evaluate(SQUEEZED)]


def start_race(page):
    """A race is loaded when it is nearly seen."""
    race = page.locator(".optedu-race")
    if race.count():
        race.first.scroll_into_view_if_needed()
        page.wait_for_selector(".race-ready")


def open_answers(page):
    """The bank fetches what is opened."""
    if page.locator(".optedu-bank").count():
        page.wait_for_selector(".optedu-bank select")
        page.evaluate("""() => [...document.querySelectorAll('.optedu-bank details')].slice(40)
            .forEach(one => one.remove())""")  # each has a page of its topic, which is looked at, too
        page.evaluate(UNFOLD)
        page.wait_for_function("!document.querySelector('.optedu-bank details:not(:has(.quiz-part))')")
        page.wait_for_timeout(500)  # until formulas wider than the screen are reachable


def prepare_axe(page):
    for script in (SIMPLIFY, KINDS, Axe().axe_script):
        page.evaluate(script)
    page.evaluate(
        """byStyle => axe.configure({rules: Object.entries(byStyle).map(
            ([id, selector]) => ({id, selector: `${selector}[data-one-of-a-kind]`}))})""",
        BY_STYLE,
    )


def axe(page):
    options = {"resultTypes": ["violations"], "preload": False}  # it would fetch the style sheets again
    found = page.evaluate("options => axe.run(options).then(results => results.violations)", options)
    return [f"axe {v['id']}: {n['html'][:160]} {n['failureSummary'][:200]}" for v in found for n in v["nodes"][:3]]


PAGES = [*toc_entries(), "search", "genindex"]


@pytest.mark.parametrize("name", one_in(6, [name for k, name in enumerate(PAGES) if k % 8]))
def test_page_on_a_phone(browser, address, name):  # noqa: F811
    """Nothing goes wrong, all is typeset, and fits: of pages that are seen in all views only at night."""
    page, problems = opened(browser, address, name)
    problems += squeezed(page)
    page.close()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("name", one_in(8, PAGES))
def test_page(browser, address, name):  # noqa: F811
    """It fits and is accessible, folds opened: narrow and wide, dark and light. What style does, all pages share."""
    page, problems = opened(browser, address, name)
    prepare_axe(page)
    for width, scheme in VIEWS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
        page.evaluate(DRAWN)
        found = too_wide(page) + squeezed(page) + (axe(page) if width != BETWEEN else [])
        problems += [f"{width} px, {scheme}: {x}" for x in found]
    page.close()
    assert not problems, "\n".join(problems)


def opened(browser, address, name):  # noqa: F811
    """A page in the first view with all that is fetched late, and what went wrong by then."""
    page, problems = visit(browser, f"{address}/{name}.html", address, *VIEWS[0])
    start_race(page)
    open_answers(page)
    problems += [f"cut off: {x}" for x in page.evaluate(CUT_OFF)]
    return page, problems + untypeset(page) + too_wide(page)


@pytest.mark.parametrize("name", FROM_A_FOLDER)
def test_page_opened_from_a_folder(browser, site, name):  # noqa: F811
    page, problems = visit(browser, (site / f"{name}.html").as_uri(), "file://", 1440, "light")
    start_race(page)
    page.wait_for_selector(FROM_A_FOLDER[name])
    problems += untypeset(page) + too_wide(page)
    page.close()
    assert not problems, "\n".join(problems)


LONG = "book/momentum/heavy_ball.html"
WAITING = """() => [...document.querySelectorAll('article section section')].filter(
    part => !part.firstElementChild.checkVisibility({contentVisibilityAuto: true})).length"""
TOP = "id => Math.round(document.getElementById(id).getBoundingClientRect().top)"


@pytest.fixture
def untouched(browser, address):  # noqa: F811
    """A long page that nobody has touched yet, on a phone."""
    page = browser.new_page(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page.goto(f"{address}/{LONG}")
    yield page
    page.close()


def test_what_is_far_waits_for_the_reader(untouched):
    untouched.wait_for_timeout(300)
    assert untouched.evaluate(WAITING) > 5
    guessed = untouched.evaluate("document.documentElement.scrollHeight")
    untouched.mouse.wheel(0, 100)
    untouched.wait_for_selector("html.laid-out")
    assert untouched.evaluate(WAITING) == 0
    assert 0.7 < guessed / untouched.evaluate("document.documentElement.scrollHeight") < 2


def test_a_box_that_begins_to_scroll_is_open_to_the_keyboard(browser, address):  # noqa: F811
    """Whatever made it so: nothing but what is in it has another size."""
    page, _ = visit(browser, f"{address}/book/reference/zoo.html", address)
    narrow = page.locator("article .pst-scrollable-table-container:not([tabindex]):visible").first.element_handle()
    narrow.evaluate("box => box.style.height = `${box.offsetHeight}px`")
    page.evaluate(DRAWN)
    narrow.evaluate("box => box.firstElementChild.style.minWidth = '3000px'")
    page.evaluate(DRAWN)
    assert narrow.get_attribute("tabindex") == "0" and "table" in narrow.get_attribute("aria-label")
    narrow.evaluate("box => box.firstElementChild.style.minWidth = ''")
    page.evaluate(DRAWN)
    assert narrow.get_attribute("tabindex") is None
    page.close()


def test_a_slash_can_be_typed_into_code(browser, address):  # noqa: F811
    """Sphinx takes the key for a way to its search, which is hidden here, so it would only be swallowed."""
    page, _ = visit(browser, f"{address}/book/interview/drill.html", address)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("m / 2")
    assert page.locator(".cm-content").inner_text().strip() == "m / 2"
    page.close()


def test_a_link_lands_where_it_leads(untouched):
    assert untouched.evaluate(WAITING) > 5
    untouched.evaluate("() => document.querySelector('.bd-toc-nav a[href=\"#exercises\"]').click()")
    untouched.wait_for_function("scrollY > 1000")
    assert 0 <= untouched.evaluate(TOP, "exercises") <= 100


def test_an_address_opens_its_section(untouched):
    url = untouched.url
    untouched.goto("about:blank")
    untouched.goto(f"{url}#exercises")
    assert untouched.evaluate(WAITING) == 0
    assert 0 <= untouched.evaluate(TOP, "exercises") <= 100
