"""The other way round: what in an answer would have to be otherwise for it to be right.

An answer in a form of its own may have a mistake that no change of the reference shows. So the same slips are tried
backward: every version of the answer in which one thing is otherwise, until all probes see what they are to see. What
is found is then no guess: with it the answer passes.
"""

import ast
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from .exercise_form import Probe
from .sandbox import FAILURES, Trace, guarded, names
from .slips import Said, slips_of_one
from .torch_form import with_gradients

Passes = Callable[[Probe, Any, Trace], bool]
FIRST = 12
"""How many changes that mend a part of an answer are tried with a second one."""


SHORT = 8
"""Up to how many statements any two changes are tried, not likely ones alone."""


class Repairs:
    """The search for one change of an answer, or two, with which it is right.

    Parameters
    ----------
    text : str
        The answer. It is run, so this is done where it can do no harm.
    wanted : tuple of str
        Names of the class and the function that are asked for.
    changes_input : bool
        Whether the task asks to change an argument.
    probes, right : sequence of Probe and of Trace
        What is run, the likeliest to fail first, and what it is to see.
    passes : callable
        Whether a probe sees of a thing what is in a trace.
    """

    def __init__(
        self, text: str, wanted: tuple[str, ...], changes_input: bool, probes: Sequence[Probe], right: Sequence[Trace],
        passes: Passes,
    ) -> None:  # fmt: skip
        self.wanted, self.changes_input, self.passes = wanted, changes_input, passes
        self.pairs = list(zip(probes, right, strict=True))
        self.tree = _with_functions(ast.parse(text))
        self.short = sum(isinstance(n, ast.stmt) for n in ast.walk(self.tree)) <= SHORT
        self.parts: list[tuple[int, ast.Module, str]] = []  # what mends some probes: how many, the answer, the words

    def one(self, until: float) -> tuple[str, ...]:
        """The words for one change that makes the answer right; empty if none does, or none was found in time."""
        for tree, words, thing in self._versions(self.tree, until, unlikely=True):
            count = self.mended(thing)
            if count == len(self.pairs) and self.right(tree()):
                return (words(),)
            if count:
                self.parts.append((count, tree(), words()))
        return ()

    def two(self, until: float) -> tuple[str, ...]:
        """The words for two changes: first beside one that mends a part, then any two likely ones."""
        self.parts.sort(key=lambda part: -part[0])
        for _, tree, words in self.parts[:FIRST]:
            for whole, second, thing in self._versions(tree, until, unlikely=True):
                if self.mended(thing) == len(self.pairs) and self.right(whole()):
                    return words, second()
        for unlikely in (False, True) if self.short else (False,):
            for tree, words, _ in self._versions(self.tree, until, unlikely=False):
                for whole, second, thing in self._versions(tree(), until, unlikely=unlikely):
                    if self.mended(thing) == len(self.pairs) and self.right(whole()):
                        return words(), second()
        return ()

    def right(self, tree: ast.Module) -> bool:
        """Whether a version passes that is run from its first line."""
        return self.mended(self._found(self._space(tree))) == len(self.pairs)

    def mended(self, thing: Any) -> int:
        """How many probes see what they are to see, up to the first that does not."""
        count = 0
        for probe, trace in self.pairs if thing is not None else ():
            if probe.applies(thing) and not self.passes(probe, thing, trace):
                break
            count += 1
        return count

    def _versions(self, tree: ast.Module, until: float, unlikely: bool) -> Iterator[tuple[Any, Any, Any]]:
        """Every version of the answer: its tree and words on demand, and the thing that it defines."""
        places: list[tuple[int, int, ast.FunctionDef]] = []
        for k, top in enumerate(tree.body):
            parts = enumerate(top.body) if isinstance(top, ast.ClassDef) else [(-1, top)]
            places += [(k, j, part) for j, part in parts if isinstance(part, ast.FunctionDef)]
        places.sort(key=lambda place: place[2].name == "__init__")  # most mistakes are in what is done
        space = self._space(tree)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for likely in (True, False) if unlikely else (True,):
                for k, j, part in places:
                    owner: Any = tree.body[k]
                    before: Any = space.get(owner.name)
                    for changed, said in slips_of_one(part, likely):
                        if time.process_time() > until:
                            return
                        try:
                            exec(compile(ast.Module([changed], []), "<version>", "exec"), space)  # noqa: S102
                            if j >= 0:
                                method = space.pop(part.name)
                                space[owner.name] = _heir(before, part.name, method)
                        except FAILURES:
                            continue
                        yield (
                            (lambda k=k, j=j, c=changed: _put(tree, k, j, c)),
                            partial(_sentence, said),
                            self._found(space),
                        )
                        space[owner.name] = before

    def _space(self, tree: ast.Module) -> dict[str, Any]:
        """What a version defines."""
        space: dict[str, Any] = {"__name__": "answer", **names()}
        with suppress(*FAILURES):
            exec(compile(tree, "<version>", "exec"), space)  # noqa: S102 (the answer, in a process of its own)
        return space

    def _found(self, space: dict[str, Any]) -> Any:
        thing = next((space[name] for name in self.wanted if callable(space.get(name))), None)
        thing = with_gradients(thing)
        return thing if thing is None or isinstance(thing, type) or self.changes_input else guarded(thing)


def _heir(cls: type, name: str, method: Any) -> type:
    """A class like `cls` with another method."""
    make: Any = type(cls)
    heir: type = make(cls.__name__, (cls,), {name: method})
    return heir


def _sentence(said: Said) -> str:
    words = getattr(said, "args", ())
    line = next((getattr(part, "lineno", 0) for part in words if isinstance(part, ast.stmt)), 0)
    return f"{said()[0]}{f' (line {line})' if line else ''}"


def _put(tree: ast.Module, k: int, j: int, part: ast.stmt) -> ast.Module:
    """The tree with another function in the k-th place, or another method in the j-th of that class."""
    top = tree.body[k]
    if j >= 0 and isinstance(top, ast.ClassDef):
        top = ast.copy_location(
            ast.ClassDef(**{field: getattr(top, field) for field in top._fields if field != "body"},
                         body=[*top.body[:j], part, *top.body[j + 1 :]]),
            top,
        )  # fmt: skip
    else:
        top = part
    return ast.Module([*tree.body[:k], top, *tree.body[k + 1 :]], [])


def _with_functions(tree: ast.Module) -> ast.Module:
    """A text in which every function that has a name has one by `def`."""
    for k, part in enumerate(tree.body):
        match part:
            case ast.Assign([ast.Name(name)], ast.Lambda(args, body)):
                back = ast.copy_location(ast.Return(body), part)
                given: Mapping[str, Any] = {"name": name, "args": args, "body": [back], "decorator_list": []}
                tree.body[k] = ast.fix_missing_locations(ast.copy_location(ast.FunctionDef(**given), part))
    return tree
