"""How torch and JAX spell what NumPy says: two tables, and the few calls that differ in more than a name."""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple, NoReturn


class Argument(NamedTuple):
    """An argument of a call: its text, already spelled anew, and whether it is data."""

    text: str
    data: bool


Refusing = Callable[[str], NoReturn]
"""Raises the refusal of the call in hand, for the reason that it is given."""

OF_NUMBERS = {
    "sqrt": "math.sqrt", "exp": "math.exp", "log": "math.log", "log1p": "math.log1p", "expm1": "math.expm1",
    "sin": "math.sin", "cos": "math.cos", "tanh": "math.tanh", "floor": "math.floor", "ceil": "math.ceil",
    "maximum": "max", "minimum": "min", "absolute": "abs", "power": "pow",
}  # fmt: skip
"""NumPy's functions where no argument is data."""

SAME = {
    "sqrt", "sign", "exp", "log", "log1p", "expm1", "sin", "cos", "tanh", "square", "floor", "ceil", "isfinite",
    "isnan", "zeros_like", "ones_like", "full_like", "matmul", "outer", "sum", "mean", "clip", "where", "maximum",
    "minimum", "linalg.norm", "linalg.eigh", "linalg.inv", "eye", "zeros", "ones", "finfo", "reshape",
    "tensordot",
}  # fmt: skip
"""Functions that have NumPy's name in torch and in JAX."""

DTYPES = {"float16", "float32", "float64"}

WHY_NOT = {
    "linalg.qr": "its basis is free where a statistic has less than full rank, so that no two libraries agree on it",
    "linalg.svd": "its vectors have signs that each library chooses on its own",
    "median": "torch takes the lower of two middle elements, NumPy their mean",
    "std": "torch divides by n - 1, NumPy by n",
    "var": "torch divides by n - 1, NumPy by n",
}
"""Reasons that are better than: it is not in the table."""

METHODS = {"sum", "mean", "reshape", "copy", "max", "min", "any", "all", "ravel"}
"""Methods of arrays."""


class Dialect:
    """A target language: how calls are spelled, and what is traced.

    Attributes
    ----------
    traced : bool
        The count and the learning rate are data, too: one program is made for all steps.
    gathers : bool
        Shards are gathered where a rule needs all of a tensor; otherwise the target sees to it.
    """

    gathers: ClassVar[bool] = False
    prefix: ClassVar[str]
    names: ClassVar[Mapping[str, str]]

    def __init__(self, traced: bool) -> None:
        self.traced = traced

    def function(self, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        """A call of NumPy's (or math's) function `name`."""
        name = name.removeprefix("math.")
        if name in WHY_NOT:
            refuse(f"it calls {name}: {WHY_NOT[name]}")
        if name not in {"zeros", "ones", "eye", "finfo"} and not any(a.data for a in (*args, *named.values())):
            if name == "where" and len(args) == 3:
                return f"({args[1].text} if {args[0].text} else {args[2].text})"
            if name not in OF_NUMBERS or named:
                refuse(f"{name} of numbers that are no arrays is not in the table for {self.prefix}")
            return f"{OF_NUMBERS[name]}({_listed(args, {})})"
        if name not in SAME and name not in self.names:
            refuse(f"{name} is not in the table for {self.prefix.removesuffix('.')}")
        special = getattr(self, f"_{name.replace('.', '_')}", None)
        if special is not None:
            text: str = special(args, dict(named), refuse)
            return text
        return f"{self.prefix}{self.names.get(name, name)}({_listed(args, named)})"

    def builtin(self, name: str, args: Sequence[Argument], refuse: Refusing) -> str | None:
        """A call of Python's function `name` with data; None: it is spelled as it is."""
        if name == "float" and len(args) == 1:
            return tight(args[0].text)
        if name in ("max", "min"):
            if len(args) < 2:
                refuse(f"{name} of one thing that is data: take the maximum of an array")
            whole = args[0]
            for other in args[1:]:
                whole = Argument(self.function({"max": "maximum", "min": "minimum"}[name], (whole, other), {}, refuse),
                                 whole.data or other.data)  # fmt: skip
            return whole.text
        if name in ("abs", "sum", "list", "tuple", "enumerate", "zip", "reversed", "len", "isinstance"):
            return None
        refuse(f"{name} would make a Python value of data")

    def method(
        self, receiver: str, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing
    ) -> str:
        """A call of an array's method."""
        receiver = tight(receiver)
        if name == "item" and not args:
            return receiver
        if name in WHY_NOT or name not in METHODS:
            refuse(f"the method {name} is not written out" + (f": {WHY_NOT[name]}" if name in WHY_NOT else ""))
        return self.called_on(receiver, name, args, named, refuse)

    def called_on(
        self, receiver: str, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing
    ) -> str:
        return f"{receiver}.{name}({_listed(args, named)})"

    def attribute(self, receiver: str, name: str, refuse: Refusing) -> str:
        """An attribute of an array."""
        if name not in {"T", "shape", "ndim", "size", "dtype"}:
            refuse(f"the attribute {name} is not written out")
        return f"{tight(receiver)}.{name}"

    def where(self, condition: str, yes: Argument, no: Argument) -> str:
        """One of two, by a condition on data."""
        raise NotImplementedError


class Torch(Dialect):
    """torch's spellings."""

    gathers = True
    prefix = "torch."
    names: ClassVar[Mapping[str, str]] = {
        "absolute": "abs", "negative": "neg", "power": "pow", "moveaxis": "movedim", "max": "amax", "min": "amin",
        "linalg.norm": "linalg.norm",
    }  # fmt: skip

    def _bound(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing, side: str) -> str:
        if len(args) != 2 or named:
            refuse("this takes two arguments")
        one, two = args
        if one.data and two.data:
            return f"torch.{'maximum' if side == 'min' else 'minimum'}({one.text}, {two.text})"
        array, number = (one, two) if one.data else (two, one)
        return f"torch.clamp({array.text}, {side}={number.text})"

    def _maximum(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._bound(args, named, refuse, "min")

    def _minimum(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._bound(args, named, refuse, "max")

    def _clip(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        if named or len(args) == 3 and args[1].data != args[2].data:
            refuse("clip takes an array and two bounds of one kind")
        return f"torch.clamp({_listed(args, {})})"

    def _where(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        if len(args) != 3 or named:
            refuse("where takes a condition and two values")
        return self.where(args[0].text, args[1], args[2])

    def where(self, condition: str, yes: Argument, no: Argument) -> str:
        texts = [
            a.text if yes.data or no.data else f"torch.as_tensor({a.text}, dtype=torch.float64)" for a in (yes, no)
        ]
        return f"torch.where({condition}, {texts[0]}, {texts[1]})"

    def _tensordot(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        axes = args[2].text if len(args) == 3 else ""
        if named or not (axes.startswith("(") and axes.count(",") == 1):
            refuse("tensordot takes two arrays and a pair of axes")
        one, two = axes.strip("()").split(",")
        return f"torch.tensordot({args[0].text}, {args[1].text}, dims=([{one.strip()}], [{two.strip()}]))"

    def _made(self, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        dtype = named["dtype"].text if "dtype" in named else args[1].text if len(args) == 2 else ""
        if not dtype.endswith(".dtype"):
            refuse(f"{name} needs the dtype of an array")
        return f"{dtype.removesuffix('.dtype')}.new_{name}({args[0].text})"  # also of the device, and of the processes

    def _zeros(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._made("zeros", args, named, refuse)

    def _ones(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._made("ones", args, named, refuse)

    def _eye(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return f"torch.diag({self._made('ones', args, named, refuse)})"

    def _linalg_norm(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        if len(args) != 1 or named:
            refuse("norm is written out for a whole array alone")
        return f"torch.linalg.norm({args[0].text})"

    def _reduced(self, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        words = {"axis": "dim", "keepdims": "keepdim"}
        if set(named) - set(words):
            refuse(f"{name} takes an axis and keepdims")
        return f"torch.{name}({_listed(args, {words[key]: a for key, a in named.items()})})"

    def _sum(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._reduced("sum", args, named, refuse)

    def _mean(self, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing) -> str:
        return self._reduced("mean", args, named, refuse)

    def called_on(
        self, receiver: str, name: str, args: Sequence[Argument], named: Mapping[str, Argument], refuse: Refusing
    ) -> str:
        words = {"axis": "dim", "keepdims": "keepdim"}
        if name in ("max", "min") and (args or named):
            name = f"a{name}"
        if name == "ravel":
            return f"{receiver}.reshape(-1)"
        own = {"copy": "clone"}.get(name, name)
        return f"{receiver}.{own}({_listed(args, {words.get(key, key): a for key, a in named.items()})})"

    def attribute(self, receiver: str, name: str, refuse: Refusing) -> str:
        return f"{tight(receiver)}.numel()" if name == "size" else super().attribute(receiver, name, refuse)


class Jax(Dialect):
    """Those of jax.numpy, which are NumPy's."""

    prefix = "jnp."
    names: ClassVar[Mapping[str, str]] = {
        "absolute": "abs", "negative": "negative", "power": "power", "moveaxis": "moveaxis", "max": "max", "min": "min",
    }  # fmt: skip

    def where(self, condition: str, yes: Argument, no: Argument) -> str:
        return f"jnp.where({condition}, {yes.text}, {no.text})"


def tight(text: str) -> str:
    """An expression that can stand before a dot, or beside an operator."""
    tree = ast.parse(text.strip() or "None", mode="eval").body
    whole = isinstance(tree, (ast.Name, ast.Call, ast.Attribute, ast.Subscript, ast.Constant))
    return text if whole else f"({text})"


def _listed(args: Sequence[Argument], named: Mapping[str, Argument]) -> str:
    return ", ".join([*(a.text for a in args), *(f"{key}={a.text}" for key, a in named.items())])
