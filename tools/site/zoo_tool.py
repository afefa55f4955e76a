"""A Sphinx extension: the zoo gets the script that compares, and the card of a chapter a link to its comparison."""

import re

from docutils import nodes

MARK = '<div class="zoo-compare">'
SCRIPTS = ("page.js", "zoo/compare.js", "zoo/rows.js")
ZOO = "book/reference/zoo"
TESTED = re.compile(r"optedu\.(\w+)")


def add(app, pagename, templatename, context, doctree):
    if MARK not in context.get("body", ""):
        return
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer", priority=600)
    app.add_css_file("zoo/zoo.css")


def link(app, doctree, docname):
    """In the row *class* of `optedu.lab.card`: where this optimizer stands beside another."""
    if app.builder.format != "html" or ZOO not in app.env.found_docs:
        return
    for row in doctree.findall(nodes.row):
        head, *rest = row.children
        literal = next(rest[-1].findall(nodes.literal), None) if rest and head.astext() == "class" else None
        if literal is None or not (found := TESTED.fullmatch(literal.astext())):
            continue
        to = f"{app.builder.get_relative_uri(docname, ZOO)}#compare={found[1].lower()}"
        rest[-1][-1] += [nodes.Text("; "), nodes.reference("", "side by side with another", refuri=to, internal=True)]


def setup(app):
    app.connect("html-page-context", add)
    app.connect("doctree-resolved", link)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
