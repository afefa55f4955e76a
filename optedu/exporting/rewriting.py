"""The text of a function in another dialect: what is spelled otherwise is replaced in place, all else stays.

Comments, names and line breaks are those of the source. A branch on data becomes a choice between two values, since
a program that is made once for all steps cannot take one of two ways.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any, NoReturn

from .kinds import Kinds, assigned
from .sharding import Gathering
from .source import Function, is_plain, meaning, spelled
from .spelling import DTYPES, Argument, Dialect, tight

REMARKS = re.compile(r"  # (fmt:|noqa|type:)[^\n]*")
"""What is said to tools, not to readers."""

CHOOSE = "_choose"
"""The function of a written file that picks what one of two branches returns."""

GATHER = "_whole"
"""The function of a written file that gathers the shards of a tensor."""

ADD = "_added"
"""The function of a written file that adds up the parts of a norm."""


class Rewriter:
    """One function, to be written in a dialect.

    Parameters
    ----------
    function : Function
    kinds : Kinds, or None
        Which expressions are data; None for a function that is no rule: nothing in it is.
    dialect : Dialect
    gathering : Gathering, optional
        Where it gathers the shards of tensors.
    """

    def __init__(
        self, function: Function, kinds: Kinds | None, dialect: Dialect, gathering: Gathering | None = None
    ) -> None:
        self.function, self.kinds, self.dialect = function, kinds, dialect
        self.gathering = gathering or Gathering()
        self.starts = [0]
        for line in function.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.fixed: dict[ast.AST, str] = {}
        self.wrapped: dict[ast.AST, list[tuple[str, str]]] = {}
        self.names: dict[str, str] = {}
        self.taken = {n.id for n in ast.walk(function.tree) if isinstance(n, ast.Name)}
        self.chooses = False  # whether the helper is called

    def text(self) -> str:
        """The whole function."""
        tree = self.function.tree
        for arg in [n for n in ast.walk(tree) if isinstance(n, ast.arg) and n.annotation]:
            self.fixed[arg] = arg.arg
        if self.kinds:
            self._early_returns()
        if tree.returns is not None:
            self.fixed[tree.returns] = ""
        written = self.inside(tree)
        if tree.returns is not None:
            written = written.replace(") -> :", "):", 1)
        behind = self.function.text[self._span(tree)[1] :].decode().partition("\n")[0]  # a comment
        return REMARKS.sub("", written + behind).rstrip()

    # Text and positions

    def _span(self, node: Any) -> tuple[int, int]:
        return self.starts[node.lineno - 1] + node.col_offset, self.starts[node.end_lineno - 1] + node.end_col_offset

    def _placed(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes right below that have a position."""
        for child in ast.iter_child_nodes(node):
            if hasattr(child, "lineno"):
                yield child
            else:
                yield from self._placed(child)

    def inside(self, node: ast.AST) -> str:
        """The text of a node, its parts spelled anew."""
        start, end = self._span(node)
        if isinstance(node, ast.JoinedStr):
            return self.function.text[start:end].decode()
        out, source = [], self.function.text
        for child in sorted(self._placed(node), key=lambda child: self._span(child)):
            low, high = self._span(child)
            if low >= start and isinstance(child, (ast.expr, ast.stmt, ast.arg, ast.keyword)):
                out += [source[start:low].decode(), self.of(child)]
                start = high
        return "".join([*out, source[start:end].decode()])

    def of(self, node: ast.AST) -> str:
        """The text of a node, spelled anew."""
        text = self.fixed.get(node)
        if text is None:
            own = getattr(self, f"_{type(node).__name__}", None)
            text = own(node) if own else None
        if text is None:
            text = self.inside(node)
        if isinstance(node, ast.stmt):
            lines = [f"{name} = {GATHER}({name})" for name in self.gathering.names.get(node, ())]
            return f"\n{' ' * node.col_offset}".join([*lines, text])
        if node in self.gathering.sums:
            text = f"{ADD}({text})"
        return f"{GATHER}({text})" if node in self.gathering.parts else text

    def line(self, node: ast.AST) -> str:
        """The same in one line, if no comment stands in it."""
        text = self.of(node)
        return text if "#" in text or '"' in text or "'" in text else re.sub(r"\s*\n\s*", " ", text)

    def data(self, node: ast.AST) -> bool:
        """Whether it is data."""
        return bool(self.kinds and self.kinds.of.get(node, False))

    def argument(self, node: ast.expr) -> Argument:
        return Argument(self.line(node), self.data(node))

    def refuse(self, node: ast.AST, why: str) -> NoReturn:
        raise self.function.refuse(node, why)

    def fresh(self, name: str) -> str:
        """A name that nothing else bears."""
        k, found = 1, name
        while found in self.taken:
            k += 1
            found = f"{name}{k}"
        self.taken.add(found)
        return found

    # Expressions

    def _Name(self, node: ast.Name) -> str | None:
        if node.id in self.names:
            return self.names[node.id]
        name = spelled(meaning(self.function, node))
        if name in DTYPES:
            return f"{self.dialect.prefix}{name}"
        if name is not None:
            self.refuse(node, f"{name} is used without being called")
        return None

    def _Attribute(self, node: ast.Attribute) -> str | None:
        thing = meaning(self.function, node)
        if isinstance(meaning(self.function, node.value), ModuleType):
            name = spelled(thing)
            if name in DTYPES:
                return f"{self.dialect.prefix}{name}"
            if isinstance(thing, FunctionType) and name is None:
                return thing.__name__
            if is_plain(thing):
                return repr(thing)
            self.refuse(node, f"{ast.unparse(node)} is not written out")
        if self.kinds is None or self.data(node.value):
            return self.dialect.attribute(self.line(node.value), node.attr, lambda why: self.refuse(node, why))
        return None

    def _Call(self, node: ast.Call) -> str | None:
        thing = meaning(self.function, node.func)
        args = [self.argument(a) for a in node.args]
        named = {str(k.arg): self.argument(k.value) for k in node.keywords}
        whole = any(a.data for a in (*args, *named.values()))

        def refuse(why: str) -> NoReturn:
            self.refuse(node, why)

        name = spelled(thing)
        if name is not None:
            return self.dialect.function(name, args, named, refuse)
        if isinstance(node.func, ast.Attribute) and thing is None and self.data(node.func.value):
            return self.dialect.method(self.line(node.func.value), node.func.attr, args, named, refuse)
        if whole and not isinstance(thing, FunctionType) and isinstance(node.func, ast.Name):
            return self.dialect.builtin(node.func.id, args, refuse)
        return None

    def _IfExp(self, node: ast.IfExp) -> str | None:
        if not self.data(node.test):
            return None
        condition, sides = self.truth(node.test), (node.body, node.orelse)
        tuples = [side.elts for side in sides if isinstance(side, ast.Tuple)]
        if tuples and (len(tuples) == 1 or len(tuples[0]) != len(tuples[1])):
            self.refuse(node, "data decide between values of different forms")
        if tuples:
            each = zip(*tuples, strict=True)
            return f"({', '.join(self.dialect.where(condition, *map(self.argument, pair)) for pair in each)})"
        return self.dialect.where(condition, *map(self.argument, sides))

    def _BoolOp(self, node: ast.BoolOp) -> str | None:
        if not self.data(node):
            return None
        if not all(isinstance(n, (ast.Compare, ast.BoolOp)) for n in node.values):
            self.refuse(node, "and, or between data that are no comparisons")
        return f"({self.truth(node)})"

    def _UnaryOp(self, node: ast.UnaryOp) -> str | None:
        return self.truth(node) if isinstance(node.op, ast.Not) and self.data(node) else None

    def _Compare(self, node: ast.Compare) -> str | None:
        return f"({self.truth(node)})" if self.data(node) and len(node.ops) > 1 else None

    def truth(self, node: ast.expr) -> str:
        """A condition on data as an array of truth values."""
        if not self.data(node):
            return f"bool({self.line(node)})"
        if isinstance(node, ast.BoolOp):
            sign = " & " if isinstance(node.op, ast.And) else " | "
            return sign.join(f"({self.truth(part)})" for part in node.values)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"~({self.truth(node.operand)})"
        if isinstance(node, ast.Compare):
            if any(isinstance(op, (ast.In, ast.NotIn, ast.Is, ast.IsNot)) for op in node.ops):
                self.refuse(node, "in, is between data")
            sides = [self.line(part) for part in (node.left, *node.comparators)]
            signs = [_SIGNS[type(op)] for op in node.ops]
            pairs = [f"{a} {sign} {b}" for a, sign, b in zip(sides, signs, sides[1:], strict=False)]
            return pairs[0] if len(pairs) == 1 else " & ".join(f"({pair})" for pair in pairs)
        if isinstance(node, ast.Call) and _is_truth(node):
            return self.line(node)
        return f"{tight(self.line(node))} != 0"

    # Statements

    def _AugAssign(self, node: ast.AugAssign) -> str | None:
        """``m += d`` would change an array that is not ours: ``m = m + (d)``."""
        if not self.kinds or not isinstance(node.target, ast.Name):
            return None
        target = node.target.id
        now = self.names.get(target, target)
        return f"{now} = {now} {_OPERATORS[type(node.op)]} ({self.of(node.value)})"

    def _AnnAssign(self, node: ast.AnnAssign) -> str | None:
        return f"{self.of(node.target)} = {self.of(node.value)}" if node.value is not None else "pass"

    def _Return(self, node: ast.Return) -> str | None:
        if node not in self.wrapped or node.value is None:
            return None
        text = self._returned(node)
        for when, early in reversed(self.wrapped[node]):
            text = self._choice(when, early, text)
        return f"return {text}"

    def _returned(self, node: ast.Return) -> str:
        assert node.value is not None
        text = self.line(node.value)
        return f"({text})" if isinstance(node.value, ast.Tuple) and not text.startswith("(") else text

    def _choice(self, when: str, yes: str, no: str) -> str:
        if self._tuples:
            self.chooses = True
            return f"{CHOOSE}({when}, {yes}, {no})"
        return self.dialect.where(when, Argument(yes, True), Argument(no, True))

    @property
    def _tuples(self) -> bool:
        found = [n.value for n in ast.walk(self.function.tree) if isinstance(n, ast.Return)]
        return any(isinstance(value, ast.Tuple) for value in found)

    def _If(self, node: ast.If) -> str | None:
        if not self.data(node.test):
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and self.data(node.orelse[0].test):
                low, _ = self._span(node.orelse[0])
                if self.function.text[low : low + 4] == b"elif":
                    margin = " " * node.col_offset
                    lines, _ = self._merge(node.orelse[0], {}, "")
                    end = self._span(node.body[-1])[1]
                    head = self._until(node, end)
                    lines = [*self._comments(node.orelse[0]), *lines]
                    inner = "\n".join(f"{margin}    {line}" for line in lines)
                    return f"{head}\n{margin}else:\n{inner}"
            return None
        if any(isinstance(n, ast.Return) for n in ast.walk(node)):
            self.refuse(node, "data decide whether something is returned, inside of another block")
        lines, _ = self._merge(node, {}, "")
        return f"\n{' ' * node.col_offset}".join([*self._comments(node), *lines])

    def _comments(self, node: ast.stmt) -> list[str]:
        """The comments in a statement that is written anew."""
        tokens = tokenize.tokenize(io.BytesIO(self.function.text).readline)
        here = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        said = [t.string for t in tokens if t.type == tokenize.COMMENT and t.start[0] in here]
        return [comment for comment in said if not REMARKS.match(f"  {comment}")]

    def _until(self, node: ast.AST, end: int) -> str:
        """The text of a node up to a position."""
        start, _ = self._span(node)
        out, source = [], self.function.text
        for child in sorted(self._placed(node), key=lambda child: self._span(child)):
            low, high = self._span(child)
            if low >= start and high <= end:
                out += [source[start:low].decode(), self.of(child)]
                start = high
        return "".join([*out, source[start:end].decode()])

    def _early_returns(self) -> None:
        """Data decide what is returned: both are computed, and one is chosen at the end."""
        body = self.function.tree.body
        for k, node in enumerate(body):
            if not (isinstance(node, ast.If) and self.data(node.test)):
                continue
            returns = [n for n in ast.walk(node) if isinstance(n, ast.Return)]
            if not returns:
                continue
            last = node.body[-1]
            inside = [n for part in node.body for n in ast.walk(part) if isinstance(n, ast.Return)]
            if inside != [last] or node.orelse:
                self.refuse(node, "data decide what is returned in more than one place of a branch")
            when, early = self.fresh("when"), self.fresh("early")
            lines = [f"{when} = {self.truth(node.test)}"]
            then, names = self._lines(node.body[:-1], {}, "_then")
            self.names = names
            assert isinstance(last, ast.Return)
            lines += [*then, f"{early} = {self._returned(last)}"]
            self.names = {}
            self.fixed[node] = f"\n{' ' * node.col_offset}".join([*self._comments(node), *lines])
            for later in body[k + 1 :]:
                for n in ast.walk(later):
                    if isinstance(n, ast.Return):
                        self.wrapped.setdefault(n, []).append((when, early))

    def _merge(self, node: ast.If, names: Mapping[str, str], suffix: str) -> tuple[list[str], dict[str, str]]:
        """Lines that compute both branches of a condition on data and choose, and what names stand for then."""
        assert self.kinds is not None
        before = self.kinds.before[node]
        both = set(assigned(ast.Module(node.body, []))) & set(assigned(ast.Module(node.orelse, [])))
        merged = [name for name in assigned(node) if name in before or name in both or name in names]
        self.names = dict(names)
        condition = self.truth(node.test)
        now = dict(names)
        simple = [self._only(node.body), self._only(node.orelse)] if len(merged) == 1 else [None, None]
        target = f"{merged[0]}{suffix}" if merged else ""
        if simple[0] and (simple[1] or not node.orelse) and len(assigned(node)) == 1:
            old = Argument(now.get(merged[0], merged[0]), before.get(merged[0], False))
            sides = [self.argument(one.value) if one else old for one in simple]
            return [f"{target} = {self.dialect.where(condition, *sides)}"], {**now, merged[0]: target}
        when = self.fresh("when")
        then, after_then = self._lines(node.body, names, f"{suffix}_then")
        other, after_else = self._lines(node.orelse, names, f"{suffix}_else")
        lines = [f"{when} = {condition}", *then, *other]
        for name in merged:
            sides = [Argument(after.get(name, name), True) for after in (after_then, after_else)]
            lines.append(f"{name}{suffix} = {self.dialect.where(when, *sides)}")
            now[name] = f"{name}{suffix}"
        self.names = dict(names)
        return lines, now

    @staticmethod
    def _only(statements: Sequence[ast.stmt]) -> ast.Assign | None:
        """The one assignment to one name that a block consists of."""
        one = statements[0] if len(statements) == 1 else None
        fits = isinstance(one, ast.Assign) and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name)
        return one if fits and isinstance(one, ast.Assign) else None

    def _lines(
        self, statements: Sequence[ast.stmt], names: Mapping[str, str], suffix: str
    ) -> tuple[list[str], dict[str, str]]:
        """The statements of one branch; what they assign to bears another name there."""
        now, lines = dict(names), []
        for node in statements:
            self.names = now
            if isinstance(node, ast.If) and self.data(node.test):
                if any(isinstance(n, ast.Return) for n in ast.walk(node)):
                    self.refuse(node, "data decide whether something is returned, inside of another block")
                more, now = self._merge(node, now, suffix)
                lines += more
            elif isinstance(node, (ast.If, ast.For)):
                assert self.kinds is not None
                for name in assigned(node):
                    if now.get(name) != f"{name}{suffix}" and (name in now or name in self.kinds.before[node]):
                        lines.append(f"{name}{suffix} = {now.get(name, name)}")
                now = {**now, **{name: f"{name}{suffix}" for name in assigned(node)}}
                self.names = now
                lines += self._reindented(node)
            elif isinstance(node, ast.Assign):
                value = self.line(node.value)
                now = {**now, **{name: f"{name}{suffix}" for name in assigned(node)}}
                self.names = now
                lines.append(" = ".join([*map(self.line, node.targets), value]))
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                name = node.target.id
                value = f"{now.get(name, name)} {_OPERATORS[type(node.op)]} ({self.line(node.value)})"
                now = {**now, name: f"{name}{suffix}"}
                lines.append(f"{name}{suffix} = {value}")
            elif not isinstance(node, ast.Pass):
                self.refuse(node, "this stands in a branch on data")
        self.names = {}
        return lines, now

    def _reindented(self, node: ast.stmt) -> list[str]:
        """The lines of a statement, moved to the margin."""
        first, *rest = self.of(node).split("\n")
        first = first.removeprefix("el") if first.startswith("elif") else first
        return [first, *(line[node.col_offset :] for line in rest)]


_SIGNS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_OPERATORS: dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.MatMult: "@", ast.Mod: "%",
    ast.FloorDiv: "//",
}  # fmt: skip


def _is_truth(node: ast.Call) -> bool:
    """A call whose result is made of truth values."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("any", "all", "isfinite", "isnan")
