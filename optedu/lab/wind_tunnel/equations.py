"""A rule as formulas, from its source: LaTeX for a text, MathML for a page that loads nothing.

The source is read into a small tree of boxes, in which a division is a fraction and a name a symbol; branches on
settings are decided by their values. Two writers turn boxes into text.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from itertools import dropwhile
from types import FunctionType
from typing import Any

from ...exporting.refusal import NotExported
from ...exporting.source import Function, meaning, read, spelled

Box = tuple[Any, ...]
"""``(kind, *parts)``; the kinds are the methods of a writer."""

GREEK = "alpha beta gamma delta epsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega"
LETTERS = {
    "lr": "gamma", "eps": "epsilon", "weight_decay": "lambda", "p": "theta", "momentum": "mu", "dampening": "tau",
    "lambd": "lambda",
}  # fmt: skip
"""Names that the book writes as another letter; where two in one rule want the same one, the first gets it."""

CODES = dict(zip(GREEK.split(), "αβγδεζηθκλμνξπρστφχψω", strict=True))
OPERATORS = {ast.Add: "+", ast.Sub: "-"}
COMPARED = {
    ast.Lt: ("<", "<"), ast.LtE: (r"\le", "≤"), ast.Gt: (">", ">"), ast.GtE: (r"\ge", "≥"), ast.Eq: ("=", "="),
    ast.NotEq: (r"\ne", "≠"),
}  # fmt: skip
SUM, PRODUCT, POWER, ATOM = 1, 2, 3, 4
"""How strongly the parts of a box hold together."""


@dataclass(frozen=True)
class Equations:
    """A rule as formulas.

    Attributes
    ----------
    latex : str
        In an ``aligned`` environment; empty if there is none.
    mathml : str
        For HTML.
    why_not : str
        Why the source could not be read; else empty.
    lines : tuple of (str, str)
        The two sides of each line, in MathML.
    functions : tuple of function
        Those that were read.
    """

    latex: str
    mathml: str
    why_not: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    functions: tuple[Callable[..., Any], ...] = ()


def equations(
    rules: tuple[Callable[..., Any], ...], settings: Mapping[str, Any], absent: Iterable[str] = ()
) -> Equations:
    """The formulas of rules and of the functions that they call, callers first.

    Parameters
    ----------
    rules : tuple of function
    settings : dict
        Their values decide the branches on them.
    absent : iterable of str
        Arguments that are None.
    """
    if not rules:
        return Equations("", "", "its rule is not known")
    try:
        walkers = _walkers(rules, {**settings, **dict.fromkeys(absent)})
    except NotExported as error:
        return Equations("", "", f"its source cannot be read as a whole: {error}")
    lines: list[tuple[Box, Box]] = []
    for walker in walkers:
        if len(walkers) > 1:
            lines.append((("said", f"{walker.tree.name}:"), ("row",)))
        lines += walker.lines
    latex, mathml = Latex(), MathML()
    rows = [f"{latex.write(left)} {latex.write(right)}".rstrip() for left, right in lines]
    both = [(mathml.write(left), mathml.write(right)) for left, right in lines]
    cells = "".join(f"<mtr><mtd>{left}</mtd><mtd>{right}</mtd></mtr>" for left, right in both)
    return Equations(
        "\\begin{aligned}\n" + " \\\\\n".join(rows) + "\n\\end{aligned}",
        f'<math xmlns="{MATHML}" display="block" displaystyle="true"><mtable>{cells}</mtable></math>',
        lines=tuple(both),
        functions=tuple(one for walker in walkers for one in walker.functions),
    )


def _walkers(rules: Iterable[Callable[..., Any]], known: Mapping[str, Any]) -> list["Walker"]:
    """Rules as they were read, and then the functions that stand in their lines."""
    waiting = [(rule, dict(known)) for rule in rules]
    done: dict[str, Walker] = {}
    for rule, given in waiting:  # (it grows)
        before = done.get(rule.__name__)
        if before:  # of several calls only what all of them give is known
            given = {key: value for key, value in before.given.items() if key in given and given[key] == value}
        if before is None or given != before.given:
            done[rule.__name__] = walker = Walker(read(rule), given)
            waiting += walker.called
    return list(done.values())


MATHML = "http://www.w3.org/1998/Math/MathML"

SIGNS = ("norm",)
"""Functions that have a sign of their own."""


class Walker:
    """Reads one function.

    Parameters
    ----------
    function : Function
        Its source.
    known : dict
        Values of settings and of arguments that are None.
    """

    def __init__(self, function: Function, known: Mapping[str, Any]) -> None:
        self.function = function
        self.tree = function.tree
        self.given = known
        self.called: list[tuple[FunctionType, dict[str, Any]]] = []
        """Functions that stand in its lines, each with what is known in it."""
        self.functions = [function.object]
        """Those whose lines it gives: the function, and the one that it hands everything on to."""
        arguments = function.tree.args
        self.names = [a.arg for a in arguments.args]
        own = {*self.names, *(a.arg for a in arguments.kwonlyargs)}
        self.known = {name: value for name, value in known.items() if name in own}
        self.letters = {symbol(name): name for name in reversed(LETTERS) if name in own}
        self.lines = [
            (left, ("row", right, self._when(branches)) if branches else right)
            for left, right, *branches in self._body(self.tree.body)
        ]
        """Left and right side of every line."""

    def _body(self, body: list[ast.stmt]) -> Iterator[tuple[Any, ...]]:
        """Both sides of each line, and the branches that it stands in, from the outermost on."""
        for k, node in enumerate(body):
            if isinstance(node, ast.Pass) or isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                continue  # the docstring
            if isinstance(node, ast.Assign):
                yield from self._assigned(node)
            elif isinstance(node, ast.AnnAssign) and node.value is not None:
                yield self._line(node.target, node.value)
            elif isinstance(node, ast.AugAssign):
                changed = ast.BinOp(ast.Name(ast.unparse(node.target)), node.op, node.value)
                yield self._line(node.target, changed)
            elif isinstance(node, ast.If):
                decided = self._decided(node.test)
                if decided is None:
                    yield from self._branch(node)
                    if isinstance(node.body[-1], ast.Return) and body[k + 1 :]:
                        yield ("said", "otherwise:"), ("row",)
                    continue
                chosen = node.body if decided else node.orelse
                yield from self._body(chosen)
                if chosen and isinstance(chosen[-1], ast.Return):
                    return
            elif isinstance(node, ast.Return) and node.value is not None:
                yield from self._returned(node.value)
            elif isinstance(node, (ast.For, ast.While)):
                yield ("said", ast.unparse(node).splitlines()[0]), ("row",)
                yield from self._body(node.body)
            else:
                yield ("said", ast.unparse(node).splitlines()[0]), ("row",)

    def _assigned(self, node: ast.Assign) -> Iterator[tuple[Box, Box]]:
        target = node.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for one, value in zip(target.elts, node.value.elts, strict=True):
                yield self._line(one, value)
        elif not (isinstance(target, ast.Tuple) and isinstance(node.value, ast.Name)):  # (b1, b2 = betas)
            yield self._line(target, node.value)

    def _line(self, target: ast.expr, value: ast.expr) -> tuple[Box, Box]:
        return self.box(target), ("gets", self.box(value))

    def _branch(self, node: ast.If) -> Iterator[tuple[Any, ...]]:
        for left, right, *inner in self._body(node.body):
            yield left, right, (True, node.test), *inner
        for left, right, *inner in self._body(node.orelse):
            yield left, right, (False, node.test), *inner

    def _when(self, branches: list[tuple[bool, ast.expr]]) -> Box:
        """In words: what is *otherwise* to the lines above, and all else that has to hold."""
        rest = list(dropwhile(lambda branch: not branch[0], branches))
        if not rest:
            return ("words", " otherwise")
        tests = [test if holds else ast.UnaryOp(ast.Not(), test) for holds, test in rest]
        start = ("words", " if " if len(rest) == len(branches) else " otherwise, if ")
        return ("row", start, self.box(tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests)))

    def _decided(self, test: ast.expr) -> bool | None:
        """Whether a condition on settings holds; None if it depends on more."""
        if isinstance(test, ast.BoolOp):
            parts = [self._decided(part) for part in test.values]
            ends = isinstance(test.op, ast.Or)
            return ends if ends in parts else None if None in parts else not ends
        if any(isinstance(n, ast.Name) and n.id not in self.known for n in ast.walk(test)):
            return None
        try:
            return bool(eval(compile(ast.Expression(test), "<rule>", "eval"), {}, dict(self.known)))
        except Exception:
            return None

    def _returned(self, value: ast.expr) -> Iterator[tuple[Box, Box]]:
        if isinstance(value, ast.Call) and (own := self._own(value)) and _hands_on(value, own[0]):
            inner = Walker(read(own[0]), own[1])
            yield from inner.lines
            self.called += inner.called
            self.functions += inner.functions
            return
        items = value.elts if isinstance(value, ast.Tuple) else [value]
        other = isinstance(items[0], ast.Name) and items[0].id not in self.names[1:2]  # (not the parameter)
        if self.names[:1] != ["g"] or len(items) > len(self.names) - 1 or other:  # a function that a rule calls
            head = ("call", ("function", self.tree.name), [("name", name) for name in self.names])
            yield head, ("gets", self.box(value))
            return
        for name, item in zip(self.names[1:], items, strict=False):
            if isinstance(item, ast.Name) and item.id == name or isinstance(item, ast.Constant) and item.value is None:
                continue  # it has its line above
            yield ("name", name), ("gets", self.box(item))

    def _own(self, node: ast.Call) -> tuple[FunctionType, dict[str, Any]] | None:
        """The function of Python that is called, with what is known of its arguments; else None."""
        function = meaning(self.function, node.func)
        if not isinstance(function, FunctionType) or spelled(function) or function.__name__ in SIGNS:
            return None
        parameters = inspect.signature(function).parameters.values()
        named = {one.arg: one.value for one in node.keywords if one.arg}
        known = {**self.given}
        for place, one in enumerate(parameters):
            if isinstance(value := named.get(one.name), ast.Constant):
                known[one.name] = value.value
            elif one.name not in named and place >= len(node.args) and one.default is not one.empty:
                known[one.name] = one.default
        return function, known

    # Expressions

    def box(self, node: ast.expr) -> Box:
        """An expression."""
        if isinstance(node, ast.Name):
            lost = self.letters.get(symbol(node.id), node.id) != node.id  # (its letter is that of another)
            return ("words" if lost else "name", node.id)
        if isinstance(node, ast.Constant):
            return ("number", node.value)
        if isinstance(node, ast.Attribute):
            inner = self.box(node.value)
            return ("over", inner, "⊤", r"\top") if node.attr == "T" else ("name", ast.unparse(node))
        if isinstance(node, ast.UnaryOp):
            sign = "-" if isinstance(node.op, ast.USub) else r"\lnot"
            return ("row", ("sign", sign), self._held(node.operand, PRODUCT))
        if isinstance(node, ast.BinOp):
            return self._operation(node)
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in COMPARED:
            signs = COMPARED[type(node.ops[0])]
            return ("row", self.box(node.left), ("between", *signs), self.box(node.comparators[0]))
        if isinstance(node, ast.Compare) and ast.unparse(node).endswith((" is None", " is not None")):
            there = isinstance(node.ops[0], ast.IsNot)
            return ("row", self.box(node.left), ("words", " is there" if there else " is not there"))
        if isinstance(node, ast.BoolOp):
            parts = [self.box(part) for part in node.values if self._decided(part) is None]
            between = ("words", " and " if isinstance(node.op, ast.And) else " or ")
            return ("row", *(one for k, part in enumerate(parts) for one in ([between] * (k > 0) + [part])))
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.IfExp):
            decided = self._decided(node.test)
            if decided is not None:
                return self.box(node.body if decided else node.orelse)
            return ("cases", [(self.box(node.body), self.box(node.test)), (self.box(node.orelse), None)])
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            return ("below", self.box(node.value), ("number", node.slice.value))
        if isinstance(node, ast.Tuple):
            return ("call", ("row",), [self.box(one) for one in node.elts if ast.unparse(one) != "_"])
        return ("words", ast.unparse(node))

    def _operation(self, node: ast.BinOp) -> Box:
        op = type(node.op)
        if op in OPERATORS:
            right = PRODUCT if op is ast.Sub else SUM
            return ("row", self._held(node.left, SUM), ("between", OPERATORS[op], OPERATORS[op]),
                    self._held(node.right, right))  # fmt: skip
        if op is ast.Div:
            return ("fraction", self.box(node.left), self.box(node.right))
        if op is ast.Pow:
            if isinstance(node.right, ast.Constant) and node.right.value == 0.5:
                return ("root", self.box(node.left))
            return ("power", self._held(node.left, ATOM), self.box(node.right))
        if op is ast.Mod:
            return ("row", self._held(node.left, PRODUCT), ("words", " mod "), self._held(node.right, ATOM))
        if op in (ast.Mult, ast.MatMult):
            if op is ast.Mult and ast.dump(node.left) == ast.dump(node.right):
                return ("power", self._held(node.left, ATOM), ("number", 2))
            return self._product(node)
        return ("words", ast.unparse(node))

    def _product(self, node: ast.BinOp) -> Box:
        """Factors; equal ones at the end, as in ``(1 - b2) * g * g``, are a power."""
        left, right = node.left, node.right
        if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult) and ast.dump(left.right) == ast.dump(right):
            square = ("power", self._held(right, ATOM), ("number", 2))
            return ("row", self._held(left.left, PRODUCT), ("thin",), square)
        if isinstance(right, ast.Constant) or isinstance(left, ast.Constant) and isinstance(right, ast.BinOp):
            return ("row", self._held(left, PRODUCT), ("between", r"\cdot", "·"), self._held(right, PRODUCT))
        return ("row", self._held(left, PRODUCT), ("thin",), self._held(right, PRODUCT))

    def _held(self, node: ast.expr, least: int) -> Box:
        """In parentheses, if it would fall apart."""
        box = self.box(node)
        return ("group", box) if self._strength(node) < least else box

    def _strength(self, node: ast.expr) -> int:
        if isinstance(node, ast.BinOp):
            op = type(node.op)
            return SUM if op in OPERATORS else POWER if op is ast.Pow else PRODUCT
        return SUM if isinstance(node, (ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp)) else ATOM

    def _call(self, node: ast.Call) -> Box:
        own = self._own(node)
        if own:
            self.called.append(own)
        name = ast.unparse(node.func).rpartition(".")[2]
        missing = {name for name, value in self.known.items() if value is None}
        given = [self.box(one) for one in node.args if not (isinstance(one, ast.Name) and one.id in missing)]
        if name == "sqrt" and len(given) == 1:
            return ("root", given[0])
        if name in ("abs", "absolute", "fabs") and len(given) == 1:
            return ("bars", given[0], "|", "|")
        if name == "norm" and len(given) == 1:
            return ("bars", given[0], "‖", r"\|")
        if name == "float" and len(given) == 1:
            return given[0]
        if name == "square" and len(given) == 1:
            return ("power", self._held(node.args[0], ATOM), ("number", 2))
        if name == "where" and len(given) == 3:
            return ("cases", [(given[1], given[0]), (given[2], None)])
        if isinstance(node.func, ast.Attribute) and name == "copy" and not given:
            return self.box(node.func.value)
        if isinstance(node.func, ast.Attribute) and meaning(self.function, node.func) is None:  # a method
            given = [self.box(node.func.value), *given]
        if own:
            flags = [k.arg for k in node.keywords if isinstance(k.value, ast.Constant) and k.value.value is True]
            given += [("name", flag) for flag in flags]
        name = {"maximum": "max", "minimum": "min"}.get(name, name)
        return ("call", ("function", name), given)


def _hands_on(call: ast.Call, function: FunctionType) -> bool:
    """Whether a call gives a function all that has its names there, under these names, and numbers else."""
    names = list(inspect.signature(function).parameters)
    pairs = [*zip(names, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
    return all(isinstance(one, ast.Constant) or isinstance(one, ast.Name) and one.id == name for name, one in pairs)


class Writer:
    """Writes boxes: a method for each kind."""

    def write(self, box: Box) -> str:
        made: str = getattr(self, box[0])(*box[1:])
        return made


class Latex(Writer):
    """Writes boxes as LaTeX."""

    def row(self, *parts: Box) -> str:
        return " ".join(filter(None, map(self.write, parts)))

    def gets(self, right: Box) -> str:
        return rf"&\leftarrow {self.write(right)}"

    def said(self, text: str) -> str:
        return f"&{self.words(text)}"

    def words(self, text: str) -> str:
        return rf"\text{{{_escaped(text)}}}"

    def name(self, name: str) -> str:
        base, mark, below = symbol(name)
        if base in CODES:
            base = f"\\{base}"
        elif len(base) > 1:
            base = rf"\mathrm{{{_escaped(base)}}}"
        if mark:
            base = rf"\hat{{{base}}}"
        if not below:
            return base
        index = below if len(below) == 1 else rf"\mathrm{{{_escaped(below)}}}"
        return f"{base}_{{{index}}}"

    def number(self, value: Any) -> str:
        return rf"\text{{{_escaped(value)}}}" if isinstance(value, str) else _scientific(value, r"{0}\cdot 10^{{{1}}}")

    def sign(self, sign: str) -> str:
        return sign

    def between(self, latex: str, _: str) -> str:
        return latex

    def thin(self) -> str:
        return r"\,"

    def fraction(self, above: Box, below: Box) -> str:
        return rf"\frac{{{self.write(above)}}}{{{self.write(below)}}}"

    def root(self, inner: Box) -> str:
        return rf"\sqrt{{{self.write(inner)}}}"

    def power(self, base: Box, exponent: Box) -> str:
        return rf"{{{self.write(base)}}}^{{{self.write(exponent)}}}"

    def over(self, base: Box, _: str, latex: str) -> str:
        return rf"{{{self.write(base)}}}^{{{latex}}}"

    def below(self, base: Box, index: Box) -> str:
        return rf"{{{self.write(base)}}}_{{{self.write(index)}}}"

    def group(self, inner: Box) -> str:
        return rf"\left({self.write(inner)}\right)"

    def bars(self, inner: Box, _: str, latex: str) -> str:
        return rf"\left{latex}{self.write(inner)}\right{latex}"

    def function(self, name: str) -> str:
        return rf"\operatorname{{{_escaped(name)}}}"

    def call(self, name: Box, given: list[Box]) -> str:
        return rf"{self.write(name)}\left({', '.join(map(self.write, given))}\right)"

    def cases(self, ways: list[tuple[Box, Box | None]]) -> str:
        other = r"\text{else}"
        rows = [f"{self.write(a)} & {self.write(b) if b else other}" for a, b in ways]
        return r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}"


class MathML(Writer):
    """Writes boxes as MathML."""

    def row(self, *parts: Box) -> str:
        return f"<mrow>{''.join(map(self.write, parts))}</mrow>"

    def gets(self, right: Box) -> str:
        return f"<mrow><mo>←</mo>{self.write(right)}</mrow>"

    def said(self, text: str) -> str:
        return self.words(text)

    def words(self, text: str) -> str:
        return f"<mtext>{escape(text)}</mtext>".replace(" ", "\N{NO-BREAK SPACE}")

    def name(self, name: str) -> str:
        base, mark, below = symbol(name)
        made = self._letters(CODES.get(base, base))
        if mark:
            made = f'<mover accent="true">{made}<mo>^</mo></mover>'
        return f"<msub>{made}{self._letters(below)}</msub>" if below else made

    def _letters(self, text: str) -> str:
        """A number, a letter, or a word, which is said to be upright: a style sheet cannot count letters."""
        if text.isdigit():
            return f"<mn>{text}</mn>"
        return f"<mi>{text}</mi>" if len(text) == 1 else f'<mi mathvariant="normal">{escape(text)}</mi>'

    def number(self, value: Any) -> str:
        if isinstance(value, str):
            return f"<mtext>{escape(value)}</mtext>"
        return _scientific(value, "<mn>{0}</mn><mo>·</mo><msup><mn>10</mn><mn>{1}</mn></msup>", "<mn>{0}</mn>")

    def sign(self, sign: str) -> str:
        return f"<mo>{'−' if sign == '-' else '¬'}</mo>"

    def between(self, _: str, sign: str) -> str:
        return f"<mo>{escape({'-': '−'}.get(sign, sign))}</mo>"

    def thin(self) -> str:
        return '<mspace width="0.17em"/>'

    def fraction(self, above: Box, below: Box) -> str:
        return f"<mfrac>{self.row(above)}{self.row(below)}</mfrac>"

    def root(self, inner: Box) -> str:
        return f"<msqrt>{self.write(inner)}</msqrt>"

    def power(self, base: Box, exponent: Box) -> str:
        return self._raised(self.row(base), self.row(exponent))

    def over(self, base: Box, sign: str, _: str) -> str:
        return self._raised(self.row(base), f"<mo>{sign}</mo>")

    def _raised(self, base: str, high: str) -> str:
        """What has an index has the exponent above it, not behind it."""
        indexed = re.fullmatch("<mrow><msub>(.*?)</msub></mrow>", base)
        return f"<msubsup>{indexed[1]}{high}</msubsup>" if indexed else f"<msup>{base}{high}</msup>"

    def below(self, base: Box, index: Box) -> str:
        return f"<msub>{self.row(base)}{self.row(index)}</msub>"

    def group(self, inner: Box) -> str:
        return self._parentheses("", self.write(inner))

    def bars(self, inner: Box, sign: str, _: str) -> str:
        return f'<mrow><mo form="prefix">{sign}</mo>{self.write(inner)}<mo form="postfix">{sign}</mo></mrow>'

    def function(self, name: str) -> str:
        return self._letters(name)

    def call(self, name: Box, given: list[Box]) -> str:
        inner = "<mo>,</mo>".join(map(self.write, given))
        return self._parentheses(self.write(name), inner)

    def _parentheses(self, before: str, inner: str) -> str:
        """They are as high as what they hold; without a font for mathematics too high for what is a line."""
        high = "<mfrac>" in inner or "<mtable" in inner
        sign = f'<mo stretchy="{"true" if high else "false"}">'
        return f"<mrow>{before}{sign}(</mo>{inner}{sign})</mo></mrow>"

    def cases(self, ways: list[tuple[Box, Box | None]]) -> str:
        other = "<mtext>else</mtext>"
        rows = "".join(
            f"<mtr><mtd>{self.write(a)}</mtd><mtd>{self.write(b) if b else other}</mtd></mtr>" for a, b in ways
        )
        return f'<mrow><mo stretchy="true">{{</mo><mtable columnalign="left left">{rows}</mtable></mrow>'


def symbol(name: str) -> tuple[str, bool, str]:
    """Letter, whether it wears a hat, and what stands below it: ``v_max`` → v, no, max; ``m_hat`` → m, yes, ""."""
    if name in LETTERS:
        return LETTERS[name], False, ""
    base, _, below = name.partition("_")
    hat = below == "hat" or below.startswith("hat_")
    below = "" if hat else below
    numbered = re.fullmatch(r"([A-Za-z]+?)(\d+)", base)
    if numbered and not below:
        base, below = numbered[1], numbered[2]
    if base == "b" and below in ("1", "2", "3"):
        base = "beta"
    return base, hat, below


def _scientific(value: Any, form: str, plain: str = "{0}") -> str:
    if value is None:
        return plain.format("-")
    text = f"{value:g}" if isinstance(value, float) else str(value)
    digits, e, power = text.partition("e")
    return form.format(digits, int(power)) if e else plain.format(text)


def _escaped(text: str) -> str:
    return re.sub(r"([_%&#{}$])", r"\\\1", text)
