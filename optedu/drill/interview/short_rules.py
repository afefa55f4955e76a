"""Rules in a few lines, for a page with little room: read off their source, with settings filled in."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any


def short(rule: Callable[..., Any], gives: str = "p", **settings: Any) -> list[str]:
    """The lines of a rule that are left when these settings have these values.

    Branches that are not taken, values that nobody reads, the docstring and the unpacking of the
    betas are left out; arguments that are handed on under their own names stand as ``...``. What is
    returned first stands as ``p = …``, if it is not ``p`` itself.

    Parameters
    ----------
    rule : function
    gives : str, default "p"
        What to call the first result.
    **settings
        ``weight_decay=0``; None for a state that does not exist.
    """
    tree: Any = ast.parse(textwrap.dedent(inspect.getsource(rule)))
    body = _Fill(settings).visit(tree).body[0].body
    return [line for node in _without_unread(_without_copies(body[1:])) for line in _line(node, gives)]


def _without_copies(body: list[ast.stmt]) -> list[ast.stmt]:
    """The same without lines like ``a = b``: below them stands b instead of a."""
    for k, node in enumerate(body):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id != "betas":
            (target,) = node.targets
            assert isinstance(target, ast.Name)
            if target.id in (name for later in body[k + 1 :] for name in _names(later, ast.Store)):
                continue
            rename = {target.id: node.value.id}
            rest = [_Rename(rename).visit(later) for later in body[k + 1 :]]
            return body[:k] + _without_copies(rest)
    return body


def _without_unread(body: list[ast.stmt]) -> list[ast.stmt]:
    """The same without values that the next line writes over unread."""
    pairs = zip(body, [*body[1:], ast.Pass()], strict=True)
    return [node for node, after in pairs if not (target := _target(node)) or target != _target(after)
            or target in _names(after, ast.Load)]  # fmt: skip


def _target(node: ast.stmt) -> str | None:
    """The name that a line assigns to, if it does nothing else."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    return None


def _names(node: ast.AST, how: type[ast.expr_context]) -> list[str]:
    return [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, how)]


def _line(node: ast.stmt, gives: str) -> list[str]:
    if isinstance(node, ast.Assign) and ast.unparse(node.value) == "betas":
        return []
    node = _HandOn().visit(node)
    if not isinstance(node, ast.Return):
        return ast.unparse(node).splitlines()
    assert node.value is not None
    value = node.value.elts[0] if isinstance(node.value, ast.Tuple) else node.value
    said = ast.unparse(value)
    return [] if said == gives else [f"{gives} = {said}"]


class _Fill(ast.NodeTransformer):
    """Decides the branches whose test is known."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings

    def _known(self, test: ast.expr) -> bool | None:
        if not {n.id for n in ast.walk(test) if isinstance(n, ast.Name)} <= set(self.settings):
            return None
        return bool(eval(compile(ast.Expression(test), "<test>", "eval"), {}, self.settings))

    def visit_If(self, node: ast.If) -> Any:
        known = self._known(node.test)
        if known is None:
            return self.generic_visit(node)
        taken = [self.visit(n) for n in (node.body if known else node.orelse)]
        return [n for part in taken for n in (part if isinstance(part, list) else [part])]

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        known = self._known(node.test)
        return self.generic_visit(node) if known is None else self.visit(node.body if known else node.orelse)


class _Rename(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


class _HandOn(ast.NodeTransformer):
    """Writes ``f(g, ...)`` for ``f(g, lr=lr, eps=eps)``."""

    def visit_Call(self, node: ast.Call) -> Any:
        self.generic_visit(node)
        others = [k for k in node.keywords if not (isinstance(k.value, ast.Name) and k.value.id == k.arg)]
        if len(others) < len(node.keywords):
            node.args, node.keywords = [*node.args, ast.Constant(...)], others
        return node
