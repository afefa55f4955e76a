"""Write it: a smaller learning rate for each layer further down."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source
from ..grader.sandbox import Unfit


def layerwise_decay(names, *, lr, decay, blocks):
    def layer(name):
        if name.startswith("embed."):
            return 0
        if name.startswith("blocks."):
            return int(name.split(".")[1]) + 1
        return blocks + 1

    return {name: lr * decay ** (blocks + 1 - layer(name)) for name in names}


def _probe(name: str, why: str, names: list[str], **settings: Any) -> Probe:
    def run(function: Any) -> Iterator[tuple[str, Any]]:
        rates = function(list(names), **settings)
        if not isinstance(rates, dict) or set(rates) != set(names):
            raise Unfit("It must return a dict from each of the names to a learning rate.")
        for n in names:
            yield n, rates[n]

    return Probe(name, why, run)


TOP = ["norm.weight", "head.weight", "head.bias"]
RULE = r"\gamma_\ell = \gamma\, d^{\,L - \ell}, \quad L = n + 1"
LAYERS = r"\ell(\text{embed}) = 0, \quad \ell(\text{blocks.}k) = k + 1, \quad \ell(\text{others}) = n + 1"
RATE = "lr * decay ** (blocks + 1 - layer(name))"
BLOCK = 'int(name.split(".")[1]) + 1'


def _drawn(draw: random.Random) -> Probe:
    blocks = draw.choice([1, 2, draw.randint(3, 14)])
    names = [f"blocks.{draw.randrange(blocks)}.{draw.choice('abc')}.{draw.randrange(9)}" for _ in range(5)]
    names += draw.sample(["embed.a", "embed.blocks.1.b", "embedding.c", "head.blocks.0.w", "norm.embed.x", "head.w",
                          "blocksize.2.w", "blocks_.3.w"], 4)  # fmt: skip
    draw.shuffle(names)
    return _probe("", "", [*dict.fromkeys(names)], lr=draw.random(), decay=draw.uniform(0.05, 1.0), blocks=blocks)


EXERCISE = Exercise(
    name="layerwise_decay",
    title="Layer-wise learning rates",
    chapter="practice/parameter_groups",
    level="mid",
    minutes=7,
    task="""
Write `layerwise_decay(names, *, lr, decay, blocks)`. It returns a dict from each name to its learning rate.

- `names` are names of parameters of a model with `blocks` blocks, each with a dot in it. What they begin with, up to
  the dot, counts:
  `embed.…` is layer 0, `blocks.k.…` is layer `k + 1`
  for `k = 0, …, blocks - 1`, and everything else (the last norm, the head) is the top layer, `blocks + 1`.
- The top layer has the rate `lr`, and each layer below it `decay` times that of the one above.
""",
    starter="""
def layerwise_decay(names, *, lr, decay, blocks):
    ...
    return {name: ... for name in names}
""",
    reference=source("drill/tasks/layerwise_decay.py", "layerwise_decay"),
    probes=(
        _probe("three blocks", "Every kind of layer, bottom to top.",
               ["embed.tokens", "embed.positions", *(f"blocks.{k}.attn.weight" for k in range(3)), *TOP],
               lr=0.1, decay=0.5, blocks=3),
        _probe("twelve blocks", "Numbers of two digits, in an order that is not theirs.",
               ["blocks.11.mlp.weight", "blocks.2.mlp.weight", "blocks.10.mlp.bias", "embed.tokens", *TOP],
               lr=1e-3, decay=0.8, blocks=12),
        _probe("only some layers", "With frozen layers left out the rates must not move.",
               ["blocks.1.attn.weight", "blocks.2.attn.weight"], lr=1.0, decay=0.25, blocks=4),
        _probe("a digit elsewhere", "Other digits of a name mean nothing.",
               ["blocks.1.fc2.weight", "blocks.0.norm1.bias", "head.3.weight", "embed.0.weight"],
               lr=0.2, decay=0.7, blocks=2),
        _probe("the words elsewhere", "Only how a name begins says where it belongs, up to the first dot.",
               ["head.embed.weight", "embedding_norm.weight", "head.blocks.0.weight", "blocks_norm.1.weight",
                "blocks.1.embed.weight", "embed.blocks.0.weight", "embed.proj.weight"], lr=0.3, decay=0.6, blocks=3),
        _probe("more than a hundred blocks", "Numbers of three digits, and of the same beginning.",
               ["blocks.107.w", "blocks.10.w", "blocks.1.w", "blocks.0.w", "embed.w", "norm.w"],
               lr=0.9, decay=0.97, blocks=120),
        _probe("no names", "Then there are no rates.", [], lr=0.1, decay=0.5, blocks=3),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("upside-down", "The exponent counts from the bottom: the head learns slowest, the embedding fastest.", RULE,
            ((RATE, "lr * decay ** layer(name)"),)),
        Bug("divided", "The rate is divided by the power: lower layers learn faster.", RULE,
            (("lr * decay **", "lr / decay **"),)),
        Bug("top-decays", "The exponent is one too large: the head does not have the full rate.", RULE,
            (("(blocks + 1 - layer(name))", "(blocks + 2 - layer(name))"),)),
        Bug("top-too-fast", "The exponent is one too small: the last block has the rate of the head, and the head "
            "more.", RULE, (("(blocks + 1 - layer(name))", "(blocks - layer(name))"),)),
        Bug("block-zero-is-embedding", "Block k is taken as layer k: the first one shares the layer of the embedding.",
            LAYERS, ((BLOCK, 'int(name.split(".")[1])'),)),
        Bug("one-digit", "Only the first digit of a block's number is read: block 11 is taken for block 1.", LAYERS,
            ((BLOCK, 'int(name.split(".")[1][0]) + 1'),)),
        Bug("rest-at-bottom", "What is neither embedding nor block falls into layer 0: the head learns slowest.",
            LAYERS, (("return blocks + 1\n", "return 0\n"),)),
        Bug("norm-at-bottom", "Only the head is put on top: the last norm falls into layer 0.", LAYERS,
            (("return blocks + 1\n", 'return blocks + 1 if name.startswith("head.") else 0\n'),)),
        Bug("head-in-last-block", "The head shares the layer of the last block: there is one layer less than asked. "
            "Some recipes do so.", LAYERS,
            (("return blocks + 1\n", "return blocks\n"), ("(blocks + 1 - layer(name))", "(blocks - layer(name))")),
            convention=True),
        Bug("linear", "The rate falls on a line with the depth, not as a power.", RULE,
            ((RATE, "lr * decay * (blocks + 1 - layer(name)) if layer(name) <= blocks else lr"),)),
        Bug("one-for-all", "Everything below the top layer has the same rate: a backbone and a head.", RULE,
            ((RATE, "lr * decay ** (layer(name) <= blocks)"),)),
        Bug("top-of-those-present", "The top is the largest layer among the given names, as in `optedu.training`. With "
            "the upper layers left out all rates rise; here `blocks` fixes the top.", RULE,
            ((RATE, "lr * decay ** (max(map(layer, names)) - layer(name))"),), convention=True),
        Bug("any-number", "The first number in a name is taken for that of a block, wherever it stands.", LAYERS,
            (("def layerwise", "import re\n\n\ndef layerwise"),
             ('if name.startswith("blocks."):', 'if re.search(r"[0-9]+", name):'),
             (BLOCK, 'int(re.search(r"[0-9]+", name)[0]) + 1'))),
        Bug("embed-anywhere", "Every name with `embed` in it is taken for the embedding.", LAYERS,
            (('name.startswith("embed.")', '"embed" in name'),),
            others=((('name.startswith("embed.")', 'name.startswith("embed")'),),
                    (('name.startswith("embed.")', '"embed." in name'),))),
        Bug("norm-in-last-block", "Only the head has the full rate: the last norm is counted with the last "
            "block.", LAYERS,
            (("        return blocks + 1\n", '        return blocks + 1 if name.startswith("head") else blocks\n'),)),
        Bug("one-layer-short", "The embedding shares the rate of the first block: there are n + 2 layers, not n + 1.",
            LAYERS,
            ((BLOCK, 'int(name.split(".")[1])'), ("        return blocks + 1\n", "        return blocks\n"),
             (RATE, "lr * decay ** (blocks - layer(name))"))),
        Bug("block-and-embedding-share", "The embedding shares the rate of block 0, one decay too large; so are all "
            "blocks.", LAYERS,
            ((BLOCK, 'int(name.split(".")[1])'), ("        return blocks + 1\n", "        return blocks\n"),
             (RATE, "lr * decay ** (blocks - layer(name))"),
             ('name.startswith("embed.")', 'name.startswith("embed")'))),
    ),
    hints=(
        "First the layer of a name, then the rate of a layer.",
        "Count from the top: how many layers lie above?",
        rf"${RULE}$; ${LAYERS}$",
        "`lr * decay ** (blocks + 1 - layer(name))`",
    ),
    explanation="""
With 12 blocks and a decay of 0.8 the embedding learns at 0.055 of the head's rate, 0.8 to the power of 13.
The schedule multiplies all groups by the same factor, so the ratios stay. Every name must have a layer: here *the
rest* is the top, which is safe for a new head and wrong for a second embedding.
""",
    variants=(
        "Return groups, one for each layer, and cross them with decay and no decay.",
        "Raise an error for names that you do not know. Which of the two is better, and when?",
    ),
    next="accumulate",
    weak=(_probe("one block", "The usual example.", ["embed.w", "blocks.0.w", "head.w"], lr=0.1, decay=0.5, blocks=1),),
    order=41,
)  # fmt: skip
