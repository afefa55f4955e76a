"""Threads that wait awake: the compiled loop beside forks, other threads, and torch's own OpenMP."""

import os
import subprocess
import sys

import pytest

pytest.importorskip("numba")

START = """
import multiprocessing, os, threading
import numpy as np, optedu
from optedu.core import engines, loops
begun_with = engines.THREADS
optedu.engine("numba")
rng = np.random.default_rng(0)
n = 3 * engines.PARALLEL
p0, grads = rng.standard_normal(n).astype("f4"), [rng.standard_normal(n).astype("f4") for _ in range(4)]

def trained(threads):
    engines.THREADS = threads
    p = p0.copy()
    opt = optedu.AdamW([p])
    for g in grads:
        opt.step([g])
    return p

one = trained(1)
"""


def run(code, **environment):
    """What a program prints; the path for several threads needs a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", START + code], env={**os.environ, "OMP_NUM_THREADS": "2", **environment},
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_threads_obey_the_environment_and_change_no_bit():
    code = """
assert begun_with == 2
two = trained(2)
import numba
assert numba.get_num_threads() == min(2, numba.config.NUMBA_NUM_THREADS)
print(np.array_equal(one, two), numba.threading_layer())
"""
    assert run(code) == "True omp"


def test_sums_do_not_depend_on_the_number_of_threads():
    """Blocks and lanes say who adds what, not threads; and both loops were run."""
    code = """
from optedu.core import whole
whole.BLOCK = 1 << 13
ran = []
for kind in ("serial", "parallel"):
    loop = getattr(loops.Loops, kind)
    setattr(loops.Loops, kind, property(lambda self, kind=kind, loop=loop: ran.append(kind) or loop.func(self)))

def summed(threads, cls):
    engines.THREADS = threads
    p = p0.reshape(300, -1).copy()
    opt = cls([p])
    for g in grads[:2]:
        opt.step([g.reshape(p.shape)])
    return [p, *(a for a in opt.state[0].values() if a is not None)]

for cls in (optedu.LAMB, optedu.Adafactor):
    one, two = summed(1, cls), summed(2, cls)
    print(all(np.array_equal(a, b) for a, b in zip(one, two)), end=" ")
print({*ran})
"""
    assert run(code) in ("True True {'serial', 'parallel'}", "True True {'parallel', 'serial'}")


def test_a_child_of_a_fork_goes_on_with_one_thread():
    """A parallel loop of OpenMP's would be killed there by a signal, and a pool would wait for ever."""
    code = """
trained(2)
with multiprocessing.get_context("fork").Pool(2) as pool:
    results = pool.map(trained, [2, 2])
print(all(np.array_equal(one, p) for p in results))
"""
    assert run(code) == "True"


def test_beside_other_threads_and_torch():
    code = """
import torch
torch.set_num_threads(2)
results = []
workers = [threading.Thread(target=lambda: results.append(trained(2))) for _ in range(4)]
[w.start() for w in workers]
for _ in range(20):
    torch.randn(300, 300) @ torch.randn(300, 300)
[w.join() for w in workers]
print(len(results), all(np.array_equal(one, p) for p in results))
"""
    assert run(code) == "4 True"


def test_a_layer_that_is_not_ours_is_left_alone():
    """Numba's workqueue may be used by one thread of Python alone: we take our own then."""
    code = """
two = trained(2)
print(np.array_equal(one, two), loops.threads(2))
"""
    assert run(code, NUMBA_THREADING_LAYER="workqueue") == "True False"


def test_small_arrays_take_the_serial_loop():
    code = """
small = optedu.AdamW([np.ones(100, "f4")])
small.step([np.ones(100, "f4")])
print(loops.process["layer"])
"""
    assert run(code.replace("small =", "engines.THREADS = 2\nsmall =")) == "None"
