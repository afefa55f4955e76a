"""A reference in the form that its exercise asks for.

References are the package's own rules, which serve several optimizers at once: Adam's takes the maximum of AMSGrad,
too, and AdamW's calls Adam's. Here what was not asked for is taken out, and what is called is put in.
"""

import ast
import copy
import re
from typing import Any

NONE: Any = object()


def asked_form(text: str, starter: str) -> str:
    """The function of a reference, with the signature of the starter and nothing around it.

    Parameters
    ----------
    text : str
        The reference, or what a bug made of it.
    starter : str
        Its last function is the one that was asked for.
    """
    asked = [n for n in ast.parse(starter.strip()).body if isinstance(n, ast.FunctionDef)][-1]
    tree = _without_docstrings(ast.parse(text))
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    top = functions.get(asked.name) or list(functions.values())[-1]
    others = [f for f in functions.values() if f is not top]
    inlined = [f for f in others if _inline(top, f)]
    wanted = {a.arg for a in _arguments(asked)}
    _specialize(top, {a.arg: _default(top, a) for a in _arguments(top) if a.arg not in wanted})
    top.name, top.args = asked.name, asked.args
    top.body = [s for s in top.body if not isinstance(s, ast.Pass)] or [ast.Pass()]
    shown = [f for f in others if f not in inlined] + [top]
    return "\n\n\n".join(map(_text, [*_imports(tree), *shown])) + "\n"


def asked_class(text: str) -> str:
    """The class of a reference, without the rule that it calls, which is right."""
    tree = _without_docstrings(ast.parse(text))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {getattr(n, "name", "") for n in tree.body}:
            node.keywords = [k for k in node.keywords if not isinstance(k.value, ast.Constant)]  # what is off anyway
    return "\n\n\n".join(_text(n) for n in tree.body if isinstance(n, ast.ClassDef)) + "\n"


def _imports(tree: ast.Module) -> list[ast.stmt]:
    return [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]


def _text(node: ast.AST) -> str:
    """Code as a person lays it out: no parentheses around the values of an assignment or a return."""
    text = re.sub(r"(?<=\):)\n\n(?= +def )|(?<=:)\n\n(?= +def )", "\n", ast.unparse(ast.fix_missing_locations(node)))
    lines = []
    for line in text.splitlines():
        bare = re.sub(r"(return|=) \((.*)\)$", r"\1 \2", line)
        lines.append(bare if _same(bare, line) else line)
    return "\n".join(lines)


def _same(one: str, other: str) -> bool:
    """Whether two lines are the same statement."""
    try:
        trees = [ast.dump(ast.parse(f"def f():\n {line.strip()}")) for line in (one, other)]
    except SyntaxError:
        return False
    return trees[0] == trees[1]


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return function.args.args + function.args.kwonlyargs


def _default(function: ast.FunctionDef, argument: ast.arg) -> Any:
    """What an argument is that was not asked for: no state, or a setting that is off."""
    return None if argument in function.args.args else 0


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def _inline(top: ast.FunctionDef, inner: ast.FunctionDef) -> bool:
    """Put the body of `inner` in the place of its only call, which is a statement's whole value."""
    calls = [n for n in ast.walk(top) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == inner.name]
    place = next((k for k, s in enumerate(top.body) if calls and getattr(s, "value", None) is calls[0]), None)
    if len(calls) != 1 or place is None or not isinstance(inner.body[-1], ast.Return):
        return False
    there = top.body[place]
    given = dict(zip((a.arg for a in inner.args.args), calls[0].args, strict=False))
    given |= {k.arg: k.value for k in calls[0].keywords if k.arg}
    body = copy.deepcopy(inner)
    fixed, first = {}, []
    for argument in _arguments(inner):
        value = given.get(argument.arg, ast.Constant(None))
        if isinstance(value, ast.Constant):
            fixed[argument.arg] = value.value
        elif not (isinstance(value, ast.Name) and value.id == argument.arg):
            first.append(ast.Assign([ast.Name(argument.arg, ast.Store())], value))
    returned = _elements(inner.body[-1].value)
    _specialize(body, fixed)
    if isinstance(there, ast.Assign):
        into = [_elements(t) for t in there.targets]
        names = [getattr(n, "id", None) for n in returned]
        if len(into) == 1 and into[0] and isinstance(star := into[0][-1], ast.Starred):
            taken = returned[len(into[0]) - 1 :]
            into[0][-1:] = taken
            _put(top, star, [n for n in taken if getattr(n, "id", None) not in fixed])
        if len(into) != 1 or None in names or len(into[0]) != len(names):
            return False
        pairs = [(t, n) for t, n in zip(into[0], names, strict=True) if n not in fixed and ast.unparse(t) != n]
        body.body[-1:] = [ast.Assign([t], ast.Name(str(n), ast.Load())) for t, n in pairs]
    elif not isinstance(there, ast.Return):
        return False
    top.body = top.body[:place] + first + body.body + top.body[place + 1 :]
    return True


def _put(function: ast.FunctionDef, star: ast.Starred, values: list[ast.expr]) -> None:
    """Values in the place of a starred name wherever a tuple is returned."""
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
            parts = [values if ast.unparse(e) == ast.unparse(star) else [e] for e in node.value.elts]
            node.value.elts = [e for part in parts for e in part]


def _elements(node: ast.expr | None) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node] if node is not None else []


def _specialize(function: ast.FunctionDef, fixed: dict[str, Any]) -> None:
    """Take out what is decided when these arguments have these values."""
    folded = _Fold(fixed).visit(function)
    assert folded is function


class _Fold(ast.NodeTransformer):
    """Names with a known value, and the branches and terms that hang on them."""

    def __init__(self, fixed: dict[str, Any]) -> None:
        self.fixed = fixed

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(self.fixed[node.id]) if isinstance(node.ctx, ast.Load) and node.id in self.fixed else node

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:
        node.value = self.visit(node.value)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.expr:
        ends, kept = isinstance(node.op, ast.Or), []
        values = [self.visit(v) for v in node.values]
        for k, value in enumerate(values):
            known = isinstance(value, ast.Constant)
            if not known or bool(value.value) is ends or k == len(values) - 1:
                kept.append(value)
            if known and bool(value.value) is ends:
                break
        node.values = kept
        return node if len(kept) > 1 else kept[0]

    def _test(self, test: ast.expr) -> ast.expr:
        """The same, where only true or false counts."""
        test = self.visit(test)
        if isinstance(test, ast.BoolOp) and isinstance(last := test.values[-1], ast.Constant):
            if bool(last.value) is isinstance(test.op, ast.Or):
                return last
            test.values.pop()
            return test if len(test.values) > 1 else test.values[0]
        return test

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        node.operand = self.visit(node.operand)
        known = isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Constant)
        return ast.Constant(not node.operand.value) if known else node  # type: ignore[attr-defined]

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        node.left, node.comparators = self.visit(node.left), [self.visit(c) for c in node.comparators]
        if isinstance(node.left, ast.Constant) and isinstance(node.comparators[0], ast.Constant):
            same = node.left.value is node.comparators[0].value
            if isinstance(node.ops[0], ast.Is | ast.IsNot):
                return ast.Constant(same == isinstance(node.ops[0], ast.Is))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        node.left, node.right = self.visit(node.left), self.visit(node.right)
        values = [n.value if isinstance(n, ast.Constant) else NONE for n in (node.left, node.right)]
        if isinstance(node.op, ast.Sub) and values[1] is not NONE and values[1] == 0:
            return node.left
        if isinstance(node.op, ast.Mult) and 1 in [v for v in values if type(v) is int]:
            return node.right if values[0] == 1 else node.left
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        if isinstance(node.test, ast.Constant):
            return node.body if node.test.value else node.orelse
        return node

    def visit_If(self, node: ast.If) -> ast.stmt | list[ast.stmt]:
        node.test = self._test(node.test)
        body, orelse = self._all(node.body), self._all(node.orelse)
        if isinstance(node.test, ast.Constant):
            return body if node.test.value else orelse
        if len(orelse) == 1 and isinstance(orelse[0], ast.If) and ast.dump(orelse[0].test) == ast.dump(node.test):
            orelse = orelse[0].orelse  # the branch cannot be reached
        node.body, node.orelse = body or [ast.Pass()], orelse
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        if isinstance(node.value, ast.Tuple):
            kept = [e for e in node.value.elts if not (isinstance(e, ast.Name) and e.id in self.fixed)]
            node.value = kept[0] if len(kept) == 1 else ast.Tuple(kept, ast.Load())
        self.generic_visit(node)
        return node

    def _all(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for one in statements:
            new = self.visit(one)
            found += new if isinstance(new, list) else [new]
        return found
