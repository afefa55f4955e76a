"""What reading the site is like, on a phone and on a desktop: measures beside their goals. For site.py."""

import statistics
from pathlib import Path

import yaml
from site_scripts import table

ROOT = Path(__file__).resolve().parents[1]
PHONE, DESKTOP = (390, 844), (1440, 900)
LONG = 8  # so many chapters may take 18 screens
SETTLED = """async () => {
    document.documentElement.classList.add("laid-out");
    await document.fonts.ready;
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
}"""
# Closed folds are not read. The letters of a picture (matplotlib's 10.5 points at 160 dpi) shrink with it.
READ = r"""() => {
    const all = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    const seen = (selector) => all(`article ${selector}`);
    const over = (box) => box.scrollWidth > box.clientWidth + 1;
    const code = seen(".cell_input pre");
    const lines = code.flatMap((one) => one.textContent.split("\n").filter((line) => line.trim()));
    const exercises = document.querySelector("article section#exercises > h2");
    const drawn = seen("svg.panel text").map((text) =>
        parseFloat(getComputedStyle(text).fontSize) * text.closest("svg").getBoundingClientRect().width / 343);
    const pictures = seen(".cell_output img").map((image) => 10.5 / 72 * 160 * image.clientWidth / image.naturalWidth);
    const displays = seen("div.math mjx-container");
    return {
        live: document.querySelectorAll("[data-live]").length, run: document.querySelectorAll("[data-run]").length,
        chips: document.querySelectorAll("[data-evidence]").length,
        cells: document.querySelectorAll(".cell_input").length, lines: lines.length,
        elsewhere: document.querySelectorAll(".run-not").length, // they need torch, SciPy, or several processes
        asserts: lines.filter((line) => /^\s*assert\b/.test(line)).length,
        code: code.length, wide: code.filter(over).length,
        displays: displays.length, cut: displays.filter(over).length,
        screens: exercises && (exercises.getBoundingClientRect().top + scrollY) / innerHeight,
        letters: [...drawn, ...pictures],
        links: all(".bd-sidebar-primary nav.bd-links a").length,
        headings: [...document.querySelectorAll("article section[id]")].map((one) => one.id).slice(1),
    };
}"""
# How far a heading lands from where a link should bring it; nothing where the page ends before.
MISSED = """(id) => {
    const section = document.getElementById(id), root = document.documentElement;
    const place = (parseFloat(getComputedStyle(root).scrollPaddingTop) || 0)
        + (parseFloat(getComputedStyle(section).scrollMarginTop) || 0);
    const end = scrollY + innerHeight >= root.scrollHeight - 2;
    return end ? null : section.getBoundingClientRect().top - place;
}"""


def chapters():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text("utf8"))
    return [one["file"] for part in toc["parts"] if part.get("numbered") for one in part["chapters"]]


def page_at(browser, size):
    return browser.new_page(viewport=dict(zip(("width", "height"), size, strict=True)), reduced_motion="reduce")


def read(browser, url, size):
    page = page_at(browser, size)
    page.goto(url)
    page.evaluate(SETTLED)
    found = page.evaluate(READ)
    page.close()
    return found


def landings(browser, url, names, size):
    """By how much links to some headings miss, each followed on a page just opened."""
    missed = []
    for name in names:
        page = page_at(browser, size)
        page.goto(f"{url}#{name}")
        page.wait_for_load_state("load")
        page.wait_for_timeout(500)
        missed.append(page.evaluate(MISSED, name))
        page.close()
    return [abs(one) for one in missed if one is not None]


def measure(browser, address, names):
    """For each page what is read on a phone, what on a desktop, and how far links miss."""
    found = {}
    for name in names:
        url = f"{address}/{name}.html"
        phone, desktop = (read(browser, url, size) for size in (PHONE, DESKTOP))
        heads = phone["headings"]
        some = [heads[len(heads) * k // 4] for k in (1, 2, 3)] if len(heads) > 3 else heads
        found[name] = phone, desktop, landings(browser, url, some, PHONE)
    return found


def share(part, whole):
    return f"{part} of {whole} ({100 * part / whole:.0f}%)" if whole else "none"


def spread(numbers, digits=0):
    return f"{min(numbers):.{digits}f} to {max(numbers):.{digits}f}" if numbers else "none"


def rows(found):
    """(what, now, goal)."""
    phones, desktops = [one[0] for one in found.values()], [one[1] for one in found.values()]

    def total(key):
        return sum(one[key] for one in phones)

    screens = sorted(one["screens"] for one in phones if one["screens"])
    letters = [[size for one in some for size in one["letters"]] for some in (phones, desktops)]
    missed = [offset for one in found.values() for offset in one[2]]
    far = sum(offset > 8 for offset in missed)
    within = sum(one <= 12 for one in screens)
    return [
        ("chapters with a live figure", share(sum(one["live"] > 0 for one in phones), len(phones)), "all that derive"),
        ("live figures", total("live"), "about 50"),
        (
            "code cells that run in the page, of those that need no torch",
            share(total("run"), total("cells") - total("elsewhere")),
            "≥ 95%",
        ),
        ("chips of evidence", total("chips"), "at every claim"),
        ("visible asserts, of lines of code", share(total("asserts"), total("lines")), "0"),
        (
            "phone screens before the exercises",
            f"{spread(screens)}, median {statistics.median(screens):.0f}; {share(within, len(screens))} within 12"
            if screens
            else "none",
            f"≤ 12 (≤ 18 for {LONG})",
        ),
        ("code cells that overflow at 390 px", share(total("wide"), total("code")), "< 10%"),
        ("displays cut at 390 px", share(total("cut"), total("displays")), "0"),
        ("text in figures at 390 px", f"{spread(letters[0], 1)} px", "≥ 11 px"),
        ("text in figures at 1440 px", f"{spread(letters[1], 1)} px", "≤ 15 px"),
        ("headings that miss their place by over 8 px", share(far, len(missed)), "0"),
        ("… and by how much", f"{spread(missed)} px", "≤ 8 px"),
        ("links in view in the sidebar", spread([one["links"] for one in desktops]), "≤ 30"),
    ]


def section(browser, address, names):
    found = measure(browser, address, names)
    return f"\n## Reading\n\n{len(found)} chapters, as they open: closed folds do not count.\n\n" + table(
        ["", "now", "goal"], rows(found)
    )
