"""Take scalar factors out of arrays: ``lr * (m / c)`` goes twice over memory, ``(lr / c) * m`` once.

An array is carried as *factor · rest*, the factor being one number for all its elements. Products,
quotients and roots then work on the factors once a step, in Python, and an array is multiplied
only where it is stored or added to another. Sums keep their order. So what comes out differs from
what the rule wrote by rounding alone, as long as no number on the way is near the ends of the dtype's range
(`engines.limits`: a factor that would bring it there stays where it is). Of an element that is infinite or NaN no
finite one is made, but where the rule says NaN, as in ``p - c * p``, it may stay infinite.
"""

from typing import Any

import numpy as np

from .tracing import Fork, Leaf, Symbol, Tape, needed

Pair = tuple[Any, Symbol | None]
"""Factor and rest; a number has no rest."""


def factored(tree: Fork | Leaf) -> Fork | Leaf:
    """The same rule with fewer operations on arrays.

    To divide by a factor, or to take its root, it has to be positive. Where only the numbers of
    a step can tell, the tree forks: one way is the shorter one, the other is the rule as written.
    """
    if isinstance(tree, Fork):
        return tree._replace(yes=factored(tree.yes), no=factored(tree.no))
    if not tree.symbols:
        return tree
    found = _Factoring(tree)
    return found.result() if _passes(found.shorter) < _passes(found.written) else found.written


class _Factoring:
    """One way through a rule, read again with every array as a pair."""

    def __init__(self, leaf: Leaf) -> None:
        self.written = Leaf(list(leaf.symbols), leaf.outputs)
        self.tape: Tape = leaf.symbols[0].tape
        self.pairs: dict[int, tuple[Any, Symbol]] = {}
        self.guards: list[Symbol] = []
        self.positive: set[int] = set()
        used = needed(self.written)
        carried: dict[Any, Any] = {}
        for x in self.written.symbols:
            if x.index in used and not x.scalar:
                self.pairs[x.index] = factor, rest = (1.0, x) if x.op == "input" else self.apart(x)
                if not _is(factor, 1.0) and all(rest is not self.pair(a)[1] for a in x.args):
                    carried[factor.index if type(factor) is Symbol else repr(factor)] = factor
        outputs = tuple(self.whole(out) for out in self.written.outputs)
        self.shorter = Leaf(list(self.tape.symbols), outputs, self.written, tuple(carried.values()))

    def result(self) -> Fork | Leaf:
        """The shorter form where all its guards hold."""
        tree: Fork | Leaf = self.shorter
        for guard in reversed(self.guards):  # a fork has seen what came before its condition
            tree = Fork(self.shorter.symbols[: guard.index + 1], guard, tree, self.written)
        return tree

    def apart(self, x: Symbol) -> tuple[Any, Symbol]:
        """Factor and rest of an operation whose arguments have been taken apart."""
        factors, rests = zip(*map(self.pair, x.args), strict=True)
        arrays = [rest for rest in rests if rest is not None]  # (a symbol is not asked whether it equals None)
        if x.op == "multiply":
            return self.number("multiply", *factors), self.tape.record("multiply", *arrays) if arrays[1:] else arrays[0]
        if x.op == "divide" and self.is_positive(factors[1]):
            above: Any = 1.0 if rests[0] is None else rests[0]
            rest = above if rests[1] is None else self.tape.record("divide", above, rests[1])
            return self.number("divide", *factors), rest
        if x.op == "negative":
            return self.number("multiply", factors[0], -1.0), rests[0]
        if x.op == "square":
            return self.number("multiply", factors[0], factors[0]), self.tape.record("square", rests[0])
        if x.op == "sqrt" and self.is_positive(factors[0]):
            return self.number("sqrt", factors[0]), self.tape.record("sqrt", rests[0])
        if x.op in ("add", "subtract"):
            if rests[0] is rests[1]:  # p - c * p
                return self.number(x.op, *factors), rests[0]
            if factors[0] is factors[1]:
                return factors[0], self.tape.record(x.op, *rests)
            if len(arrays) == 1 and self.is_positive(common := factors[rests[0] is None]):
                numbers = [self.number("divide", factor, common) for factor in factors]
                terms = [n if rest is None else rest for n, rest in zip(numbers, rests, strict=True)]
                return common, self.tape.record(x.op, *terms)
        return 1.0, self.tape.record(x.op, *map(self.whole, x.args))

    def pair(self, a: Any) -> Pair:
        return self.pairs[a.index] if type(a) is Symbol and not a.scalar else (a, None)

    def whole(self, a: Any) -> Any:
        """In one piece again: the factor times the rest."""
        factor, rest = self.pair(a)
        if rest is None or _is(factor, 1.0):
            return a if rest is None else rest
        return self.tape.record("negative", rest) if _is(factor, -1.0) else self.tape.record("multiply", factor, rest)

    def number(self, op: str, *factors: Any) -> Any:
        """An operation on factors; by one nothing is multiplied or divided."""
        if op in ("multiply", "divide") and _is(factors[1], 1.0):
            return factors[0]
        if op == "multiply" and _is(factors[0], 1.0):
            return factors[1]
        if not any(type(factor) is Symbol for factor in factors):
            return float(getattr(np, op)(*factors))
        return self.tape.record("quotient" if op == "divide" else op, *factors)

    def is_positive(self, factor: Any) -> bool:
        """Whether a factor is positive, if need be by a guard: this way is taken only if it is."""
        if type(factor) is not Symbol:
            return bool(factor > 0)
        if factor.op in ("multiply", "divide", "quotient", "sqrt"):
            return all([self.is_positive(a) for a in factor.args])  # noqa: C419 (each of them sets its guard)
        if factor.index not in self.positive:
            self.guards.append(self.tape.record("gt", factor, 0.0))
            self.positive.add(factor.index)
        return True


def _is(factor: Any, value: float) -> bool:
    return type(factor) is not Symbol and factor == value


def _passes(leaf: Leaf) -> int:
    """How many operations on arrays."""
    used = needed(leaf)
    return sum(x.index in used and not x.scalar and x.op != "input" for x in leaf.symbols)
