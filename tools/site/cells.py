"""The code cells of a notebook as the page runs them: source, what the book shows below it, what no page has for it."""

import ast
from importlib import import_module

import nbformat
import package_needs
from in_page.absent import ELSEWHERE

NOT_SHIPPED = "colab"  # the tag of the cell that only prepares Colab
CHANGES = {"add", "append", "extend", "insert", "setdefault", "update"}
"""Methods that change what they are of."""


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

    A statement that lacks something is left out when the cell runs, the others are not. A function or class of the
    notebook needs what its text names, and who calls it needs that; functions of the package are followed in the same
    way. What is missed here, say a method of something made elsewhere, the page finds out when it is called.
    """
    needs, later, ours, found = {}, {}, {}, []  # names: what they need to be there, to be called; things of the package
    for source in sources:
        lacks = ""
        for statement in ast.parse(source).body:
            needs |= imported(statement)
            ours |= of_package(statement)
            what = first(needs, used(statement)) or in_calls(at_once(statement), later, ours)
            changed = {*bound(statement), *(mutated(statement) if what else ())}
            for name in bound(statement):
                for known in (needs, later, ours):
                    known.pop(name, None)
            if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
                _, inside = package_needs.named(compile(ast.Module([statement], []), "<cell>", "exec"))
                own = {name: one for name, one in ours.items() if name in inside}
                if waits := first(needs | later, inside) or in_calls(ast.walk(statement), {}, own):
                    later[statement.name] = waits
            if what:
                needs |= dict.fromkeys(changed, what)
            lacks = what or lacks
        found.append(lacks)
    return found


def first(needs, names):
    return next((needs[name] for name in sorted(names) if name in needs), "")


def in_calls(nodes, later, ours):
    """What the calls among some nodes need: of functions of the notebook, called or handed on, and of the package."""
    for call in (node for node in nodes if isinstance(node, ast.Call)):
        handed = [call.func, *call.args, *(one.value for one in call.keywords)]
        if what := first(later, {one.id for one in handed if isinstance(one, ast.Name)}):
            return what
        if what := package_needs.of(thing(call.func, ours)):
            return what
    return ""


def thing(node, ours):
    """What a path of names stands for, if that is something of the package."""
    if isinstance(node, ast.Attribute):
        return getattr(thing(node.value, ours), node.attr, None)
    return ours.get(node.id) if isinstance(node, ast.Name) else None


def of_package(node):
    """Names that an import binds to things of the package."""
    if isinstance(node, ast.Import):
        asked = {one.asname or "optedu": one for one in node.names if one.name.partition(".")[0] == "optedu"}
        return {name: import_module(one.name if one.asname else "optedu") for name, one in asked.items()}
    if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "optedu":
        return {one.asname or one.name: member(node.module, one.name) for one in node.names}
    return {}


def member(module, name):
    found = getattr(import_module(module), name, None)
    return import_module(f"{module}.{name}") if found is None else found


def mutated(statement):
    """Names whose things a statement changes in place."""
    for node in at_once(statement):
        if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store):
            changed = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            changed = node.func.value
        else:
            continue
        while isinstance(changed, (ast.Subscript, ast.Attribute)):
            changed = changed.value
        if isinstance(changed, ast.Name):
            yield changed.id


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
