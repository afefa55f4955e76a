"""What a rule does with whole tensors, and where a file for torch gathers the shards of one for it.

A tensor that is sharded over processes is a DTensor. Of arithmetic on each number it does the part that lies here;
of a norm it computes a part in each process and adds them up whenever the norm is used, hence the file does so where
the norm is taken, once. A product of matrices, a decomposition or another shape needs all of a tensor, and when left
to the DTensor, each operation gathers for itself. So the rule gathers what goes into the first of them, once, and
what follows is computed in every process alike.
"""

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .kinds import Kinds, assigned
from .source import Function, meaning, spelled

SUMS = {"sum", "mean", "max", "min", "any", "all", "linalg.norm"}
"""Functions and methods that look at many numbers at once, of which each process can do its part."""

WHOLE = {"matmul", "tensordot", "outer", "linalg.eigh", "linalg.inv", "reshape", "ravel"}
"""Functions and methods that need all of a tensor."""


@dataclass
class Gathering:
    """Where a function gathers.

    Attributes
    ----------
    names : dict of statement to list of str
        What is gathered in front of a statement.
    parts : set of expression
        Those that are gathered where they stand.
    sums : set of expression
        Norms, means and the like, whose parts are added up where they stand.
    """

    names: dict[ast.AST, list[str]] = field(default_factory=dict)
    parts: set[ast.AST] = field(default_factory=set)
    sums: set[ast.AST] = field(default_factory=set)


class Sharding:
    """The operations on whole tensors in the functions of a file.

    Parameters
    ----------
    functions : sequence of Function
        All that are reached, callees first.
    kinds : Kinds
        Of which the rules have been walked.
    """

    def __init__(self, functions: Sequence[Function], kinds: Kinds) -> None:
        self.kinds = kinds
        self.on_whole: set[object] = set()  # functions in which something needs all of a tensor
        for function in functions:
            if any(self._is_whole(function, node) for node in ast.walk(function.tree)):
                self.on_whole.add(function.object)
        self.mixes = bool(self.on_whole) or any(self._sums(function) for function in functions)
        """Whether a number depends on others of its tensor."""

    def added(self, function: Function) -> Gathering:
        """What a function that a rule calls adds up; if it needs whole tensors, it is given them."""
        return Gathering() if function.object in self.on_whole else Gathering(sums=self._sums(function))

    def gathering(self, rule: Function) -> Gathering:
        """What a rule gathers, each tensor once and as late as it can; and what it adds up."""
        found, arguments = Gathering(sums=self._sums(rule)), rule.tree.args
        there = {a.arg for a in (*arguments.posonlyargs, *arguments.args)}
        whole: set[str] = set()
        for statement in rule.tree.body:
            made, operands = set(assigned(statement)), list(self._operands(rule, statement))
            bases = [_base(operand) for operand in operands]
            needed = [base.id for base in bases if isinstance(base, ast.Name) and base.id in there - whole]
            if needed:
                found.names[statement] = list(dict.fromkeys(needed))
                whole.update(needed)
            for operand, base in zip(operands, bases, strict=True):
                computed = any(self._is_whole(rule, node) for node in ast.walk(operand))
                if not (isinstance(base, ast.Name) or computed) and self._names(operand) - whole - made:
                    found.parts.add(operand)
            there |= made
            whole = whole | made if self._names(statement) - made <= whole else whole - made
        return found

    def _operands(self, function: Function, statement: ast.AST) -> Iterator[ast.expr]:
        """What operations on whole tensors are given, as far as it is data."""
        for node in ast.walk(statement):
            if not self._is_whole(function, node):
                continue
            given: Iterable[ast.expr] = ()
            if isinstance(node, ast.BinOp):
                given = (node.left, node.right)
            elif isinstance(node, ast.Call):
                given = [*node.args, *(k.value for k in node.keywords)]
                if isinstance(node.func, ast.Attribute) and meaning(function, node.func) is None:
                    given = [node.func.value]
            yield from (part for part in given if self.kinds.of.get(part))

    def _is_whole(self, function: Function, node: ast.AST) -> bool:
        if isinstance(node, ast.BinOp):
            return isinstance(node.op, ast.MatMult) and self._on_data(node)
        if not (isinstance(node, ast.Call) and self._on_data(node)):
            return False
        return self._called(function, node) in WHOLE or _within(meaning(function, node.func), self.on_whole)

    def _sums(self, function: Function) -> set[ast.AST]:
        return {n for n in ast.walk(function.tree) if self._called(function, n) in SUMS and self._on_data(n)}

    def _called(self, function: Function, node: ast.AST) -> str:
        """The name of NumPy's function, or of an array's method, that is called; empty if none is."""
        if not isinstance(node, ast.Call):
            return ""
        name = spelled(meaning(function, node.func))
        if name is None and isinstance(node.func, ast.Attribute) and meaning(function, node.func) is None:
            name = node.func.attr
        return name or ""

    def _on_data(self, node: ast.AST) -> bool:
        return any(self.kinds.of.get(part, False) for part in ast.walk(node))

    def _names(self, node: ast.AST) -> set[str]:
        """Data that are read."""
        read = (n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))
        return {n.id for n in read if self.kinds.of.get(n)}


def _base(node: ast.expr) -> ast.expr:
    """The tensor of which this is another form: its transpose, a part, or a copy in another shape."""
    while True:
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            node = node.func
        else:
            return node


def _within(thing: object, functions: set[object]) -> bool:
    try:
        return thing in functions
    except TypeError:
        return False
