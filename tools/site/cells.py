"""The code cells of a notebook as the page runs them: source, what the book shows below it, what no page has for it."""

import ast

import nbformat
from in_page.absent import ELSEWHERE

NOT_SHIPPED = "colab"  # the tag of the cell that only prepares Colab


def cells_of(path):
    """Position in the notebook and data of each code cell, top to bottom."""
    notebook = nbformat.read(path, as_version=4)
    code = {k: c for k, c in enumerate(notebook.cells) if c.cell_type == "code"}
    code = {k: c for k, c in code.items() if c.source.strip() and NOT_SHIPPED not in c.metadata.get("tags", [])}
    lacks = lacking([c.source for c in code.values()])
    return {
        k: {"source": c.source, "lacks": what, "shown": [shown(output) for output in c.outputs]}
        for (k, c), what in zip(code.items(), lacks, strict=True)
    }


def shown(output):
    """Kind and text of an output, to be compared with that of a run; of a figure the kind alone."""
    if output.output_type == "stream":
        return [output.name, output.text]
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data):
        return ["figure", ""]
    kind = next((kind for kind in ("text/html", "text/markdown") if kind in data), "text/plain")
    return [kind, data.get(kind, "")]


def lacking(sources):
    """For each cell what it needs and no page has, or ""; also if it uses what such a cell would have made.

    A statement that lacks something is left out when the cell runs, the others are not. What a function does inside
    is not looked at: the page finds out when it is called.
    """
    needs, found = {}, []
    for source in sources:
        lacks = ""
        for statement in ast.parse(source).body:
            needs |= imported(statement)
            what = next((needs[name] for name in sorted(used(statement)) if name in needs), "")
            for name in bound(statement):
                needs.pop(name, None)
                if what:
                    needs[name] = what
            lacks = what or lacks
        found.append(lacks)
    return found


def used(statement):
    """Names that a statement needs to be there, as far as one can see."""
    own = set(bound(statement)) if isinstance(statement, (ast.For, ast.While, ast.With, ast.If)) else set()
    for node in at_once(statement):
        if isinstance(node, ast.comprehension):
            own |= set(bound(node.target))
    loaded = (n.id for n in at_once(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
    return {name for name in loaded if name not in own}


def imported(node):
    """Names that an import binds to what no page has."""
    if isinstance(node, ast.Import):
        tops = {one.asname or one.name.partition(".")[0]: one.name.partition(".")[0] for one in node.names}
    elif isinstance(node, ast.ImportFrom) and not node.level:
        tops = {one.asname or one.name: (node.module or "").partition(".")[0] for one in node.names}
    else:
        tops = {}
    return {name: ELSEWHERE[top] for name, top in tops.items() if top in ELSEWHERE}


def at_once(tree):
    """The nodes that are run when the cell is, not when a function of it is called."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            waiting += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.Lambda):
            waiting += [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        else:
            waiting += ast.iter_child_nodes(node)


def bound(tree):
    """Names that a cell gives a value, imports apart."""
    for node in at_once(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
