"""Rules made at random: the source text of a function, with the helpers that it calls.

A rule is pure arithmetic of the kind that people write: sums, products, roots, powers, choices by
comparison, branches on settings and on the step, helpers, states handed on, exchanged, born late.
"""

import linecache
import random
from types import FunctionType
from typing import Any, NamedTuple

HELPERS = """
import math

import numpy as np
from numpy import maximum, sqrt, where

GAIN = 0.75


def mixed(a, b, weight=0.25):
    return a + weight * (b - a)


def scaled(x, c=GAIN):
    return x / (1 + c * abs(x))


def warm(t, steps):
    return min(1.0, t / steps) if steps else 1.0


"""
STEPS = 4


class Made(NamedTuple):
    """A rule, and what it wants."""

    text: str
    rule: FunctionType
    states: dict[str, str]  # name: "array", "born" (made by the rule) or "number"
    settings: list[dict[str, Any]]  # one for each step


def made(seed: int, whole: bool = False) -> Made:
    """The rule of this number; perhaps one that sees whole tensors."""
    return _Maker(seed, whole).made()


class _Maker:
    def __init__(self, seed: int, whole: bool) -> None:
        self.seed, self.whole = seed, whole
        self.random = random.Random(2 * seed + whole)
        self.chance, self.one = self.random.random, lambda *choices: self.random.choice(choices)
        arrays = [f"s{k}" for k in range(self.one(0, 1, 1, 2, 2, 3))]
        self.numbers = [f"n{k}" for k in range(self.one(0, 0, 0, 1, 2))]
        born = arrays[len(arrays) - self.random.randint(0, len(arrays)) :] if self.chance() < 0.25 else []
        self.states = {name: "born" if name in born else "array" for name in arrays} | dict.fromkeys(
            self.numbers, "number"
        )
        self.late: list[str] = []  # born at a later step, and none of the names that an expression may use
        self.arrays = ["g", "p", *(name for name, kind in self.states.items() if kind == "array")]

    def made(self) -> Made:
        lines = [line for name, kind in self.states.items() if kind == "born" for line in self.birth(name)]
        lines += [line for _ in range(self.random.randint(0, 4)) for line in self.statement()]
        if self.chance() < 0.15:
            lines += [f"if {self.condition()}:", f"    return {self.results()}"]
        lines.append(f"return {self.results()}")
        head = f"def rule({', '.join(['g', 'p', *self.states])}, *, t, lr, b, c, wd, flag):"
        text = "\n".join([head, *(f"    {line}" for line in lines)]) + "\n"
        return Made(text, self.function(text), self.states, self.settings())

    def function(self, text: str) -> FunctionType:
        """The function of a text whose lines can be looked up."""
        text, file = HELPERS + text, f"<rule {self.seed}>"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        space: dict[str, Any] = {}
        exec(compile(text, file, "exec"), space)
        return space["rule"]

    def settings(self) -> list[dict[str, Any]]:
        """Some of them go to zero and come back."""
        given = {"lr": 0.1, "b": self.one(0.9, 0.5, 0.0), "c": self.one(1.0, 2, 0.25, 3.0), "wd": 0.0, "flag": False}
        out = []
        for _ in range(STEPS):
            if self.chance() < 0.5:
                given = {**given, "lr": self.one(0.0, 1.0, 10 ** self.random.uniform(-4, 0)), "b": self.one(0.0, 0.9)}
            if self.chance() < 0.25:
                given = {**given, "wd": self.one(0.0, 0.01), "flag": self.one(False, True)}
            out.append(given)
        return out

    def birth(self, name: str) -> list[str]:
        """Where a state comes from that is not there yet."""
        begun, after = self.one("0 * g", "g", "p - g", "abs(g)", "0.5 * g + 0.5"), self.one(name, f"b * {name} + g")
        if self.chance() < 0.3:
            self.late.append(name)
            return [f"{name} = {after} if {name} is not None else {begun} if t >= {self.one(2, 3)} else None"]
        self.arrays.append(name)
        return [f"{name} = {begun} if {name} is None else {after}"]

    def statement(self) -> list[str]:
        kind, known = self.chance(), self.one(*self.arrays)
        if kind < 0.6:
            name, line = self.one("u", "v", "w", known), self.array(3)
            self.arrays.append(name)
            return [f"{name} = {line}"]
        if kind < 0.75:
            name, line = self.one("h", "k"), self.number(2)
            self.numbers.append(name)
            return [f"{name} = {line}"]
        if kind < 0.97:
            both = [
                f"if {self.condition()}:",
                f"    {known} = {self.array(2)}",
                "else:",
                f"    {known} = {self.array(2)}",
            ]
            return both[: self.one(2, 4)]
        return [f"old = {known}", f"{known} {self.one('+', '-', '*')}= {self.array(1)}"]

    def results(self) -> str:
        """The new parameter and states: computed, handed on, exchanged, or constant."""
        out = [self.array(3) if self.chance() < 0.95 else self.one(*self.arrays)]
        arrays = [name for name, kind in self.states.items() if kind != "number" and name not in self.late]
        turned = dict(zip(arrays, arrays[1:] + arrays[:1] if self.chance() < 0.3 else arrays, strict=True))
        for name, kind in self.states.items():
            if name in self.late:
                out.append(name)
            elif kind == "number":
                out.append(self.number(2) if self.chance() < 0.7 else name)
            else:
                new = self.one(turned[name], turned[name], "g", "p", *[self.array(3) for _ in range(6)])
                out.append(new if self.chance() < 0.97 or kind == "born" else self.one("0.0", "t", "b"))
        return ", ".join(out) + ","

    def array(self, depth: int) -> str:
        """An expression with one value for each element."""
        if depth <= 0 or self.chance() < 0.12:
            return self.one(*self.arrays)
        a, d, kind = self.array(depth - 1), depth - 1, self.chance()
        if kind < 0.30:
            return f"({a} {self.one('+', '-', '*')} {self.array(d)})"
        if kind < 0.50:
            op, n = self.one("+", "-", "*"), self.number(1)
            return self.one(f"({a} {op} {n})", f"({n} {op} {a})")
        if kind < 0.60:
            return self.one(
                f"({a} / (abs({self.array(d)}) + {self.one('1', '0.1', 'c', '1e-3')}))",
                f"({a} / {self.one('c', '2', '(1 - 0.9**t)', '-4.0', '(1 + lr)')})",
                f"({self.number(0)} / (1 + {a} ** 2))",
                f"({a} / (abs({self.array(d)}) / {self.one('c', 't', '(1 - 0.9**t)')} + 0.5))",
            )
        if kind < 0.75:
            return self.one(
                f"np.sqrt(abs({a}))", f"sqrt({a} * {a} + {self.number(0)} ** 2)", f"{a} ** 2", f"abs({a}) ** 0.5",
                f"({a}) ** 3", f"-{a}", f"abs({a})", f"np.square({a})", f"sqrt({a} ** 2 / {self.one('c', 't', '4')})",
                f"(1 + {a} ** 2) ** -0.25", f"np.sign({a})",
            )  # fmt: skip
        if kind < 0.87:
            return self.one(
                f"np.where({self.flag(d)}, {a}, {self.array(d)})", f"where({self.flag(d)}, {a}, {self.number(0)})",
                f"({self.flag(d)}) * {a}", f"({a} + ({self.flag(d)}))", f"np.maximum({a}, {self.array(d)})",
                f"maximum({a}, {self.number(0)})", f"np.minimum({a}, {self.array(d)})",
                f"np.clip({a}, -1, {self.one('1', 'c')})",
            )  # fmt: skip
        if kind < 0.93:
            return self.one(f"mixed({a}, {self.array(d)})", f"scaled({a})", f"mixed({a}, g, lr)", f"scaled({a}, c=c)")
        if self.whole:
            return self.one(
                f"{a} / (np.linalg.norm({self.array(1)}) + 1)", f"({a} - ({self.array(1)}).mean())",
                f"{a} * min(1.0, float(abs({self.array(1)}).max()))",
                f"{a} / (1 + np.sqrt(abs({self.array(1)}).mean(axis=-1, keepdims=True)))",
                f"({a} - np.mean({self.array(1)}, axis=0, keepdims=True))",
                f"{a} / (1 + float(np.sum({self.array(0)} ** 2)))",
            )  # fmt: skip
        return self.one(f"np.exp(-abs({a}))", f"np.tanh({a})", f"np.log(1 + abs({a}))", f"np.sin({a})", a)

    def flag(self, depth: int) -> str:
        """True or false for each element."""
        other = self.array(depth) if self.chance() < 0.6 else self.number(0)
        return f"{self.array(depth)} {self.one('>', '<', '>=', '<=', '>', '!=', '==')} {other}"

    def number(self, depth: int) -> str:
        """One number for all elements."""
        if depth <= 0 or self.chance() < 0.3:
            return self.one("lr", "b", "c", "wd", "t", *self.numbers, *"0.5 2 0.1 1 GAIN -0.25 math.pi".split())
        a, b = self.number(depth - 1), self.number(depth - 1)
        if self.chance() < 0.5:
            return f"({a} {self.one('+', '-', '*')} {b})"
        return self.one(
            "(1 - b**t)", "(1 - 0.9**t) ** 0.5", "lr / (1 - 0.5**t)", f"max({a}, {b})", f"min({a}, 1.0)", f"abs({a})",
            f"({a} if {self.condition()} else {b})", "warm(t, 3)", f"{a} / c", f"({a} if flag else {b})", "t ** -0.5",
            f"{a} / (1 + t)", f"-{a}", f"{a} / {b}", self.one("np.sqrt(t)", "np.exp(-t)", "np.tanh(lr)", "lr", "b"),
        )  # fmt: skip

    def condition(self) -> str:
        """A branch on numbers."""
        return self.one(
            "flag", "not flag", "wd", "b", "t > 2", "t == 1", "t >= 3", "t in (1, 3)", "lr > 0.05", "1 < t <= 3",
            "lr and b", self.one("t % 2 == 0", "t > 1"), "b > 0.5", "c > 1",
        )  # fmt: skip
