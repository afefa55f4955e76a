"""The page on rules written out for torch, JAX and Triton, with the matrix of what was measured."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import version

from optedu.exporting.writing import NotExported, export
from optedu.lab import exported_sharded
from optedu.lab.exported import BOUND, COLUMNS, STEPS, Cell, power, row
from optedu.zoo import ZOO

SETTINGS = 3
"""Settings of its grid under which each optimizer is compared."""

INTRO = """# Rules for torch, JAX and Triton

The rule that a chapter prints can train a real model. `optedu.export` writes it out as one file, either a \
`torch.optim.Optimizer` (with kernels of Triton, if you like) or a `GradientTransformation` of optax, which needs \
that library and no longer needs optedu:

```bash
python -m optedu export adamw --to torch > my_adamw.py
python -m optedu export lion --to jax > my_lion.py
python -m optedu export adamw --to triton > my_fast_adamw.py
python -m optedu export my_rule.py --to torch      # a rule of your own
```

```python
text = optedu.export(optedu.AdamW, to="torch")     # the same, as a text
```

The file is written from the source of the rule. Only what the other library spells differently is replaced, so \
names, comments and line breaks stay as the book prints them, and the file can be read and changed. Its \
docstring holds the equation, the source and the license.

## What a file does

A file for torch has the constructor of the optimizer here, refuses what is refused here, and works with \
parameter groups, `state_dict`, closures and torch's schedulers. The names in its state are torch's where torch \
has the optimizer, so that a run can move between `torch.optim`, optedu and the file at any step. With \
`--compile` (`compile=True`) the rule and the storing of its results become one function for `torch.compile`; \
the count of steps and the learning rate then enter as tensors, so that a new value needs no new compilation.

A file for JAX returns a `GradientTransformation`, which can be chained with others; `lr` may be a schedule. \
Under `jit` one program serves all steps, so it cannot choose a branch by looking at data. Where a rule does \
that, as LAMB does for a norm of zero or RAdam for its first steps, the file computes both values and selects \
one with `where`. A condition on a setting or on a shape stays a Python `if`. In the files for torch a condition \
on tensors is also written with `where`, which saves a GPU from waiting for Python.

## One pass over the memory of a GPU

A step of AdamW reads four numbers per parameter and writes three, and does little arithmetic with them. As ten \
calls of torch it moves several times as much. `--to triton` writes the file for torch with kernels next to the \
readable rule, made from the recorded operations of the rule: what depends on settings and on the count alone is \
computed by Python in double precision, once a step; each kernel loads, computes in float32, and stores. Division \
and roots are rounded as torch rounds them, and products and sums are not fused.

A kernel takes the step of contiguous float32, bfloat16 or float16 tensors on a GPU, under the flags that the file \
was written with; everything else, the first step of a buffer included, is the readable rule's. There is one launch \
for each parameter, so many small tensors are better served by torch's fused optimizers. The rules of the zoo that \
act on each number by itself have kernels ({kernels}); the others need a norm, a matrix or more than a rule. The \
tests run all of them on the CPU, by Triton's interpreter too, and compile them for an NVIDIA GPU. No GPU has run \
them yet, so nothing is said here about their speed.

## Over several processes

A file for torch trains under `DistributedDataParallel` and under FSDP2 (`fully_shard`), where a parameter, its \
gradient and its state are DTensors, of which each process holds a shard. The optimizer is built as usual, after the \
model has been sharded:

```python
for block in model.blocks:
    fully_shard(block)
fully_shard(model)
optimizer = AdamW(model.parameters(), lr=3e-4)     # from my_adamw.py
```

What a step then costs depends on the rule. A rule that treats each number separately computes on its shard and \
sends nothing. A norm, as in LAMB, LARS and MARS, has to be that of the whole tensor, so each process computes its \
part, and one all-reduce per norm adds up the parts (`_added` in the file). Adafactor's means are found in the same \
way if all shards have the same length; for a mean across shards of different lengths torch gathers the matrix. A \
rule that multiplies or decomposes matrices, as Muon and Shampoo do, gathers once per matrix, just before the first \
product; every process then computes the same step and keeps its shard of it. The file shows where it gathers \
(`_whole`), and a rule of your own is written out in the same way. Momentum and second moments remain sharded as \
their parameter, whereas Shampoo's statistics are whole in every process.

With `torch.distributed.checkpoint` and `get_state_dict`, a run that was saved by 2 processes goes on with 4, or \
with one. `--compile` works on shards if the rule treats each number separately. Some cases are refused, or slower. \
A compiled file whose rule needs whole tensors refuses DTensors, and asks you to write it without `--compile`. The \
older `FullyShardedDataParallel` leaves each process pieces of one long vector, and a piece by itself does not say \
how its tensor is gathered; a rule that needs whole tensors refuses it instead of taking the norm of a piece. \
Kernels of Triton leave DTensors to the readable rule. If you cut tensors yourself and pass the pieces as plain \
tensors, the file cannot know that, and a norm is that of the piece.

## A rule of your own

A rule is read from its signature. The arguments after `g, p` are states that begin as zeros, or are absent if \
they default to `None`; keyword-only arguments are settings with their defaults; an argument `t` is given the \
number of the step. The name of the class is that of the function:

```python
import numpy as np


def slow_sign(g, p, m, *, t, lr, beta=0.9):
    m = beta * m + (1 - beta) * g
    return p - lr / t**0.5 * np.sign(m), m
```

`python -m optedu export slow_sign.py` writes the class `SlowSign`. An optimizer that you have written as a \
class, as on [Write your own](write_your_own.md), also keeps its checks, its first state and the names in it. \
The file says nothing about tests of your rule, because there are none; `optedu.lab.exported.in_torch` and \
`in_jax` compare it with the rule in the same way as below.

## How far the files are from their rules

{how}

{table}

## What is refused

A part of a rule that has no counterpart in the other library is refused with its line: a function of NumPy that \
is not in the table of spellings or means something else there (`median`, `std`), a loop whose length depends on \
data, an element that is assigned in place, a mutable global. So are methods that are more than a rule for each \
parameter. `SAM`, `Lookahead`, `Cautious` and `Hyperball` stand around an optimizer and have no rule of their \
own. In the zoo:

{refusals}
"""


HOW = f"""Each file takes {STEPS} steps alongside optedu's engine `rule`, on the same gradients, with two groups and a \
cosine schedule, under {SETTINGS} settings of the optimizer's grid. For torch every seventh gradient is missing; for \
JAX the step is compiled with `jit`. A number is the largest difference between two parameters, divided by the \
longest way that a parameter has gone, and rounded up to a power of ten. The bound in the tests is \
{power(BOUND["torch", "float64"])} in float64; in float32 it is {power(BOUND["torch", "float32"])} for torch and \
{power(BOUND["jax", "float32"])} for JAX.

Where the difference is 0, both compute the same operations in the same order. Elsewhere the last digit of a root, a \
power, a norm or a matrix product differs between the libraries, and `jit` joins operations. In float32 JAX runs with \
its default 32 bits, so it also computes in float32 what optedu and torch compute as Python numbers: the powers of the \
betas, and RAdam's $\\rho_t$, which is the difference of two numbers near 2,000 and keeps about three correct digits.

The last column is about several processes (gloo, on CPU): a small character transformer in float64, with sizes \
that do not all divide by 2 or 4, so that shards differ in length and some are empty. It is the largest difference \
from one process on the whole batch, in the same units, under DDP and FSDP2 on 2 and 4 processes, and through \
checkpoints from 2 to 4 processes and back. The bias of the keys is not trained in this test, because its \
gradient is zero but for rounding, which Adam would divide by its own size.

`python -m optedu export --matrix --processes` measures again. Versions: {{versions}}."""


def page(rows: Iterable[list[Cell]] | None = None, sharded: Mapping[str, float] | None = None) -> str:
    """The page; it is measured if nothing is given (minutes)."""
    found = [row(entry, SETTINGS) for entry in ZOO.values()] if rows is None else list(rows)
    over = exported_sharded.measured(ZOO.values()) if sharded is None else sharded
    heads = [*(f"{target}, {dtype}" for target, dtype in COLUMNS), "torch, processes"]
    lines = ["| | " + " | ".join(heads) + " |", "|---|" + "--:|" * len(heads)]
    refusals = {}
    for cells in found:
        for cell in cells:
            if cell.difference is None:
                refusals.setdefault(cell.name, re.sub(r" \(line .*", "", cell.refusal.partition(": ")[2]))
            elif not cell.difference <= BOUND[cell.target, cell.dtype]:
                raise AssertionError(f"{cell.name} for {cell.target} deviates by {cell.difference:.1e} in {cell.dtype}")
        each = [*(cell.difference for cell in cells), over.get(cells[0].name)]
        if not (each[-1] or 0.0) <= exported_sharded.BOUND:
            raise AssertionError(f"{cells[0].name} over processes deviates by {each[-1]:.1e}")
        values = ["refused" if one is None else power(one) for one in each]
        lines.append(f"| {cells[0].name} | {' | '.join(values)} |")
    how = HOW.format(versions=f"torch {version('torch').split('+')[0]}, jax {version('jax')}, optax {version('optax')}")
    said = "\n".join(f"- `{name}`: {why}." for name, why in refusals.items())
    return INTRO.format(kernels=", ".join(with_kernels()), how=how, table="\n".join(lines), refusals=said)


def with_kernels() -> list[str]:
    """The optimizers that are written out for Triton."""
    found = []
    for name, entry in ZOO.items():
        try:
            export(entry.cls, "triton")
        except NotExported:
            continue
        found.append(name)
    return found
