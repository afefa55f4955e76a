"""A Sphinx extension: formulas are typeset when the book is built, not in the reader's browser.

MathJax, as shipped in book/_static/vendor, runs in an embedded JavaScript engine. A page gets
the finished boxes and, beside them, MathML for those who listen; the EPUB gets the MathML. So no
page waits for a megabyte of script, and a formula that is no TeX stops the strict build.
"""

import functools
import itertools
import json
import re
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.errors import ExtensionError
from sphinx.util import logging

MATHJAX = Path(__file__).resolve().parents[2] / "book/_static/vendor/mathjax"
FONTS = "vendor/mathjax/output/chtml/fonts/woff-v2"
logger = logging.getLogger(__name__)

TYPESET = '<span class="math notranslate nohighlight">(?:(?!</span>).)*</span>'
# in a handle of a live figure, or in the box of markdown-it, or in none
FORMULA = rf'(?:<span class="(?:live-[\w-]+|math inline)">{TYPESET}</span>|{TYPESET})'
# A line must not begin with the full stop that follows a formula, nor end with the parenthesis before it.
UNBROKEN = (
    re.compile(rf"[(“‘]+{FORMULA}[.,;:!?)’”]*|{FORMULA}[.,;:!?)’”]+"),
    r'<span class="unbroken">\g<0></span>',
)

# One size whatever font has arrived: 1.07 is that of the text.
CONFIGURE = """globalThis.MathJax = {
  startup: {typeset: false, document: "", adaptor: "liteAdaptor", ready() {}},
  tex: {packages: ["base", "ams", "newcommand"], formatError(jax, error) { throw error; }},
  chtml: {matchFontHeight: false, scale: 1.07, mtextInheritFont: false, adaptiveCSS: false, fontURL: "%s"},
}; 0"""
START = """
const {startup} = MathJax;
startup.getComponents();
startup.makeMethods();
function typeset(tex, display) {
  const page = startup.document;
  const item = new page.options.MathItem(tex, page.inputJax[0], display);
  item.setMetrics(16, 8, 1e6, 1e6, 1);
  try {
    item.compile(page);
    const mathml = startup.toMML(item.root);
    item.typeset(page);
    return JSON.stringify({boxes: startup.adaptor.outerHTML(item.typesetRoot), mathml});
  } catch (error) {
    return JSON.stringify({error: error.message});
  }
} 0"""
# What MathJax's own extension for screen readers would add: there, but not seen.
LISTENED = """
mjx-container { position: relative; }
mjx-assistive-mml { position: absolute !important; top: 0; left: 0; clip: rect(1px, 1px, 1px, 1px); padding: 1px 0 0 0 !important;
  border: 0 !important; display: block !important; width: auto !important; overflow: hidden !important; user-select: none; }
mjx-assistive-mml[display="block"] { width: 100% !important; }
"""  # noqa: E501


class Typesetter:
    """MathJax in an engine of its own, started on the first formula; a formula is set once."""

    def __init__(self):
        self.known = {}

    @functools.cached_property
    def engine(self):
        engine = MiniRacer()
        engine.eval(CONFIGURE % FONTS)
        try:  # the menu, the last of its parts, wants a window; all that is needed is there by then
            engine.eval((MATHJAX / "tex-chtml.js").read_text("utf8") + ";0")
        except Exception as error:
            logger.debug("MathJax without its menu: %s", error)
        engine.eval((MATHJAX / "adaptors/liteDOM.js").read_text("utf8") + ";0")
        engine.eval(START)
        return engine

    def __call__(self, tex, display):
        """{"boxes": HTML, "mathml": MathML}, or {"error": what is wrong}."""
        key = tex, display
        if key not in self.known:
            call = f"typeset({json.dumps(tex)}, {json.dumps(display)})"
            self.known[key] = json.loads(self.engine.eval(call))
        return self.known[key]

    def css(self):
        sheet = self.engine.eval("startup.adaptor.textContent(MathJax.chtmlStylesheet())")
        return sheet + LISTENED

    def close(self):
        if "engine" in self.__dict__:
            self.engine.close()
            del self.engine


typeset = Typesetter()


def one_line(mathml):
    """MathML without MathJax's indentation and private marks."""
    return re.sub(r' data-mjx-[a-z-]+="[^"]*"', "", re.sub(r">\s+<", "><", mathml))


def seen_and_listened(done, display):
    """What has been typeset: boxes for the eye, and in them MathML for the ear."""
    boxes, end = done["boxes"], "</mjx-container>"
    if boxes.count("<mjx-math ") != 1 or not boxes.endswith(end):
        raise ExtensionError(f"MathJax sets its boxes otherwise than it did: {boxes[:200]}")
    boxes = boxes.replace("<mjx-math ", '<mjx-math aria-hidden="true" ').removesuffix(end)
    kind = "block" if display else "inline"
    mathml = one_line(done["mathml"])
    return f'{boxes}<mjx-assistive-mml unselectable="on" display="{kind}">{mathml}</mjx-assistive-mml>{end}'


def markup(tex, display, node):
    done = typeset(tex, display)
    if "error" in done:
        logger.warning("formula: %s in %r", done["error"], tex, location=node)
        return ""
    return seen_and_listened(done, display)


ROWS = re.compile(r"\\begin\{(align\*?|aligned|split|gathered)\}(.*?)\\end\{\1\}", re.S)
TALL = re.compile(r"\\(?:d?frac|sum|int|prod)\b")


def aired(tex):
    """The same formula with more room above and below tall rows: their fractions would touch what is there.

    Rows with a matrix or cases in them stay as they are: what ends a row in there ends none out here.
    """

    def rows(found):
        name, body = found.groups()
        if r"\begin{" in body:
            return found[0]
        parts = re.split(r"(?<!\\)\\\\(?!\[)", body)
        joined = parts[0]
        for above, below in itertools.pairwise(parts):
            joined += (r"\\[.4em]" if TALL.search(above + below) else r"\\") + below
        return rf"\begin{{{name}}}{joined}\end{{{name}}}"

    return ROWS.sub(rows, tex)


def visit_inline(self, node):
    text = markup(node.astext(), False, node)
    self.body.append(f'<span class="math notranslate nohighlight">{text}</span>')
    raise nodes.SkipNode


def visit_block(self, node):
    tex = node.astext()
    if not node.get("nowrap", node.get("no-wrap")):
        # Sphinx's convention: an empty line begins an equation of its own.
        parts = [p if r"\\" not in p else r"\begin{split}" + p + r"\end{split}" for p in tex.split("\n\n") if p.strip()]
        tex = parts[0] if len(parts) == 1 else r"\begin{gathered}" + r"\\".join(parts) + r"\end{gathered}"
    self.body.append(self.starttag(node, "div", CLASS="math notranslate nohighlight"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({node["number"]})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append(markup(aired(tex), True, node) + "</div>\n")
    raise nodes.SkipNode


def write_sheet(app, exception):
    if not exception and app.builder.format == "html":
        # All of the fonts' letters: assets.py keeps those that some page uses.
        (Path(app.outdir) / "_static/mathematics.css").write_text(typeset.css(), "utf8")
    typeset.close()


def setup(app):
    app.add_html_math_renderer("typeset", (visit_inline, None), (visit_block, None))
    app.add_css_file("mathematics.css")
    app.connect("build-finished", write_sheet, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
