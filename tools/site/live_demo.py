"""All live figures on a page of their own, with equations whose symbols move them. Not a page of the book.

python tools/site/live_demo.py FOLDER      # writes FOLDER/index.html, a page for each, and what they load
"""

import re
import shutil
import sys
from pathlib import Path

import live_figures

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tools")]

import mathematics  # noqa: E402

from optedu import lab  # noqa: E402
from optedu.lab.live_figures import FIGURES  # noqa: E402

TEXTS = {
    "heavy_ball": r"Each eigenvalue solves \[z^2 - (1+\mu-\gamma a)\,z + \mu = 0 .\] Drag a symbol sideways. In "
    r"the text [\(\mu\)]{mu} does it as well.",
    "bias_correction": r"The uncorrected step is off by \[r(t) = \frac{1-\beta_1^t}{\sqrt{1-\beta_2^t}} .\]",
}
PAGE = """<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Live figures</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,">
<script>
document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
</script>
{sheets}{scripts}
<style>body {{ margin: 0; background: var(--pst-color-background); color: var(--pst-color-text-base); }}
.bd-article {{ margin: 0 auto; padding: 1rem; max-width: 46rem; box-sizing: content-box; }}</style></head>
<body><main class="bd-article"><h1>Live figures</h1>{body}</main></body></html>
"""


def text(words):
    words = re.sub(r"\\\[(.*?)\\\]", lambda m: f'</p><div class="math">{formula(m[1], True)}</div><p>', words)
    words = re.sub(r"\\\((.*?)\\\)", lambda m: f'<span class="math">{formula(m[1], False)}</span>', words)
    return "<p>" + re.sub(r"\[([^\]]*)\]\{(\w+)\}", r'<span class="live-\2">\1</span>', words) + "</p>"


def formula(tex, display):
    return mathematics.markup(tex, display, None)


def page(names=FIGURES):
    body = "".join(
        f"<section><h2>{name.replace('_', ' ')}</h2>{text(TEXTS.get(name, ''))}{lab.live(name).html()}</section>"
        for name in names
    )
    sheets = "".join(
        f'<link rel="stylesheet" href="_static/{s}">' for s in ("optedu.css", "mathematics.css", "live/live.css")
    )
    scripts = "".join(f'<script defer src="_static/{s}"></script>' for s in live_figures.scripts(body))
    return PAGE.format(body=body, sheets=sheets, scripts=scripts)


def write(folder, names=FIGURES):
    """The page and all that it loads."""
    static = Path(folder) / "_static"
    for place in ("book/_static", "optedu/lab/live_figures/static"):
        shutil.copytree(ROOT / place / "live", static / "live", dirs_exist_ok=True)
    for script in (static / "live").rglob("*.js"):  # as the site ships them
        script.write_text(live_figures.squeezed(script.read_text("utf8")), "utf8")
    shutil.copytree(ROOT / "book/_static/vendor/fonts", static / "vendor/fonts", dirs_exist_ok=True)
    shutil.copytree(ROOT / "book/_static/vendor/mathjax/output", static / "vendor/mathjax/output", dirs_exist_ok=True)
    shutil.copy(ROOT / "book/_static/optedu.css", static)
    for name, shown in [("index", names), *((n, [n]) for n in names)]:
        (Path(folder) / f"{name}.html").write_text(page(shown), "utf8")
    (static / "mathematics.css").write_text(mathematics.typeset.css(), "utf8")
    mathematics.typeset.close()


if __name__ == "__main__":
    write(sys.argv[1])
