"""The page that shows how fast a step is, from the committed figures of ``make bench``."""

from collections.abc import Iterable, Sequence
from typing import Any

from optedu.zoo import ZOO

Line = dict[str, Any]

GOALS = {"10³": (0.3, 0.3), "10⁶": (0.75, 1.2), "10⁷": (0.95, 0.3), "5·10⁷": (0.95, 0.3), "200 small": (0.9, 0.4)}
"""For AdamW in float32: most that compiled ÷ torch fused, and NumPy ÷ torch's default, may be."""

SLACK = 1.25
"""The other rules may take so much more."""

BANDWIDTH = 0.9
"""Share of the bandwidth of merely moving its bytes that the compiled step should reach, from 10⁷ elements on."""

PAIRS = (("numba", "torch fused"), ("numpy", "torch default"))

INTRO = """# Speed of a step

How long an optimizer's step takes: optedu's engines next to torch's ways of taking the same step. All contenders of \
a line take a short burst of steps in turn, again and again, so that a busy moment hits all of them. A figure is the \
median of the ratios to the step of torch's default in the same round, **below 1 is faster**; the range in small \
figures holds the middle half. Before each burst there is a short rest: the threads of a parallel library wait awake \
for their next work, and take the processor from whoever comes next. The chapter [How fast can a step \
be?](../practice/speed.ipynb) explains every factor. `make bench` measures again and writes this page; `make \
generated` writes it from the committed figures.

- `numpy`: optedu's default engine. The rule, read once, as NumPy calls that store in place, in blocks.
- `numba`: the same reading compiled to a loop; it needs Numba.
- `rule`: the rule itself, called on one block after the other.
- bytes moved: an addition in place, `a = a + s·b`, that moves as many bytes as the step has to and computes next to \
nothing. What it takes is a measure of what memory allows, not a bound: some steps come out faster.

torch.compile is measured for AdamW, with float32 and two threads; AdamW and SGD are measured with one thread and in \
float64, too. A step of Muon takes seconds with 10⁷ elements; with 5·10⁷ it would take a minute, and is not measured.
"""

REASONS = """## Where the time goes

What a goal was missed by has one of these reasons. The figures are from the same machine and day as those above.

**NumPy while everything fits the cache.** Blocks save trips to memory, and here there are none. The program of AdamW \
makes 13 passes of 124 bytes per parameter through the cache, torch's default 8 passes of 80 bytes. SGD with momentum \
as torch takes it is 3 passes of 32 bytes, where the floor is 20. One pass over a million float32 in blocks of the \
cache takes one thread, where arrays begin at a line of the cache (NumPy's large arrays begin 16 bytes after one):

{operations}

**NumPy with two threads.** Every call needs Python's lock for a moment. A thread that finds it taken goes to sleep. \
One product of two arrays per call, each thread on a processor of its own:

{calls}

The last column is the time that a call loses to the other thread, divided by the number of its sleeps. It is that of \
many calls on a small block. So the lock decides how large the blocks are that threads share, and they no longer fit \
the second-level cache.

**Compiled, with 10⁷ elements and more.** The compiled step and torch's fused one move every number once, and both \
wait for memory: AdamW's takes {bound[10⁷][numba]:.2f} and {bound[10⁷][torch fused]:.2f} of the time of merely moving \
the bytes of 10⁷ elements, and {bound[5·10⁷][numba]:.2f} and {bound[5·10⁷][torch fused]:.2f} for 5·10⁷. There is \
nothing left to win for either, and their ratio is 1 but for noise.

**SGD.** torch's default takes momentum in three calls, which move 32 bytes where 20 are the least. There is no room \
for a factor of three.

**200 small tensors.** torch's fused step is one call for all of them, ours a pass through Python for each. Per \
tensor, with {most} threads:

{many}

**torch's default with many elements.** It makes temporary tensors as large as the parameter. Memory of \
more than 32 MiB the C library maps again each time and returns at once \
([mallopt(3)](https://man7.org/linux/man-pages/man3/mallopt.3.html), `M_MMAP_THRESHOLD`). So the next step gets it \
page by page, each of them cleared. Unless there is a hole in the heap that the tensor fits into, from whatever the \
process has done before: then it goes there, and costs nothing. So the ratios to this step vary more than all others, \
from run to run and within a run. For 10⁷ elements in a new process, pages of 4 KiB, time of the system summed over \
threads:

{pages}

**Few elements.** The work itself is the smaller part of the step. The rest is Python: to find state and settings, to \
notice whether they changed, to check the gradient. For 10³ elements:

{small}

**Import.** `import optedu` takes {imports[optedu]:.3f} of the time of `import numpy`, since nothing is loaded \
before it is asked for; `from optedu import AdamW`, which loads NumPy as well, {imports[AdamW]:.2f}. The goal is 1.1. \
(Both with compiled modules on disk, as `pip` leaves them.)

**Rules on whole tensors** (Adafactor, LAMB, Muon). Between two norms all that is elementwise runs as one program of \
the engine. The compiled engine adds up sums, means and norms in that loop, and outer products of rows of 64 elements \
or more are factors in it: nothing of the tensor's size is stored for them. In NumPy every program that ends at a norm \
writes to new memory. Matrix products are NumPy's. A tensor within one block is handed to the rule as it is. For \
1000 × 1000 float32:

{whole}

Muon's step is fifteen matrix products. torch takes them in bfloat16, ours are float32: the ratio compares two \
formats of numbers more than two programs.
"""


def page(results: dict[str, Any]) -> str:
    """The page of the results of `step`, in Markdown."""
    lines = results["lines"]
    most = max((x["threads"] for x in lines), default=1)
    parts = [
        INTRO,
        _machine(results["machine"], most),
        "## Goals",
        _goals(lines, most),
        _reasons(lines, most, results["profile"]),
    ]
    for name in dict.fromkeys(x["optimizer"] for x in lines):
        parts.append(f"## {name}")
        if not ZOO[name].elementwise:
            parts.append("A rule on whole tensors: the engines run what lies between its norms.")
        mine = [x for x in lines if x["optimizer"] == name]
        for kind in dict.fromkeys((x["dtype"], x["threads"]) for x in mine):
            label = f"{kind[0]}, {_count(kind[1], 'thread')}"
            table = _ratios([x for x in mine if (x["dtype"], x["threads"]) == kind])
            usual = kind == ("float32", most)
            parts.append(f"{label}\n\n{table}" if usual else _folded(label, table))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _lost(call: dict[str, float]) -> float:
    """Microseconds that a sleep costs."""
    return (call["two"] - call["one"]) / call["slept"]


def _reasons(lines: Sequence[Line], most: int, profile: dict[str, Any]) -> str:
    ways = "numpy", "numba", "torch fused"
    many = [["µs", "torch default", *ways]]
    many += [
        [x["optimizer"], *(f"{x['microseconds'] / 200 * r:.1f}" for r in (1, *(x["ratios"][w][1] for w in ways)))]
        for x in lines
        if (x["shapes"], x["dtype"], x["threads"]) == ("200 small", "float32", most) and "torch fused" in x["ratios"]
    ]
    operations = [["operation", "µs"], *([label, f"{us:.0f}"] for label, us in profile["operations"].items())]
    calls = [["KiB of each array", "1 thread, µs", "2 threads, µs each", "sleeps per call", "µs for each sleep"]]
    calls += [
        [str(x["KiB"]), f"{x['one']:.1f}", f"{x['two']:.1f}", f"{x['slept']:.2f}", f"{_lost(x):.0f}"]
        for x in profile["calls"]
    ]
    small = [["µs", "numpy: step", "its program", "numba: step", "its loop", "scalars, in both"]]
    small += [
        [x["optimizer"], *(f"{x[part]:.1f}" for part in ("numpy", "program", "numba", "loop", "scalars"))]
        for x in profile["small"]
    ]
    pages = [
        [
            "each step",
            "hole",
            "pages: numpy",
            "torch default",
            "system, ms: numpy",
            "torch default",
            "step, ms: numpy",
            "torch default",
        ]
    ]
    pages += [
        [
            x["optimizer"],
            "yes" if x["hole"] else "no",
            *(f"{x[way][part]:,}" for part in ("pages", "system", "step") for way in ("numpy", "torch default")),
        ]
        for x in profile["pages"]
    ]
    whole = [["ms", "numpy: step", "its programs", "numba: step", "its programs"]]
    whole += [
        [x["optimizer"], *(f"{x[engine][part]:.2f}" for engine in ("numpy", "numba") for part in ("step", "programs"))]
        for x in profile["whole"]
    ]
    bound = {
        x["shapes"]: {way: quotient(x, way, "bytes moved") for way in ("numba", "torch fused")}
        for x in lines
        if (x["optimizer"], x["dtype"], x["threads"]) == ("AdamW", "float32", most) and "bytes moved" in x["ratios"]
    }
    return REASONS.format(
        bound=bound,
        imports=profile["import"],
        whole=_table(whole[0], whole[1:]),
        most=most,
        many=_table(many[0], many[1:]),
        pages=_table(pages[0], pages[1:]),
        operations=_table(operations[0], operations[1:]),
        calls=_table(calls[0], calls[1:]),
        small=_table(small[0], small[1:]),
    )


def _machine(machine: dict[str, Any], most: int) -> str:
    versions = ", ".join(f"{name} {machine[name]}" for name in ("python", "numpy", "numba", "torch"))
    return (
        f"Measured on {_count(machine['cores'], 'core')} of an {machine['processor']}, {_count(most, 'thread')} "
        f"unless stated. Versions: {versions}."
    )


def _goals(lines: Sequence[Line], most: int) -> str:
    rows, missed, asked = [], [], 0
    for x in lines:
        name, size = x["optimizer"], x["shapes"]
        if size not in GOALS or (x["dtype"], x["threads"]) != ("float32", most):
            continue
        cells = []
        for (ours, theirs), goal in zip(PAIRS, GOALS[size], strict=True):
            goal *= 1 if name == "AdamW" else SLACK
            ratio = quotient(x, ours, theirs)
            if ratio is None:
                cells.append("–")
                continue
            asked += 1
            cells.append(f"{ratio:.2f} (≤\u00a0{goal:.2g})\u00a0{'✓' if ratio <= goal else '✗'}")
            if ratio > goal:
                missed.append(f"{name} at {size}: {ours} ÷ {theirs} is {ratio:.2f}, {ratio / goal - 1:.0%} over")
        bound = size in ("10⁷", "5·10⁷") and name != "Muon"  # by memory; Muon multiplies matrices
        share = quotient(x, "bytes moved", "numba") if bound else None
        if share is not None:
            asked += 1
            cells.append(f"{share:.0%} {'✓' if share >= BANDWIDTH else '✗'}")
            if share < BANDWIDTH:
                missed.append(f"{name} at {size}: {share:.0%} of the bandwidth, not {BANDWIDTH:.0%}")
        rows.append([name, size, *cells, *[""] * (3 - len(cells))])
    head = ["float32", "elements", "numba ÷ torch fused", "numpy ÷ torch default", "bandwidth"]
    text = (
        f"Goals set before measuring, in brackets: those of AdamW, and a quarter more for the others. The last column "
        "is the time of merely moving the bytes ÷ that of the compiled step, for which the goal was at least "
        f"{BANDWIDTH:.0%}. "
        f"{asked - len(missed)} of {asked} are met.\n\n" + _table(head, rows)
    )
    return text + ("\n\n" + _folded("Missed", "\n".join(f"- {m}" for m in missed)) if missed else "")


def quotient(x: Line, ours: str, theirs: str) -> float | None:
    """Median of `ours` ÷ median of `theirs` in a line; None where one did not take part."""
    ratios = {"torch default": [1, 1, 1], **x["ratios"]}
    return ratios[ours][1] / ratios[theirs][1] if {ours, theirs} <= ratios.keys() else None


def _ratios(lines: Sequence[Line]) -> str:
    ways = list(dict.fromkeys(w for x in lines for w in x["ratios"] if w != "torch default"))
    rows = []
    for x in lines:
        found = [x["ratios"].get(way) for way in ways]
        rows.append([x["shapes"], _time(x["microseconds"]), *(_spread(*q) if q else "–" for q in found)])
    return _table(["elements", "torch default", *ways], rows)


def _spread(low: float, middle: float, high: float) -> str:
    return f"{middle:.2f} <small>{low:.2f}–{high:.2f}</small>"


def _time(microseconds: float) -> str:
    for unit in ("µs", "ms"):
        if microseconds < 999.5:
            return f"{microseconds:.3g}\u00a0{unit}"
        microseconds /= 1000
    return f"{microseconds:.3g}\u00a0s"


def _folded(summary: str, text: str) -> str:
    return f"<details>\n<summary>{summary}</summary>\n\n{text}\n\n</details>"


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
