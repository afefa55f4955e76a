"""A Sphinx extension: keeps the built pages free of anything from elsewhere, and light.

Jupyter Book always loads sphinx-thebe, which points at a CDN; the theme adds 1.5 MB of
FontAwesome script although its stylesheet and web fonts alone already show every icon,
and preloads those fonts in a way browsers refuse for pages opened from a folder.
"""

import html
import re
import struct
from collections import Counter
from pathlib import Path

from assets import bundle
from heights import with_letters
from mathematics import UNBROKEN
from sphinx.errors import ExtensionError

IMAGE = re.compile(r'<img (?=[^>]*src="([^"]+\.png)")(?![^>]*(?:loading|width)=)')


# The theme settles "auto" only once its script has loaded: too late for a reader in the dark. A page that is opened in
# its middle is laid out at once (see optedu.js). The fonts of the first lines are asked for before the style sheet
# names them, or the lines would move when they come; from a folder, browsers refuse to.
EARLY = """{ const root = document.documentElement;
    if (!["light", "dark"].includes(root.dataset.theme))
      root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const opened = performance.getEntriesByType("navigation")[0]; // its name has a fragment of text, too
    if (location.hash || opened?.type !== "navigate" || opened.name.includes("#:~:"))
      root.classList.add("laid-out");
    if (location.protocol !== "file:") for (const font of ["source-serif-4", "source-sans-3"])
      document.head.append(Object.assign(document.createElement("link"), {
        rel: "preload", as: "font", type: "font/woff2", crossOrigin: "",
        href: `${root.dataset.content_root}_static/vendor/fonts/${font}-latin-wght-normal.woff2`,
      })); }
"""
OF_THE_THEME = "data-content_root="  # no redirect, and no page that a tool wrote
SENTENCE = 40  # characters of a cell that is read, not compared
NUMBER = re.compile(r"[-−+±~≈<≤>≥]?\d\S{,15}")
SHORT = 20  # characters of code that stays on one line: it would break after the hyphens of an option


def cell(match):
    """A cell of a table; a sentence says so, since it needs room on a phone, and a number, to stay on its line."""
    read = html.unescape(re.sub(r"<[^>]+>", "", match[1]))
    kind = "sentence" if len(read.strip()) >= SENTENCE else "number" if NUMBER.fullmatch(read.strip()) else None
    return f'<td class="{kind}">{match[1]}</td>' if kind else match[0]


def inline_code(match):
    """Code within a line; short code says so, and is not broken."""
    read = html.unescape(re.sub(r"<[^>]+>", "", match[1]))
    return f'<code class="docutils literal notranslate short">{match[1]}</code>' if len(read) <= SHORT else match[0]


# What the theme writes on every page that is heavy, late or without a name. A pattern that no longer matches stops the
# build: the theme has changed, and better that than a page that is not repaired.
ON_EVERY_PAGE = [
    (re.compile(r'\s*<script src="[^"]*fontawesome[^"]*"></script>'), ""),
    (re.compile(r'\s*<link rel="preload" as="font"[^>]*/>'), ""),
    (
        re.compile(r'(dataset.theme = localStorage.getItem\("theme"\) \|\| "auto";\n)'),
        lambda match: f"{match[1]}    {EARLY}",
    ),
    (
        re.compile(r'<div class="bd-sidebar-primary bd-sidebar'),
        r'<div role="region" aria-label="Book" class="bd-sidebar-primary bd-sidebar',
    ),
    (re.compile(r'(<img src="[^"]*logo\.svg" )(?=class="logo__image)'), r'\1width="42" height="42" '),
]
# What the theme and docutils write on some page that a screen reader, or axe, stumbles over.
ON_SOME_PAGE = [
    (re.compile(r' role="list" class="citation-list"'), ' class="citation-list"'),
    (re.compile(r' role="doc-biblioentry"'), ""),
    UNBROKEN,
    # Markdown cannot write a table without a heading row; an empty one heads nothing.
    (
        re.compile(
            r'<table class="table">(\s*(?:<colgroup>.*?</colgroup>)?\s*)<thead>\s*<tr[^>]*>'
            r"(?:\s*<th[^>]*>\s*(?:<p></p>)?\s*</th>)+\s*</tr>\s*</thead>"
        ),
        r'<table class="table card-table">\1',
    ),
    (re.compile(r"<td>(.*?)</td>", re.DOTALL), cell),
    (re.compile(r'<code class="docutils literal notranslate">(.*?)</code>', re.DOTALL), inline_code),
    (re.compile(r'<th class="head">\s*(?:<p></p>)?\s*</th>'), '<td class="head"></td>'),
]


def drop_thebe(app, config):
    for listeners in app.events.listeners.values():
        listeners[:] = [x for x in listeners if not x.handler.__module__.startswith("sphinx_thebe")]
    app.registry.css_files[:] = [x for x in app.registry.css_files if "thebe" not in x[0]]


def png_size(path):
    head = path.read_bytes()[:24]
    return struct.unpack(">II", head[16:24])


def repaired(text, repairs, found):
    """The text of a page after all repairs; adds to `found` how often each of them matched."""
    for wrong, right in repairs:
        text, times = wrong.subn(right, text)
        found[wrong.pattern] += times
    return text


def unmatched(repairs, found, where):
    """An error if a repair had nothing to repair."""
    if patterns := [wrong.pattern for wrong, _ in repairs if not found[wrong.pattern]]:
        raise ExtensionError(f"{where}: nothing is left to repair for {patterns}: has the theme or docutils changed?")


def lighten_pages(app, exception):
    if exception or app.builder.format != "html":
        return
    out, some = Path(app.outdir), Counter()
    for page in out.rglob("*.html"):
        text = page.read_text("utf8")

        def sized(match, folder=page.parent):
            # With its size known, a late figure does not push the text about.
            path = (folder / match[1].split("?")[0]).resolve()
            if not path.is_file():
                return match[0]
            width, height = png_size(path)
            lazy = 'loading="lazy" decoding="async" ' if app.builder.name == "html" else ""  # paper waits for none
            return f'<img {lazy}width="{width}" height="{height}" '

        text = IMAGE.sub(sized, text)
        every: Counter[str] = Counter()
        text = repaired(text, ON_EVERY_PAGE, every)
        if OF_THE_THEME in text:
            unmatched(ON_EVERY_PAGE, every, page)
        if re.search(r"<script[^>]*fontawesome", text):
            # The theme changed its markup: better a failed build than a heavy site.
            raise ExtensionError(f"a FontAwesome script was left in {page}")
        text = repaired(text, ON_SOME_PAGE, some)
        page.write_text(with_letters(text) if app.builder.name == "html" else text, "utf8")
    unmatched(ON_SOME_PAGE, some, out)
    for script in out.glob("_static/vendor/fontawesome/*/js"):
        for file in script.iterdir():
            file.unlink()
        script.rmdir()
    if app.builder.name == "html":
        bundle(out)


def setup(app):
    app.connect("config-inited", drop_thebe)
    app.connect("build-finished", lighten_pages, priority=900)  # after the theme has written its own
    return {"parallel_read_safe": True, "parallel_write_safe": True}
