"""A Sphinx extension: the page with the table of `optedu.lab.choose` gets the tool that asks, all others nothing."""

TABLE = '<div class="optedu-choosing">'
SCRIPTS = ("page.js", "choosing/choosing.js", "choosing/answers.js")


def add(app, pagename, templatename, context, doctree):
    if TABLE not in context.get("body", ""):
        return
    for script in SCRIPTS:
        app.add_js_file(script, loading_method="defer", priority=600)
    app.add_css_file("choosing/choosing.css")


def setup(app):
    app.connect("html-page-context", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
