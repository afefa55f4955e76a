"""Which expressions of a rule are data, and which are decided before a step: found by walking its syntax trees.

Data are arrays, and numbers that come from arrays. Where the target traces a rule once for many steps, the count
and the learning rate are data as well. What is not data (settings, shapes, whether a state exists) stays Python.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from .source import Function, meaning, spelled

Kind = bool | tuple["Kind", ...]
"""True: data. A tuple: of each element."""

SHAPES = {"shape", "ndim", "size", "dtype"}
"""Attributes of an array that are no data."""

DECIDED = {"len", "isinstance", "range", "float", "int", "bool", "finfo", "callable"}
"""Functions whose result is no data (`float` of data is, and has a line of its own)."""


def data(kind: Kind) -> bool:
    """Whether anything in it is data."""
    return any(map(data, kind)) if isinstance(kind, tuple) else kind


def joined(one: Kind, two: Kind) -> Kind:
    """What may be either."""
    if isinstance(one, tuple) and isinstance(two, tuple) and len(one) == len(two):
        return tuple(map(joined, one, two))
    return one if one == two else data(one) or data(two)


class Kinds:
    """The kinds in a rule, and in all functions that it calls.

    Parameters
    ----------
    functions : sequence of Function
        All that are reached.
    """

    def __init__(self, functions: Sequence[Function]) -> None:
        self.functions = {function.object: function for function in functions}
        self.of: dict[ast.AST, bool] = {}
        self.before: dict[ast.AST, dict[str, bool]] = {}
        self._chosen: set[ast.AST] = set()  # functions in which data decide what is returned
        self._under_way: list[Function] = []

    def call(self, function: Function, given: Mapping[str, Kind]) -> Kind:
        """Walk a function; what it returns.

        Parameters
        ----------
        function : Function
        given : mapping of str to Kind
            Its arguments; those that are not there keep their defaults, which are no data.
        """
        if function in self._under_way:
            raise function.refuse(function.tree, f"{function.name} calls itself")
        self._under_way.append(function)
        names = [a.arg for a in (*function.tree.args.posonlyargs, *function.tree.args.args)]
        names += [a.arg for a in function.tree.args.kwonlyargs]
        scope: dict[str, Kind] = {name: given.get(name, False) for name in names}
        results: list[Kind] = []
        self._block(function, function.tree.body, scope, results)
        self._under_way.pop()
        if function.tree in self._chosen:
            results = [tuple(True for _ in r) if isinstance(r, tuple) else True for r in results]
        whole = results[0] if results else False
        for other in results[1:]:
            whole = joined(whole, other)
        return whole

    def _block(
        self, function: Function, statements: Sequence[ast.stmt], scope: dict[str, Kind], results: list[Kind]
    ) -> None:
        for node in statements:
            seen = self.before.setdefault(node, {})
            seen.update({name: seen.get(name, False) or data(kind) for name, kind in scope.items()})
            if isinstance(node, ast.Assign):
                kind = self._kind(function, node.value, scope)
                for target in node.targets:
                    self._bind(function, target, kind, scope)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                self._bind(function, node.target, self._kind(function, node.value, scope), scope)
            elif isinstance(node, ast.AugAssign):
                if not isinstance(node.target, ast.Name):
                    raise function.refuse(node, "a part of an array is changed in place")
                self._bind(function, node.target, data(self._kind(function, node.value, scope))
                           or data(scope.get(node.target.id, False)), scope)  # fmt: skip
            elif isinstance(node, ast.Return):
                if node.value is None:
                    raise function.refuse(node, "nothing is returned")
                results.append(self._kind(function, node.value, scope))
            elif isinstance(node, ast.If):
                by_data = data(self._kind(function, node.test, scope))
                if by_data and any(isinstance(n, ast.Return) for n in ast.walk(node)):
                    self._chosen.add(function.tree)
                one, two = dict(scope), dict(scope)
                self._block(function, node.body, one, results)
                self._block(function, node.orelse, two, results)
                for name in {*one, *two}:
                    scope[name] = joined(one.get(name, two.get(name, False)), two.get(name, one.get(name, False)))
                if by_data:
                    scope.update(dict.fromkeys(assigned(node), True))
            elif isinstance(node, ast.For) and not node.orelse:
                for _ in range(2):  # what one round makes data is data in the next
                    inside = dict(scope)
                    self._bind(function, node.target, self._items(function, node.iter, inside), inside)
                    self._block(function, node.body, inside, results)
                    for name, kind in inside.items():
                        scope[name] = joined(scope.get(name, kind), kind)
            elif not (
                isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            ):
                raise function.refuse(node, f"a rule is made of assignments, if, for and return; this is {_said(node)}")

    def _bind(self, function: Function, target: ast.expr, kind: Kind, scope: dict[str, Kind]) -> None:
        if isinstance(target, ast.Name):
            scope[target.id] = kind
        elif isinstance(target, (ast.Tuple, ast.List)):
            fits = isinstance(kind, tuple) and len(kind) == len(target.elts)
            for k, item in enumerate(target.elts):
                of_it = kind[k] if fits and isinstance(kind, tuple) else data(kind)
                self._bind(function, item.value if isinstance(item, ast.Starred) else item, of_it, scope)
        else:
            raise function.refuse(target, "a part of an array is changed in place")

    def _items(self, function: Function, node: ast.expr, scope: dict[str, Kind]) -> Kind:
        """The kind of what a loop meets."""
        kind = self._kind(function, node, scope)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            inner = [data(self.of[a]) for a in node.args]
            if node.func.id == "enumerate":
                return (False, inner[0])
            if node.func.id == "zip":
                return tuple(inner)
        return data(kind)

    def _kind(self, function: Function, node: ast.expr, scope: dict[str, Kind]) -> Kind:
        kind = self._found(function, node, scope)
        self.of[node] = self.of.get(node, False) or data(kind)
        return kind

    def _found(self, function: Function, node: ast.expr, scope: dict[str, Kind]) -> Kind:
        def kind(part: ast.expr) -> Kind:
            return self._kind(function, part, scope)

        if isinstance(node, ast.Constant):
            return False
        if isinstance(node, ast.Name):
            return scope.get(node.id, False)
        if isinstance(node, ast.Attribute):
            if meaning(function, node) is not None or meaning(function, node.value) is not None:
                return False
            inner = data(kind(node.value))
            return inner and node.attr not in SHAPES
        if isinstance(node, (ast.Tuple, ast.List)):
            parts = tuple(kind(part) for part in node.elts)
            starred = any(isinstance(part, ast.Starred) for part in node.elts)
            return parts if isinstance(node, ast.Tuple) and not starred else any(map(data, parts))
        if isinstance(node, ast.Compare):
            parts = tuple(kind(part) for part in (node.left, *node.comparators))
            identity = all(isinstance(op, (ast.Is, ast.IsNot)) for op in node.ops)
            return not identity and any(map(data, parts))
        if isinstance(node, ast.IfExp):
            test = data(kind(node.test))
            both = joined(kind(node.body), kind(node.orelse))
            return test or both
        if isinstance(node, ast.Subscript):
            whole, _ = kind(node.value), kind(node.slice)
            if isinstance(whole, tuple) and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, int):
                return whole[node.slice.value] if -len(whole) <= node.slice.value < len(whole) else data(whole)
            return data(whole)
        if isinstance(node, (ast.ListComp, ast.GeneratorExp)):
            inside = dict(scope)
            for part in node.generators:
                self._bind(function, part.target, self._items(function, part.iter, inside), inside)
                tests = [data(self._kind(function, test, inside)) for test in part.ifs]
                if any(tests):
                    raise function.refuse(node, "how many elements there are depends on data")
            return data(self._kind(function, node.elt, inside))
        if isinstance(node, ast.Call):
            return self._called(function, node, scope)
        known = (ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Starred, ast.Slice, ast.JoinedStr, ast.FormattedValue)
        if isinstance(node, known):
            found = [data(kind(part)) for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
            return any(found)
        raise function.refuse(node, f"this is {_said(node)}")

    def _called(self, function: Function, node: ast.Call, scope: dict[str, Kind]) -> Kind:
        positional = [self._kind(function, part, scope) for part in node.args]
        named = {k.arg: self._kind(function, k.value, scope) for k in node.keywords}
        thing: Any = meaning(function, node.func)
        whole = any(map(data, (*positional, *named.values())))
        if _hashable(thing) and thing in self.functions:
            inner = self.functions[thing]
            arguments = inner.tree.args
            if None in named or any(isinstance(a, ast.Starred) for a in node.args):
                raise function.refuse(node, "a function is called with * or **")
            names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
            given = {**dict(zip(names, positional, strict=False)), **{str(k): v for k, v in named.items()}}
            return self.call(inner, given)
        if isinstance(node.func, ast.Attribute) and thing is None:
            return data(self._kind(function, node.func.value, scope)) or whole
        if thing is float:
            return whole
        name = spelled(thing) or getattr(thing, "__name__", "")
        return whole and name not in DECIDED


def assigned(node: ast.AST) -> list[str]:
    """Names that are assigned to in a statement, in order."""
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(names))


def _hashable(thing: Any) -> bool:
    try:
        hash(thing)
    except TypeError:
        return False
    return True


def _said(node: ast.AST) -> str:
    words = {
        "While": "a while loop", "With": "a with block", "Try": "a try block", "Yield": "a generator",
        "Await": "an await", "For": "a for with else", "Raise": "a raise", "Assert": "an assert", "Global": "a global",
        "Import": "an import", "Delete": "a del", "Dict": "a dict", "Set": "a set",
        "DictComp": "a comprehension of a dict", "NamedExpr": "an assignment inside of an expression",
    }  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)
