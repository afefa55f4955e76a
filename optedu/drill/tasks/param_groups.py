"""Write it: which parameters decay."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source
from ..grader.sandbox import Unfit


def param_groups(shapes, weight_decay, no_decay=()):
    decay = [name for name, shape in shapes.items() if len(shape) >= 2 and name not in no_decay]
    rest = [name for name in shapes if name not in decay]
    return [{"params": decay, "weight_decay": weight_decay}, {"params": rest, "weight_decay": 0.0}]


DEFAULT = 0.01


def _probe(name: str, why: str, shapes: dict[str, tuple[int, ...]], weight_decay: float, *no_decay: str) -> Probe:
    """Asks of each parameter in how many groups it is and how it decays; order and number of groups are free."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        groups = function(dict(shapes), weight_decay, no_decay) if no_decay else function(dict(shapes), weight_decay)
        if not isinstance(groups, (list, tuple)) or not all(isinstance(g, dict) and "params" in g for g in groups):
            raise Unfit("It must return a list of groups, each a dict with the key 'params'.")
        again = function({"again": (2, 2), "too": (2,)}, weight_decay)  # a list kept between calls would grow
        yield "number of names in a second call", float(sum(len(group["params"]) for group in again))
        names = [n for group in groups for n in group["params"]]
        yield "names that are no parameter", float(len(set(names) - set(shapes)))
        for n in shapes:
            mine = [group.get("weight_decay", DEFAULT) for group in groups if n in group["params"]]
            yield f"{n}, times in a group", float(names.count(n))
            yield f"{n}, weight decay", mine[0] if mine else 0.0

    return Probe(name, why, run)


MODEL = {
    "tokens.weight": (100, 8), "positions": (16, 8), "blocks.0.ln_1.weight": (8,), "blocks.0.ln_1.bias": (8,),
    "blocks.0.attn.weight": (24, 8), "blocks.0.attn.bias": (24,), "composed_positions.weight": (8, 8),
    "norm.weight": (8,), "temperature": (),
}  # fmt: skip
CONVOLUTIONS = {"conv.weight": (4, 3, 3, 3), "conv.bias": (4,), "bn.weight": (4,), "head.weight": (10, 4)}
BIASED = {"bias_table.weight": (7, 7), "unbiased.weight": (3, 3), "gain": (3,), "layernorm_mixer.weight": (5, 5)}
RULE = r"\lambda_p = \lambda \text{ if } p \text{ has at least two axes and is not exempt, else } 0"
ONCE = r"\text{every parameter is in exactly one group}"
DECAYS = "len(shape) >= 2 and name not in no_decay"
REST = "[name for name in shapes if name not in decay]"


def _drawn(draw: random.Random) -> Probe:
    shapes = {
        f"{draw.choice('abc')}.{k}": tuple(draw.randint(1, 4) for _ in range(draw.randint(0, 4))) for k in range(9)
    }
    return _probe("", "", shapes, draw.random(), *draw.sample([*shapes, "a", "0", "none.x"], 4))


EXERCISE = Exercise(
    name="param_groups",
    title="Groups with and without decay",
    chapter="practice/parameter_groups",
    level="mid",
    minutes=6,
    task="""
Write `param_groups(shapes, weight_decay, no_decay=())`, the groups that an optimizer such as AdamW is built with.

- `shapes` maps the name of each parameter to its shape, a tuple. (Names stand for the arrays here.)
- A parameter decays if it has **at least two axes** and its full name is not in `no_decay`.
- Return a list of groups, dicts `{"params": [names], "weight_decay": number}`. Each parameter is in exactly one of
  them. Parameters that do not decay have weight decay 0 (the default of the optimizer is another). Order does not
  matter, and an empty group may stay or be left out.
""",
    starter="""
def param_groups(shapes, weight_decay, no_decay=()):
    ...
    return [{"params": ..., "weight_decay": ...}, {"params": ..., "weight_decay": ...}]
""",
    reference=source("drill/tasks/param_groups.py", "param_groups"),
    probes=(
        _probe("a transformer", "Matrices, biases, gains of norms and a scalar.", MODEL, 0.1),
        _probe("an exempt table", "The positions are a matrix that must not decay, and another name contains theirs.",
               MODEL, 0.1, "positions"),
        _probe("part of a name", "Only a whole name is exempt, not its last part and not its beginning.",
               {"a.table": (4, 2), "table": (4, 2), "table.b": (3, 3), "c": (2, 2, 2)}, 0.3, "table", "c"),
        _probe("convolutions", "Parameters with four axes decay like matrices.", CONVOLUTIONS, 0.05),
        _probe("misleading names", "The number of axes decides, not what the name sounds like.", BIASED, 0.2),
        _probe("nothing to decay", "One of the groups may be empty.", {"a": (3,), "b": ()}, 0.1),
        _probe("no parameters", "There is nothing to group.", {}, 0.1, "bias"),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("everything", "Every parameter decays, biases and gains of norms too.", RULE,
            (("len(shape) >= 2", "True"),)),
        Bug("vectors-too", "Parameters with one axis decay: biases and gains are pulled to zero.", RULE,
            (("len(shape) >= 2", "len(shape) >= 1"),)),
        Bug("inverted", "The two groups are swapped: biases decay and matrices do not.", RULE,
            ((f"if {DECAYS}", f"if not ({DECAYS})"),)),
        Bug("matrices-only", "Exactly two axes are asked for: kernels of convolutions do not decay.", RULE,
            (("len(shape) >= 2", "len(shape) == 2"),)),
        Bug("biases-by-name", "Only names with `bias` are spared: the gains of norms decay.", RULE,
            (("len(shape) >= 2", "'bias' not in name"),)),
        Bug("by-name", "Names with `bias` or `norm` are spared: gains named otherwise decay, and matrices whose name "
            "sounds so do not.", RULE, (("len(shape) >= 2", "'bias' not in name and 'norm' not in name"),)),
        Bug("weight-by-name", "What is named `weight` decays: that is also what the gains of norms are called.", RULE,
            (("len(shape) >= 2", "name.endswith('weight')"),)),
        Bug("exempt-ignored", "The list of exempt names is not looked at.", RULE,
            ((" and name not in no_decay", ""),)),
        Bug("exempt-by-part", "A name is spared if it *contains* an exempt one: others with a longer name are spared "
            "by accident.", RULE, (("name not in no_decay", "not any(n in name for n in no_decay)"),)),
        Bug("exempt-lost", "Exempt parameters are in no group: they are never trained, and nothing says so.", ONCE,
            ((REST, "[name for name in shapes if name not in decay and name not in no_decay]"),)),
        Bug("scalars-lost", "Scalars are in no group: neither of the two conditions holds for them.", ONCE,
            ((REST, "[n for n, s in shapes.items() if len(s) == 1 or (n in no_decay and len(s) >= 2)]"),)),
        Bug("in-both", "The second group has all parameters: those that decay get two updates a step.", ONCE,
            ((REST, "list(shapes)"),)),
        Bug("default-decay", "The second group does not say that its decay is 0: the optimizer fills in its default.",
            RULE, (('"params": rest, "weight_decay": 0.0', '"params": rest'),)),
        Bug("embeddings-spared", "Tables of tokens and positions are spared as well. Some recipes do so; it was not "
            "asked.", RULE, (("len(shape) >= 2", "len(shape) >= 2 and 'tokens' not in name and name != 'positions'"),),
            convention=True),
        Bug("decaying-twice", "All parameters are in the first group, and those without decay in the second as well.",
            ONCE, ((REST, REST + "\n    decay = list(shapes)"),)),
        Bug("last-part", "Only the last part of a name is compared with the exempt names.", RULE,
            (("name not in no_decay", 'name.split(".")[-1] not in no_decay'),)),
    ),
    hints=(
        "Decay is for what multiplies its input: matrices and kernels. Biases and gains have one axis.",
        "Choose those that decay by one condition; the others are *all that are left*.",
        rf"${RULE}$",
        "`decay = [n for n, s in shapes.items() if len(s) >= 2 and n not in no_decay]`",
    ),
    explanation="""
The number of axes needs no list of names that someone forgets to extend. What it misses are tables: a class token or
positions have two axes and often should not decay, hence `no_decay`. Build the second group as the complement of the
first, and a parameter can neither be lost nor be trained twice. Check it once more in code: the sum of the
lengths is the number of parameters.
""",
    variants=(
        "A parameter that two layers share has two names: in which group is it?",
        "Combine with layer-wise learning rates: how many groups are there for 12 layers?",
    ),
    next="layerwise_decay",
    weak=(_probe("one layer", "The usual example.", {"weight": (3, 3), "bias": (3,)}, 0.1),),
    order=40,
)  # fmt: skip
