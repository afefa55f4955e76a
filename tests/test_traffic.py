"""Bytes that a step moves: what is counted is what `optedu.explain` says, and what the recording holds."""

import json
from pathlib import Path

import numpy as np
import pytest

import optedu
from optedu.lab.traffic import BLOCK, FASTER, Counted, Traffic, costs, counted, traffic, way_of

READ = {"SGD": dict(momentum=0.9), "Lion": {}, "RMSprop": {}, "Adam": {}, "AdamW": {}, "NAdam": {}, "Adadelta": {}}
PROFILE = json.loads((Path(__file__).parents[1] / "benchmarks/step.json").read_text("utf8"))


@pytest.mark.parametrize("name", READ)
def test_counted_passes_are_those_explained(name):
    """Sums of operands in the recording are another way to the same bytes."""
    cls = getattr(optedu, name)
    way, said = way_of(cls, **READ[name]), optedu.explain(cls, **READ[name])
    seen = traffic(way)
    arrays = [{a.index for a in x.args if hasattr(a, "index") and not a.scalar} for x in way.operations]
    if not any(x.op == "where" for x in way.operations):
        assert seen.calls == said.passes == len(way.operations)
        assert seen.moved == 4 * sum(len(read) + 1 for read in arrays)
    assert seen.least == said.bytes_per_parameter < seen.moved


def test_adamw_is_counted():
    assert traffic(way_of(optedu.AdamW)) == Traffic(13, 124, 28, 5)
    a, b = (np.ones(10, np.float32).view(Counted) for _ in "ab")
    assert counted(lambda: a * a + b) == (2, 200, 80)
    assert counted(lambda: np.add(a, b, out=a)) == (1, 120, 0)
    assert type(a) is Counted and (a == 2).all()


def test_a_rule_on_whole_tensors_has_no_way():
    with pytest.raises(ValueError, match="LAMB"):
        way_of(optedu.LAMB)


def test_what_decides_what_a_step_costs():
    """Calls where tensors are small, the cache in the middle, memory where they are large."""
    step = traffic(way_of(optedu.AdamW))
    for n, order in [(1e3, "loop together each"), (1e5, "loop each blocks together"), (1e7, "loop blocks together")]:
        each, together, blocks, loop = costs(step, n, 4e4, 1e6)
        got = dict(each=each, together=together, blocks=blocks, loop=loop)
        assert sorted(order.split(), key=got.get) == order.split()
    assert costs(step, 1e12, 4e4, 1e6) == pytest.approx((124, 124, 56.36 + 13 * 4e4 / BLOCK, 28), abs=0.01)
    assert costs(step, 1e9, 0, 1e12)[0] == max(28, 124 / FASTER)
    assert costs(step, 1e6, 0, 1e6)[0] < costs(step, 1e6 + 1, 0, 1e6)[0] == 124


def test_the_cache_is_as_much_faster_as_was_measured():
    """A product in blocks of the cache against the line that moves bytes from memory, both by one thread."""
    (line,) = (
        x for x in PROFILE["lines"]
        if (x["optimizer"], x["shapes"], x["dtype"], x["threads"]) == ("AdamW", "10⁷", "float32", 1)
    )  # fmt: skip
    memory = line["moved"] / (line["microseconds"] * line["ratios"]["bytes moved"][1])
    small, large = (next(x for x in PROFILE["profile"]["calls"] if x["KiB"] == size) for size in (8, 128))
    cache = 3 * 1024 * (128 - 8) / (large["one"] - small["one"])
    assert abs(cache / memory / FASTER - 1) < 0.05
