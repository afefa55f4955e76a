"""A Sphinx extension: pages with a live figure get what brings it to life, all others nothing.

A figure is what `optedu.lab.live_figures` writes into a cell's output: <figure data-live="name">.
"""

import re
from pathlib import Path

from sphinx.errors import ExtensionError

FIGURE = re.compile(r'<figure [^>]*\bdata-live="(\w+)"')
STATIC = Path(__file__).resolve().parents[2] / "book/_static/live"


# What a script is made of: texts and patterns, which stay; comments and blanks, which go.
TOKEN = re.compile(
    r"""(?P<kept>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|(?<=[(,=:])\s*/(?![/*])(?:[^/\\\n\[]|\\.|\[[^\]]*\])+/[a-z]*)"""
    r"|//[^\n]*|/\*.*?\*/|(?P<blank>\s+)",
    re.S,
)


def squeezed(script):
    """A script without comments and blanks. (Ours end every statement with a semicolon, and nest no templates.)"""
    out, at = [], 0
    for match in TOKEN.finditer(script):
        out.append(("code", script[at : match.start()]))
        out.append(("kept", match["kept"].strip()) if match["kept"] else ("blank", " "))
        at = match.end()
    out.append(("code", script[at:]))
    parts = [(kind, text) for kind, text in out if text]
    joined = ""
    for k, (kind, text) in enumerate(parts):
        if kind == "blank":
            after = next((t for _, t in parts[k + 1 :] if t != " "), "")
            words = re.match(r"[\w$]", after) and re.search(r"[\w$]$", joined)
            signs = after[:1] in "+-" and joined[-1:] in "+-"
            joined += " " if words or signs else ""
        else:
            joined += text
    return re.sub(r"(?<![\w$])\((\w+)\)=>", r"\1=>", joined.replace(";}", "}"))


def scripts(body):
    """Addresses of the scripts that a page needs, below _static, in order."""
    names = list(dict.fromkeys(FIGURE.findall(body)))
    missing = [name for name in names if not (STATIC / f"figures/{name}.js").exists()]
    if missing:
        raise ExtensionError(f"no functions for the live figures {', '.join(missing)}: run make generated")
    return [f"live/figures/{name}.js" for name in names] + ["live/engine.js", "live/live.js"] if names else []


def add(app, pagename, templatename, context, doctree):
    for script in scripts(context.get("body", "")):
        app.add_js_file(script, loading_method="defer", priority=600)
    if FIGURE.search(context.get("body", "")):
        app.add_css_file("live/live.css")


def squeeze(app, exception):
    folder = Path(app.outdir) / "_static/live"
    if not exception and folder.is_dir():
        for script in folder.rglob("*.js"):
            script.write_text(squeezed(script.read_text("utf8")), "utf8")


def setup(app):
    app.connect("html-page-context", add)
    app.connect("build-finished", squeeze, priority=200)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
