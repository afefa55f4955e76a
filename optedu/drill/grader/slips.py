"""Slips of the pen: every version of a reference in which one thing is otherwise.

The catalogue of an exercise has mistakes with a story. Beside them there are those that nobody would list: a factor
too many, a name for another, a bracket elsewhere, a result of the step before. They need no list. If the numbers of an
answer are those of the reference with one expression changed, then that expression says what is wrong.
"""

import ast
import copy
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, combinations, permutations
from typing import Any

OTHER_OPERATOR: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div, ast.Add), ast.Div: (ast.Mult, ast.FloorDiv),
    ast.Pow: (ast.Mult,), ast.MatMult: (ast.Mult,), ast.Mod: (ast.FloorDiv,), ast.FloorDiv: (ast.Div,),
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq, ast.GtE, ast.LtE), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.And: (ast.Or,), ast.Or: (ast.And,),
}  # fmt: skip
SIGNS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.MatMult: "@",
    ast.Mod: "%",
}  # fmt: skip
OTHER_FUNCTION = {
    "min": ("max",), "max": ("min",), "minimum": ("maximum",), "maximum": ("minimum",), "sum": ("max", "any"),
    "all": ("any",), "any": ("all",), "cos": ("sin",), "sin": ("cos",), "isfinite": ("isnan", "isinf"),
    "mean": ("sum", "median", "max"), "median": ("mean",), "copysign": ("sign",), "floor": ("ceil",),
    "ceil": ("floor",), "ones_like": ("zeros_like",), "ones": ("zeros",), "amax": ("sum",), "std": ("linalg.norm",),
}  # fmt: skip
MODULES = ("np", "numpy", "math", "copy")
DOUBLE = {"float16": "float64", "float32": "float64", "half": "float64", "single": "float64", "f2": "f8", "f4": "f8"}


def slips(text: str, entry: str, arrays: bool = False) -> Iterator[tuple[ast.FunctionDef, "Said"]]:
    """Every slip in the module-level functions of a text, likely ones first; `entry` is the one that is called.

    Averages written as ``m + (1 - b) * (g - m)`` are tried in the form ``b * m + (1 - b) * g``, too: in that one
    there is more to get wrong. Where values are `arrays`, one number for all of an array is such a slip, too.
    """
    plain = [part for part in ast.parse(text).body if isinstance(part, ast.FunctionDef)]
    spread = [part for part in _spread(ast.parse(text)).body if isinstance(part, ast.FunctionDef)]
    whole = (found for part in plain if arrays for found in _function(part, False, reduced=True))
    for function, said in chain(_all(plain, spread, entry), whole):
        if not _endless(function):
            yield function, said


def slips_of_one(part: ast.FunctionDef, likely: bool) -> Iterator[tuple[ast.FunctionDef, "Said"]]:
    """The slips in one function or method, likely ones or the others."""
    for function, said in _function(part, likely):
        if not _endless(function):
            yield function, said


def _all(
    plain: list[ast.FunctionDef], spread: list[ast.FunctionDef], entry: str
) -> Iterator[tuple[ast.FunctionDef, "Said"]]:
    for part in plain:
        if part.name == entry:
            yield from _endings(part)
    for likely in (True, False):
        for part, other in zip(plain, spread, strict=True):
            yield from _function(part, likely)
            if not _same(part, other):
                yield from _function(other, likely)


def _endless(function: ast.FunctionDef) -> bool:
    """Whether a loop makes the list longer that it goes through, or a list is put into itself; there is no `while`."""
    for loop in ast.walk(function):
        match loop:
            case ast.Call(ast.Attribute(ast.Name(name), "append" | "insert" | "extend"), args):
                if any(isinstance(n, ast.Name) and n.id == name for arg in args for n in ast.walk(arg)):
                    return True
        if isinstance(loop, ast.For):
            through = {n.id for n in ast.walk(loop.iter) if isinstance(n, ast.Name)}
            longer = {
                n.func.value.id for s in loop.body for n in ast.walk(s)
                if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute) and isinstance(n.func.value, ast.Name)
                and n.func.attr in ("append", "insert", "extend")
            }  # fmt: skip
            if through & longer:
                return True
    return False


class _Spread(ast.NodeTransformer):
    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        match node:
            case ast.BinOp(x, ast.Add(), ast.BinOp(ast.BinOp(ast.Constant(1), ast.Sub(), b) as rest, ast.Mult(),
                           ast.BinOp(y, ast.Sub(), again))) if _same(x, again):  # fmt: skip
                return _op(_op(b, ast.Mult(), x), ast.Add(), _op(rest, ast.Mult(), y))
        return node


def _spread(tree: ast.Module) -> ast.Module:
    return ast.fix_missing_locations(_Spread().visit(tree))


def _same(a: ast.AST, b: ast.AST) -> bool:
    return ast.dump(a) == ast.dump(b)


def _op(a: ast.expr, op: ast.operator, b: ast.expr) -> ast.BinOp:
    return ast.BinOp(a, op, b)


def _name(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def _number(value: float) -> ast.Constant:
    return ast.Constant(value)


# One function


@dataclass(frozen=True)
class _About:
    """What a function has names for."""

    names: tuple[str, ...]
    scalars: tuple[str, ...]
    called: frozenset[str]
    likely: bool
    reduced: bool = False
    attributes: tuple[tuple[str, str], ...] = ()
    """What is read of ``self`` and of other names: name and attribute."""
    keys: tuple[tuple[str, str], ...] = ()
    """What is looked up by a text: of what, and the text."""


Said = Callable[[], tuple[str, str]]
"""What changed, in words, and the line that was changed: worked out when it is to be told."""


def _function(
    part: ast.FunctionDef, likely: bool, reduced: bool = False
) -> Iterator[tuple[ast.FunctionDef, Said]]:  # fmt: skip
    """Every function that differs from it in one thing; with `reduced`, in one number in the place of an array."""
    about = replace(_about(part, likely), reduced=reduced)
    for body, said in _block(part.body, about):
        yield _with(part, body), said
    if likely:
        yield from _everywhere(part)
        yield from chain(_repeated(part, about), _alike(part, about), _displaced(part, about)) if not reduced else ()
        yield from _defaults(part)
        yield from _kept(part)
    start = int(ast.get_docstring(part) is not None)
    for lines, words in _openings(part, about) if not reduced else ():
        yield _with(part, [*part.body[:start], *lines, *part.body[start:]]), partial(_words, words)


def _defaults(part: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """A number that an argument has when none is given."""
    for field in ("defaults", "kw_defaults"):
        given = getattr(part.args, field)
        for k, e in enumerate(given):
            if isinstance(e, ast.Constant) and isinstance(e.value, (int, float)) and not isinstance(e.value, bool):
                for x in (0, 1, 1 - e.value):
                    new = ast.copy_location(ast.Constant(x), e)
                    arguments = _replaced(part.args, field, [*given[:k], new, *given[k + 1 :]])
                    words = f"a default is `{x}` in the place of `{e.value}`"
                    yield _replaced(part, "args", arguments), partial(_words, words)


def _kept(part: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """Two values that were meant for one use and are kept in the place of what they are made of."""
    arguments = [a.arg for a in part.args.args[2:]]
    places = [
        (i, s, name) for i, s in enumerate(part.body)
        if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) and s.targets[0].id not in arguments
        for name in arguments
    ]  # fmt: skip
    for (i, a, x), (j, b, y) in combinations(places, 2):
        if i != j and x != y:
            body = [*part.body]
            for k, s, name in ((i, a, x), (j, b, y)):
                body[k] = _placed(ast.Assign([ast.Name(name, ast.Store()), s.targets[0]], s.value))
            said = partial(_words, f"`{{}}` is stored in `{x}`, too, and `{{}}` in `{y}`", a, b)
            yield _with(part, body), said


class _Swapped(ast.NodeTransformer):
    """Everywhere one operator in the place of another."""

    def __init__(self, old: type, new: type) -> None:
        self.old, self.new, self.count = old, new, 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node, self.old):
            return node
        self.count += 1
        return self.new()


def _everywhere(part: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """The same slip in all places: an operator for another, a number for another."""
    for old in dict.fromkeys(type(n) for n in ast.walk(part) if isinstance(n, ast.operator)):
        for new in OTHER_OPERATOR.get(old, ()):
            other = _Swapped(old, new)
            changed: Any = other.visit(copy.deepcopy(part))
            if other.count > 1:
                words = f"every `{SIGNS.get(old, '?')}` is `{SIGNS.get(new, '?')}`"
                yield changed, partial(_words, words)
    doubled = _Doubled()
    wide: Any = doubled.visit(copy.deepcopy(part))
    if doubled.count:
        yield wide, partial(_words, "all is kept in double precision")
    values: list[Any] = [n.value for n in ast.walk(part) if isinstance(n, ast.Constant)]
    numbers: set[float] = {x for x in values if type(x) in (int, float)}
    for x in numbers:
        for y in {0, 1, 2, x + 1, 2 * x, x / 2} - {x}:
            changed, count = _renumbered(part, x, y)
            if count > 1:
                yield changed, partial(_words, f"every `{x}` is `{y}`")


def _displaced(part: ast.FunctionDef, about: _About) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """A setting that is no factor where it should be one, and is one of another value."""
    for node in ast.walk(part):
        match node:
            case ast.BinOp(ast.Name(name), ast.Mult(), rest) | ast.BinOp(rest, ast.Mult(), ast.Name(name)):
                if name not in about.scalars:
                    continue
                bare: Any = _Rewritten(ast.dump(node), rest).visit(copy.deepcopy(part))
                known = [a.arg for a in part.args.args]
                for i, s in enumerate(bare.body[:-1]):
                    read = {n.id for n in ast.walk(s) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
                    for other in sorted(read.intersection(known)):
                        line = ast.parse(f"{other} = {other} * {name} if {other} is not None else None").body
                        words = f"`{name}` is a factor of `{other}` before `{{}}` instead of `{ast.unparse(rest)}`"
                        yield _with(bare, [*bare.body[:i], *line, *bare.body[i:]]), partial(_words, words, s)


class _Rewritten(ast.NodeTransformer):
    """Everywhere one expression in the place of another."""

    def __init__(self, old: str, new: ast.expr) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.expr) and ast.dump(node) == self.old:
            return copy.deepcopy(self.new)
        return self.generic_visit(node)


def _repeated(part: ast.FunctionDef, about: _About) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """An expression that stands in several places, changed in all of them at once."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(part):
        if isinstance(node, (ast.BinOp, ast.Call, ast.Compare)):
            found.setdefault(ast.dump(node), []).append(node)
    for key, nodes in found.items():
        for new in _here(nodes[0], about) if len(nodes) > 1 else ():
            changed: Any = _Rewritten(key, ast.fix_missing_locations(ast.copy_location(new, nodes[0]))).visit(
                copy.deepcopy(part)
            )
            words = f"every `{ast.unparse(nodes[0])}` is `{ast.unparse(new)}`"
            yield changed, partial(_words, words.replace("{", "{{").replace("}", "}}"))


def _alike(part: ast.FunctionDef, about: _About) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """The same slip in all expressions that read the same but for their names, as those for m and for v."""
    found: dict[str, dict[str, ast.expr]] = {}
    for node in ast.walk(part):
        if isinstance(node, (ast.BinOp, ast.Call, ast.Compare)):
            found.setdefault(_shape(node), {}).setdefault(ast.dump(node), node)
    for nodes in found.values():
        for versions in zip(*(_here(node, about) for node in nodes.values()), strict=False) if len(nodes) > 1 else ():
            if len({_shape(new) for new in versions}) > 1:
                continue
            changed: Any = copy.deepcopy(part)
            for (key, old), new in zip(nodes.items(), versions, strict=True):
                placed = ast.fix_missing_locations(ast.copy_location(new, old))
                changed = _Rewritten(key, placed).visit(changed)
            words = " and ".join(
                f"`{ast.unparse(old)}` is `{ast.unparse(new)}`"
                for old, new in zip(nodes.values(), versions, strict=True)
            )
            yield changed, partial(_words, words.replace("{", "{{").replace("}", "}}"))


def _shape(node: ast.expr) -> str:
    """An expression without its names."""
    return re.sub(r"id='\w+'", "id", ast.dump(node))


class _Doubled(ast.NodeTransformer):
    """Every short kind of float is a double."""

    def __init__(self) -> None:
        self.count = 0

    def visit(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        for field in ("attr", "id", "value"):
            old = getattr(node, field, None)
            if isinstance(old, str) and old in DOUBLE:
                setattr(node, field, DOUBLE[old])
                self.count += 1
        return node


def _renumbered(part: ast.FunctionDef, x: float, y: float) -> tuple[ast.FunctionDef, int]:
    changed, count = copy.deepcopy(part), 0
    for node in ast.walk(changed):
        if isinstance(node, ast.Constant) and type(node.value) is type(x) and node.value == x:
            node.value, count = y, count + 1
    return changed, count


def _about(part: ast.FunctionDef, likely: bool) -> _About:
    nodes = list(ast.walk(part))
    arguments = [a.arg for f in nodes if isinstance(f, ast.FunctionDef) for a in (*f.args.args, *f.args.kwonlyargs)]
    made = [n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    called = frozenset(n.func.id for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name))
    scalars = [a.arg for a in part.args.kwonlyargs] or [a.arg for a in part.args.args[1:] if a.arg != "self"]
    for n in nodes:
        match n:
            case ast.Assign([ast.Tuple(targets)], ast.Name(name)) if name in scalars:
                scalars.remove(name)
                scalars += [t.id for t in targets if isinstance(t, ast.Name)]
    methods = {id(n.func) for n in nodes if isinstance(n, ast.Call)}
    attributes = [
        (n.value.id, n.attr) for n in nodes
        if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name) and id(n) not in methods
    ]  # fmt: skip
    keys = [
        (ast.unparse(n.value), n.slice.value) for n in nodes
        if isinstance(n, ast.Subscript) and isinstance(n.slice, ast.Constant) and isinstance(n.slice.value, str)
    ]  # fmt: skip
    names = tuple(dict.fromkeys((*arguments, *made)))
    return _About(
        names, tuple(scalars), called, likely, False, tuple(dict.fromkeys(attributes)), tuple(dict.fromkeys(keys))
    )


def _with(part: Any, body: Sequence[ast.stmt], field: str = "body") -> Any:
    other = copy.copy(part)
    setattr(other, field, list(body) or [ast.Pass(lineno=1, col_offset=0)])
    return other


def _shown(statement: ast.stmt) -> str:
    """A statement; of a longer one its head."""
    text = ast.unparse(ast.fix_missing_locations(copy.deepcopy(statement))).strip()
    return text.split("\n")[0] if isinstance(statement, (ast.For, ast.If, ast.FunctionDef)) else text


def _words(words: str, *statements: ast.stmt) -> tuple[str, str]:
    shown = [_shown(s) for s in statements]
    return words.format(*shown) if shown else words, shown[0] if shown else ""


def _placed(node: Any) -> Any:
    """A new node as it can be compiled."""
    return ast.fix_missing_locations(node) if not hasattr(node, "lineno") else node


def _block(body: list[ast.stmt], about: _About, nested: bool = False) -> Iterator[tuple[list[ast.stmt], Said]]:
    """Every list of statements that differs in one of them."""
    for i, s in enumerate(body):
        before, after = body[:i], body[i + 1 :]
        if isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant):
            continue  # a docstring
        if about.likely and (not isinstance(s, ast.Return) or nested):
            yield [*before, *after], partial(_words, "`{}` is left out", s)
            if isinstance(s, ast.If):
                yield [*before, *s.body, *after], partial(_words, "`{}` is taken for true always", s)
                yield [*before, *s.orelse, *after], partial(_words, "`{}` is taken for true never", s)
            if isinstance(s, ast.For) and len(s.body) > 1:
                moved = [*before, _with(s, s.body[:-1]), s.body[-1], *after]
                yield moved, partial(_words, "`{}` stands after the loop, not in it", s.body[-1])
                moved = [*before, s.body[0], _with(s, s.body[1:]), *after]
                yield moved, partial(_words, "`{}` stands before the loop, not in it", s.body[0])
            if isinstance(s, ast.For) and after and not isinstance(after[0], ast.Return):
                moved = [*before, _with(s, [*s.body, after[0]]), *after[1:]]
                yield moved, partial(_words, "`{}` stands in the loop, not after it", after[0])
            for field in ("body", "orelse") if isinstance(s, ast.If) else ():
                inner = getattr(s, field)
                if inner and (len(inner) > 1 or field == "orelse"):
                    moved = [*before, _with(s, inner[:-1], field), inner[-1], *after]
                    yield moved, partial(_words, "`{}` stands after the `if`, not in it", inner[-1])
        for j, other in enumerate(after if about.likely else (), i + 1):
            if not isinstance(other, ast.Return):
                moved = [*before, *body[i + 1 : j + 1], s, *body[j + 1 :]]
                yield moved, partial(_words, "`{}` stands behind `{}`", s, other)
        for new, said in _statement(s, about):
            yield [*before, new, *after], said


def _statement(s: ast.stmt, about: _About) -> Iterator[tuple[ast.stmt, Said]]:
    """Every statement that differs from it in one thing."""
    for field in ("body", "orelse"):
        if isinstance(s, (ast.If, ast.For, ast.While, ast.With, ast.FunctionDef)) and getattr(s, field, []):
            for body, said in _block(getattr(s, field), about, nested=not isinstance(s, ast.FunctionDef)):
                yield _with(s, body, field), said
    if about.likely:
        yield from _whole_statement(s, about)
    for field in ("value", "test", "iter"):
        e = getattr(s, field, None)
        for new in _expressions(e, about, True) if isinstance(e, ast.expr) else ():
            other = _replaced(s, field, new)
            yield other, partial(_words, "`{}` reads `{}`", s, other)
    if about.likely and isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
        read = {n.id for n in ast.walk(s.value) if isinstance(n, ast.Name)} - about.called - {s.targets[0].id}
        for name in sorted(read.intersection(about.names)):  # what was meant for one use is kept
            other = _placed(ast.Assign([ast.Name(name, ast.Store()), s.targets[0]], s.value))
            yield other, partial(_words, f"`{{}}` is stored in `{name}`, too", s)


def _whole_statement(s: ast.stmt, about: _About) -> Iterator[tuple[ast.stmt, Said]]:
    """Two names of a statement exchanged, wherever they stand in it, or its operator another."""
    value = getattr(s, "value", None)
    if isinstance(value, ast.expr):
        read = [n.id for n in ast.walk(value) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)]
        for a, b in combinations(sorted(set(read) & set(about.names)), 2):
            other = _replaced(s, "value", _Exchanged(a, b).visit(copy.deepcopy(value)))
            yield other, partial(_words, "`{}` reads `{}`", s, other)
    match s:
        case ast.AugAssign(op=op):
            for new in OTHER_OPERATOR.get(type(op), ()):
                other = _replaced(s, "op", new())
                yield other, partial(_words, "`{}` reads `{}`", s, other)
            plain = ast.Name(s.target.id, ast.Load()) if isinstance(s.target, ast.Name) else None
            if plain:
                other = _placed(ast.Assign([s.target], s.value))
                yield other, partial(_words, "`{}` reads `{}`", s, other)
        case ast.Assign([ast.Tuple(targets) as left]):
            for i, j in combinations(range(len(targets)), 2):
                order = [*targets]
                order[i], order[j] = order[j], order[i]
                other = _replaced(s, "targets", [_replaced(left, "elts", order)])
                yield other, partial(_words, "`{}` reads `{}`", s, other)


class _Exchanged(ast.NodeTransformer):
    def __init__(self, a: str, b: str) -> None:
        self.names = {a: b, b: a}

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.copy_location(ast.Name(self.names.get(node.id, node.id), node.ctx), node)


def _openings(part: ast.FunctionDef, about: _About) -> Iterator[tuple[list[ast.stmt], str]]:
    """What may stand before everything: an argument that is taken for another, or for something near it."""
    given = [a.arg for a in (*part.args.args, *part.args.kwonlyargs)]
    for a, b in combinations(given, 2) if about.likely else ():
        yield ast.parse(f"{a}, {b} = {b}, {a}").body, f"`{a}` and `{b}` are taken for one another"
    for a in given if about.likely else ():
        for other in (f"{a} + 1", f"{a} - 1", "1", "0", f"{a} * {a}", f"abs({a})", f"1 - {a}", f"-{a}", f"2 * {a}",
                      f"{a} / 2", f"{a} ** 0.5", f"1 / {a}", f"sorted({a})", f"{a}[::-1]", f"{a}[1:]", f"{a}[:-1]",
                      f"{a}[:1]", f"int({a})", f"dict.fromkeys({a})"):  # fmt: skip
            yield ast.parse(f"{a} = {other}").body, f"`{a}` is `{other}` from the start"
    for a, b in permutations(about.scalars, 2) if about.likely else ():
        for other in (f"{b} - {a}", f"{a} - {b}", f"{a} + {b}"):
            yield ast.parse(f"{a} = {other}").body, f"`{a}` is `{other}` from the start"
    for name in about.scalars if not about.likely else ():
        for b in given:
            if b != name and b not in about.scalars:
                for other in (f"{b} * {name}", f"{b} / {name}"):
                    yield ast.parse(f"{b} = {other}").body, f"`{b}` is `{other}` from the start"


def _endings(part: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, Said]]:
    """What may be returned: in another order, or one thing as it was handed over."""
    last = part.body[-1]
    plain = [a.arg for a in part.args.args[: len(part.args.args) - len(part.args.defaults)]]
    several = isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple)
    names = [ast.unparse(e) for e in last.value.elts] if several else plain[1:]  # type: ignore[attr-defined]
    if len(names) > len(plain) - 1 and plain[1:2] == ["p"]:
        names = plain[1:]  # of a rule with more state than this variant has
    every = range(len(names))
    for order in list(permutations(every))[1:] if 1 < len(names) < 5 else ():
        parts = [f"results[{k}]" for k in order]
        words = ", ".join(_called(names[k], k, plain) for k in order)
        yield _around(part, f"({', '.join(parts)}, *results[{len(names)}:])"), partial(
            _words, f"the results come in another order: {words}")  # fmt: skip
    kept = [k for k in every if names[k] in plain or (not k and "p" in plain)]
    for chosen in (c for n in range(1, len(kept) + 1) for c in combinations(kept, n)):
        old = {k: names[k] if names[k] in plain else "p" for k in chosen}
        parts = [old.get(k, f"results[{k}]") for k in every]
        what = f"({', '.join(parts)}, *results[{len(names)}:])"
        words = " and ".join(f"`{name}`" for name in old.values()) + (" is" if len(old) == 1 else " are")
        yield _around(part, what), partial(_words, f"{words} returned as handed over")


def _called(result: str, k: int, plain: list[str]) -> str:
    """What to call a result: its name, or p, which a rule returns first."""
    return result if result.isidentifier() else "p" if not k and "p" in plain else f"result {k + 1}"


def _around(part: ast.FunctionDef, what: str) -> ast.FunctionDef:
    """A function that returns something else of what it works out."""
    inner = copy.copy(part)
    inner.name = "inner"
    given = [a.arg for a in part.args.args] + [f"{a.arg}={a.arg}" for a in part.args.kwonlyargs]
    lines = ast.parse(
        f"results = inner({', '.join(given)})\nresults = results if isinstance(results, tuple) else (results,)\n"
        f"results = {what}\n"
    ).body
    back = ast.parse("results if len(results) > 1 else results[0]", mode="eval").body
    return _with(part, [inner, *copy.deepcopy(lines), ast.fix_missing_locations(ast.Return(back))])


# One expression


def _expressions(e: ast.expr, about: _About, term: bool = False) -> Iterator[ast.expr]:
    """Every expression that differs from it in one thing; a `term` may have a factor too many."""
    several: Iterable[ast.expr]
    if about.reduced:
        several = _reduced(e)
    else:
        several = _here(e, about) if about.likely else (*_near(e), *(_factors(e, about) if term else ()))
    for new in several:
        yield ast.fix_missing_locations(new)
    terms = isinstance(e, (ast.Tuple, ast.Call, ast.ListComp, ast.GeneratorExp, ast.IfExp)) or (
        isinstance(e, ast.BinOp) and isinstance(e.op, (ast.Add, ast.Sub)))  # fmt: skip
    for field, value in ast.iter_fields(e):
        if isinstance(value, ast.expr):
            if isinstance(e, ast.Call) and field == "func" and isinstance(value, ast.Name):
                continue
            for new in _expressions(value, about, terms):
                yield _replaced(e, field, new)
        elif isinstance(value, list):
            for i, item in enumerate(value):
                inner = item.iter if isinstance(item, ast.comprehension) else item
                if isinstance(item, ast.comprehension):
                    for new in _expressions(inner, about):
                        yield _replaced(e, field, [*value[:i], _replaced(item, "iter", new), *value[i + 1 :]])
                    for k, test in enumerate(item.ifs):
                        dropped = _replaced(item, "ifs", [t for t in item.ifs if t is not test])
                        yield _replaced(e, field, [*value[:i], dropped, *value[i + 1 :]])
                        for new in _expressions(test, about):
                            changed = _replaced(item, "ifs", [*item.ifs[:k], new, *item.ifs[k + 1 :]])
                            yield _replaced(e, field, [*value[:i], changed, *value[i + 1 :]])
                elif isinstance(item, ast.keyword):
                    for new in _expressions(item.value, about, terms):
                        yield _replaced(e, field, [*value[:i], _replaced(item, "value", new), *value[i + 1 :]])
                elif isinstance(item, ast.expr):
                    for new in _expressions(item, about, terms):
                        yield _replaced(e, field, [*value[:i], new, *value[i + 1 :]])


def _replaced(node: Any, field: str, value: Any) -> Any:
    other = copy.copy(node)
    setattr(other, field, value)
    return other


def _call(name: str, *args: ast.expr) -> ast.Call:
    return ast.Call(_name(name), list(args), [])


def _factors(e: ast.expr, about: _About) -> Iterator[ast.expr]:
    for owner, attribute in about.attributes:
        if owner == "self":
            own = ast.Attribute(_name("self"), attribute, ast.Load())
            yield _op(e, ast.Mult(), own)
            yield _op(e, ast.Div(), own)
    for name in about.scalars:
        for factor in (_name(name), _op(_number(1), ast.Sub(), _name(name))):
            yield _op(e, ast.Mult(), factor)
            yield _op(e, ast.Div(), factor)
        yield _op(e, ast.Add(), _name(name))


def _reduced(e: ast.expr) -> Iterator[ast.expr]:
    """One number for an array."""
    if isinstance(e, (ast.BinOp, ast.Name, ast.Call)) and isinstance(getattr(e, "ctx", ast.Load()), ast.Load):
        for name in ("max", "sum", "mean"):
            yield ast.Call(ast.Attribute(_name("np"), name, ast.Load()), [e], [])


def _near(e: ast.expr) -> Iterator[ast.expr]:
    one, two = _number(1), _number(2)
    if isinstance(e, (ast.BinOp, ast.Name, ast.Call)) and isinstance(getattr(e, "ctx", ast.Load()), ast.Load):
        yield from (
            _op(two, ast.Mult(), e), _op(e, ast.Div(), two), _op(e, ast.Add(), one), _op(e, ast.Sub(), one),
            _op(one, ast.Sub(), e), _op(one, ast.Div(), e), _call("max", e, _number(0)), _call("max", e, one),
            _call("min", e, one), _call("int", e), _op(e, ast.Pow(), two), _call("exp", e), _call("log", e),
        )  # fmt: skip


def _here(e: ast.expr, about: _About) -> Iterator[ast.expr]:
    """What may well stand in the place of this expression, with its parts as they are."""
    if isinstance(e, (ast.BinOp, ast.Name, ast.Call)) and isinstance(getattr(e, "ctx", ast.Load()), ast.Load):
        yield ast.UnaryOp(ast.USub(), e)
        yield from (_op(e, ast.Mult(), e), _op(e, ast.Pow(), _number(0.5)), _call("abs", e), _call("sign", e))
    match e:
        case ast.BinOp(a, op, b):
            yield a
            yield b
            for other in OTHER_OPERATOR.get(type(op), ()):
                yield _op(a, other(), b)
            if isinstance(op, (ast.Sub, ast.Div, ast.Pow, ast.MatMult)):
                yield _op(b, op, a)
            if isinstance(op, ast.Add):
                yield _call("maximum", a, b)
            if isinstance(a, ast.BinOp):
                yield _op(a.left, a.op, _op(a.right, op, b))
            if isinstance(b, ast.BinOp):
                yield _op(_op(a, op, b.left), b.op, b.right)
            for x, y, swap in ((a, b, False), (b, a, True)):
                if isinstance(x, ast.Call) and len(x.args) == 1:  # a function of both
                    yield _replaced(x, "args", [_op(y, op, x.args[0]) if swap else _op(x.args[0], op, y)])
        case ast.Call(func, args):
            if args:
                yield args[0]
            if isinstance(func, ast.Attribute) and ast.unparse(func.value).split(".")[0] not in MODULES:
                yield func.value  # of a method's result what it was called on
            if e.keywords:
                yield _replaced(e, "keywords", [])
            if len(args) == 1 and isinstance(args[0], ast.BinOp):  # a function of one of them
                a, op, b = args[0].left, args[0].op, args[0].right
                yield _op(_replaced(e, "args", [a]), op, b)
                yield _op(a, op, _replaced(e, "args", [b]))
            if len(args) == 2:
                yield args[1]
                yield _replaced(e, "args", args[::-1])
                for k, arg in enumerate(args):
                    if isinstance(arg, ast.BinOp):  # of all, not of one
                        for x, y, back in ((arg.left, arg.right, False), (arg.right, arg.left, True)):
                            whole = _replaced(e, "args", [*args[:k], x, *args[k + 1 :]])
                            yield _op(y, arg.op, whole) if back else _op(whole, arg.op, y)
                            yield _op(whole, arg.op, y) if back else _op(y, arg.op, whole)
                if ast.unparse(func) in ("maximum", "max"):
                    yield _op(args[0], ast.Add(), args[1])
            name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
            if name == "copysign" and len(args) == 2:
                yield _op(_call("sign", args[1]), ast.Mult(), args[0])
            if name in ("map", "filter", "zip", "reversed"):
                yield _call("list", e)
            for other_name in OTHER_FUNCTION.get(name, ()):
                new = _name(other_name) if isinstance(func, ast.Name) else _replaced(func, "attr", other_name)
                yield _replaced(e, "func", new)
        case ast.Compare(a, [op], [b]):
            for other in OTHER_OPERATOR.get(type(op), ()):
                yield ast.Compare(a, [other()], [b])
            yield ast.Constant(True)
            yield ast.Constant(False)
        case ast.BoolOp(op, values):
            yield from values
            yield ast.BoolOp(OTHER_OPERATOR[type(op)][0](), values)
        case ast.IfExp(test, yes, no):
            yield yes
            yield no
            yield ast.IfExp(test, no, yes)
        case ast.UnaryOp(ast.USub() | ast.Not(), a):
            yield a
        case ast.Constant(bool()):
            yield ast.Constant(not e.value)
        case ast.Constant(int() | float() as x):
            for value in (0, 1, 2, x + 1, x - 1, 2 * x, x / 2, -x, x / 10, 10 * x, x * x):
                if value != x:
                    yield _number(value)
        case ast.Name(name, ast.Load()):
            for other_name in about.names:
                if other_name != name:
                    yield _name(other_name)
            yield _number(0)
            yield _number(1)
        case ast.ListComp(_, generators) | ast.GeneratorExp(_, generators):
            if len(generators) == 1 and isinstance(generators[0].iter, ast.Name):
                yield generators[0].iter
        case ast.Attribute(ast.Name() as a, attr, ast.Load()):
            for owner, other_name in about.attributes:
                if owner == a.id and other_name != attr:
                    yield _replaced(e, "attr", other_name)
        case ast.Subscript(a, ast.Constant(str()) as key):
            for base, other_key in about.keys:
                if other_key != key.value:
                    yield _replaced(e, "slice", ast.copy_location(ast.Constant(other_key), key))
                if base != ast.unparse(a):
                    yield _replaced(e, "value", ast.parse(base, mode="eval").body)
        case ast.Subscript(a):
            yield a
