"""Processes that train together: they compute, they fail aloud, and none is left behind."""

import contextlib
import math
import os
import subprocess
import sys
import time

import numpy as np
import psutil
import pytest

pytest.importorskip("torch.distributed")
import torch
import torch.distributed as dist

from optedu.lab import distributed
from optedu.lab.distributed import Ranks, nbytes, received_during

if not (dist.is_available() and dist.is_gloo_available()):
    pytest.skip("torch was built without gloo", allow_module_level=True)

OFFSET = 10


def plus(rank, by=OFFSET):
    return rank + by


def summed(factor):
    value = torch.tensor(float(plus(dist.get_rank()) * factor))
    dist.all_reduce(value)
    return value.item()


def children():
    """The processes of Python below this one (a browser that other tests share starts and ends its own)."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "python" in process.name():
                found.add(process.pid)
    return found


def gone(before, seconds=10):
    end = time.monotonic() + seconds
    while children() - before and time.monotonic() < end:
        time.sleep(0.05)
    return not children() - before


@pytest.fixture(scope="module")
def two():
    with Ranks(2) as ranks:
        yield ranks


def test_functions_run_together_with_what_they_use(two):
    # Ranks 0 and 1 hold (0 + 10) * 2 and (1 + 10) * 2.
    assert two.run(summed, 2) == two.run(summed, factor=2) == [42.0, 42.0]


def test_a_worker_may_come_from_anywhere_and_hold_inner_functions(two):
    source = "import math\nk = 3\ndef f(x):\n    return [(lambda v: math.sqrt(v) * k)(v) for v in x]\n"
    scope = {"__name__": "__main__"}
    exec(source, scope)
    assert two.run(scope["f"], np.array([4.0])) == [[6.0], [6.0]]


def test_ddp_equals_one_process(two):
    assert max(two.run(distributed.ddp_difference)) < 1e-12


def counted(n):
    x = torch.ones(n)
    return received_during(lambda: dist.all_reduce(x)) / nbytes(x), x[0].item()


def test_bytes_of_an_all_reduce(two):
    for ratio, value in two.run(counted, 100_000):
        assert value == 2
        if sys.platform.startswith("linux"):
            assert ratio == pytest.approx(1, abs=0.01)  # 2 (n - 1) / n for n = 2
        else:
            assert math.isnan(ratio)


def open_files():
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(10):
        received_during(lambda: None)
    return len(os.listdir("/proc/self/fd")) - before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts the files in /proc")
def test_counting_leaves_no_file_open(two):
    assert two.run(open_files) == [0, 0]


def sharded():
    from torch.distributed.fsdp import fully_shard

    net = fully_shard(torch.nn.Linear(6, 4, dtype=torch.float64))
    return nbytes(*net.parameters())


def test_nbytes_counts_the_local_part(two):
    assert nbytes(torch.zeros(3, 2), torch.zeros(2, dtype=torch.float64)) == 40
    assert two.run(sharded) == [112, 112]  # half of (4 * 6 + 4) * 8


@pytest.mark.parametrize("again", (1, 2))
def test_no_process_is_left(again):
    before = children()
    with Ranks(2) as ranks:
        assert len(children() - before) == 2
        assert ranks.run(plus, 1) == [11, 11]
        folder = ranks.folder
    assert gone(before) and not os.path.exists(folder)
    ranks.close()  # a second time: nothing happens
    with pytest.raises(RuntimeError, match="have ended"):
        ranks.run(plus, 1)


def test_forgotten_ranks_end():
    before = children()
    ranks = Ranks(1)
    assert ranks.run(plus, 1) == [11]
    del ranks
    assert gone(before)


def fails_in_one():
    if dist.get_rank() == 1:
        raise ValueError("rank one has had enough")
    dist.barrier()


def test_a_failure_is_told_and_ends_all():
    before = children()
    with Ranks(2) as ranks, pytest.raises(RuntimeError, match="(?s)failed.*(rank one has had enough|closed by peer)"):
        ranks.run(fails_in_one)
    assert gone(before)


def waits_alone():
    if dist.get_rank() == 0:
        dist.barrier()
    else:
        time.sleep(1000)


def test_a_hang_ends_by_the_timeout():
    before = children()
    ranks = Ranks(2)
    ranks.timeout = 1.0
    with pytest.raises(TimeoutError, match=r"ranks \[0, 1\] of 2 within 1 s"):
        ranks.run(waits_alone)
    assert gone(before)


def test_a_parent_that_dies_takes_its_ranks_along():
    code = "import os; from optedu.lab.distributed import Ranks; r = Ranks(1)\n"
    code += "print(r._started[0].pid, flush=True); os._exit(1)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    pid, end = int(run.stdout), time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.parametrize(
    "arguments, error, text",
    [
        (dict(n=0), ValueError, "n must be >= 1, got 0"),
        (dict(n=-2), ValueError, "n must be >= 0, got -2"),
        (dict(n=2.0), TypeError, "n must be a whole number, got 2.0"),
        (dict(n=2, timeout=0), ValueError, "timeout must be > 0, got 0"),
        (dict(n=2, timeout="long"), TypeError, "timeout must be a number, got 'long'"),
    ],
)
def test_bad_settings_start_nothing(arguments, error, text):
    before = children()
    with pytest.raises(error, match=text):
        Ranks(**arguments)
    assert children() == before


UNSENDABLE = (n for n in ())


def uses_unsendable():
    return UNSENDABLE


def test_what_cannot_be_sent_is_refused_before_anything_runs(two):
    inside = 3
    with pytest.raises(TypeError, match="function without a closure"):
        two.run(lambda: inside)
    with pytest.raises(TypeError, match="function without a closure, got <built-in"):
        two.run(len)
    with pytest.raises(TypeError, match="global 'UNSENDABLE'"):
        two.run(uses_unsendable)
    assert two.run(plus, 0) == [10, 10]  # they still run


def test_under_torchrun():
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2",
               "-m", "optedu.lab.distributed"]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)
    assert "2 ranks, gradients of DDP against one process: equal to 1e-12: True" in run.stdout, run.stderr
