"""Photograph pages of the built site: 1440 and 390 px wide, light and dark.

    python tools/dev/screenshots.py OUTDIR [PAGE ...] [--site DIR] [--open]

PAGE is a name from _toc.yml or its end (`bias_correction`); default: every page.
A long page comes out in slices of at most 1600 px: NAME-WIDTH-SCHEME-01.png, -02.png, …
"""

import argparse
from pathlib import Path

import chromium
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SLICE = 1600  # a whole slice still reads well on a screen
REDIRECT = 'http-equiv="refresh"'  # to where the page has moved: it cannot be photographed
SETTLE = "() => document.fonts.ready.then(() => null)"
UNFOLD = """() => {
    document.querySelectorAll('details').forEach(d => d.open = true);
    document.querySelectorAll('img').forEach(i => i.loading = 'eager');
}"""
EAGER = "() => document.querySelectorAll('img').forEach(i => i.loading = 'eager')"
# `complete` comes before the picture is decoded, and an undecoded one is blank in a photograph.
LOADED = "() => Promise.all([...document.images].map(i => i.decode().catch(() => {})))"


def photograph(browser, url, name, out, width, scheme, unfold):
    # Without motion the race is at its end at once, and two photographs of it are alike.
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    page.keyboard.press("Shift")  # what is far from the screen is laid out for a reader who is there
    if page.locator("article").count():
        page.wait_for_selector("html.laid-out")
    page.evaluate(SETTLE)
    page.evaluate(UNFOLD if unfold else EAGER)
    page.evaluate(LOADED)
    race = page.locator(".optedu-race")
    if race.count():  # it waits for its reader
        race.first.scroll_into_view_if_needed()
        page.wait_for_selector(".race-ready")
        page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)  # transitions
    height = page.evaluate("document.documentElement.scrollHeight")
    for i, top in enumerate(range(0, height, SLICE), 1):
        clip = {"x": 0, "y": top, "width": width, "height": min(SLICE, height - top)}
        page.screenshot(path=out / f"{name}-{width}-{scheme}-{i:02d}.png", full_page=True, clip=clip)
    context.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("outdir", type=Path)
    parser.add_argument("pages", nargs="*")
    parser.add_argument("--site", type=Path, default=ROOT / "_build/html")
    parser.add_argument("--width", type=int, nargs="*", default=[1440, 390])
    parser.add_argument("--scheme", nargs="*", default=["light", "dark"])
    parser.add_argument("--open", action="store_true", help="with every fold opened")
    args = parser.parse_args()
    site = args.site.resolve()
    everything = sorted(p for p in (site / "book").rglob("*.html") if REDIRECT not in p.read_text("utf8"))
    if not everything:
        parser.error(f"no pages under {site}: build the book first")
    names = {p: p.relative_to(site / "book").with_suffix("").as_posix() for p in everything}
    chosen = [
        p
        for p in everything
        if not args.pages or any(names[p].endswith(w.removesuffix(".html").removeprefix("book/")) for w in args.pages)
    ]
    args.outdir.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as p:
        browser = chromium.launch(p)
        for path in chosen:
            name = names[path].replace("/", "-")
            for width in args.width:
                for scheme in args.scheme:
                    photograph(browser, path.as_uri(), name, args.outdir, width, scheme, args.open)
            print(name, flush=True)
        browser.close()


if __name__ == "__main__":
    main()
