"""A Sphinx extension: what a site needs beside its pages. A page for wrong addresses, pages that
lead from old addresses to new ones, a feed of changes, and the card that others show for a link.
"""

import re
from html import escape
from pathlib import Path

from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]
REDIRECTS = {
    "book/interview/bank/scale": "book/interview/questions",
    "book/interview/bank/training": "book/interview/questions",
    "book/modern/sophia_sam": "book/modern/sophia",
}
CHANGE = re.compile(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)\n(.*?)(?=^## |\Z)", re.M | re.S)

# Shown at any depth, so it loads nothing and its links are whole addresses.
LOST = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="robots" content="noindex" />
<title>Not found: optedu</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 Georgia, serif; max-width: 36rem; margin: 15vh auto 0; padding: 0 1.2rem; }}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>Perhaps it has moved. The book <a href="{base}index.html">begins here</a>, and its
<a href="{base}search.html">search</a> finds the rest.</p>
</main>
</body>
</html>
"""
MOVED = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="refresh" content="0; url={to}" />
<link rel="canonical" href="{whole}" />
<title>Moved: optedu</title>
</head>
<body><main><p>This page has moved <a href="{to}">here</a>.</p></main></body>
</html>
"""


def feed(changes, base):
    """An Atom feed of a text in the form of CHANGELOG.md."""
    found = CHANGE.findall(changes)
    if not found:
        raise ExtensionError("CHANGELOG.md has no heading of the form '## 0.1.0 (2026-11-21)'")
    entries = "".join(
        f"<entry><id>{base}#{version}</id><title>optedu {version}</title><updated>{day}T00:00:00Z</updated>"
        f'<link href="{base}"/><content type="text">{escape(text.strip())}</content></entry>\n'
        for version, day, text in found
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f'<id>{base}</id><title>optedu: changes</title><link href="{base}"/><link rel="self" href="{base}feed.xml"/>'
        f"<updated>{found[0][1]}T00:00:00Z</updated><author><name>The optedu authors</name></author>\n"
        f"{entries}</feed>\n"
    )


def card(path):
    """A picture of 1200 by 630 pixels: the name, the promise, and three paths through a ravine."""
    import numpy as np
    from matplotlib.figure import Figure
    from PIL import Image

    import optedu

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#fdfcfa")
    axes = figure.add_axes((0.52, 0, 0.48, 1))
    axes.set_axis_off()
    x, y = np.meshgrid(np.linspace(-6, 6, 200), np.linspace(-4, 4, 200))
    axes.contour(x, y, 0.5 * x**2 + 4 * y**2, levels=np.geomspace(0.3, 80, 9), colors="#dcd7cd", linewidths=1.5)
    runs = [(optedu.SGD, {"lr": 0.22}), (optedu.SGD, {"lr": 0.05, "momentum": 0.85}), (optedu.Adam, {"lr": 0.5})]
    for (cls, settings), color in zip(runs, ("#12618f", "#a34a12", "#256b3d"), strict=True):
        w = np.array([-5.0, 3.0])
        opt, path_taken = cls([w], **settings), [w.copy()]
        for _ in range(40):
            opt.step([w * [1.0, 8.0]])
            path_taken.append(w.copy())
        axes.plot(*np.array(path_taken).T, "o-", color=color, ms=5, lw=2.5)
    axes.set(xlim=(-6, 6), ylim=(-4, 4))
    figure.text(0.06, 0.62, "optedu", size=76, weight="bold", color="#1d2530")
    figure.text(0.06, 0.38, "How neural networks\nare optimized", size=34, color="#23282f", linespacing=1.3)
    figure.text(0.06, 0.22, "Every rule printed is the rule that runs.", size=20, color="#555d68")
    figure.savefig(path)
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(64)  # a third of the bytes, and no eye sees it
    small.save(path, optimize=True)


def write(app, exception):
    if exception or app.builder.name != "html":
        return
    out, base = Path(app.outdir), app.config.html_baseurl
    (out / "404.html").write_text(LOST.format(base=base), "utf8")
    (out / "feed.xml").write_text(feed((ROOT / "CHANGELOG.md").read_text("utf8"), base), "utf8")
    card(out / "_static/card.png")
    for old, new in REDIRECTS.items():
        page = out / f"{old}.html"
        if page.exists():
            continue  # the old page still is one of the book's
        if new not in app.env.found_docs:
            raise ExtensionError(f"the old address {old} leads to {new}, which is no page")
        page.parent.mkdir(parents=True, exist_ok=True)
        to = "../" * old.count("/") + f"{new}.html"
        page.write_text(MOVED.format(to=to, whole=f"{base}{new}.html"), "utf8")


def setup(app):
    app.connect("build-finished", write, priority=800)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
