"""What a rank keeps and receives is what processes that train together keep and receive."""

import math
import sys

import numpy as np
import pytest

from optedu import lab
from optedu.lab.sharding import all_gather, kept, received, reduce_scatter
from optedu.training import training_bytes

HALF = {"parameter": "bfloat16", "master": "float32"}


class Counted(np.ndarray):
    """An array that counts the numbers that are added to others."""

    added = 0

    def __add__(self, other):
        Counted.added += self.size
        return np.asarray(self) + np.asarray(other)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("size", [7, 28])
def test_the_ring_sums_and_distributes(n, size):
    held = list(np.random.default_rng(0).standard_normal((n, size)))
    chunks = reduce_scatter(held)
    for mine, right in zip(chunks, np.array_split(sum(held), n), strict=True):
        np.testing.assert_allclose(mine, right, atol=1e-12)
    for whole in all_gather(chunks):
        np.testing.assert_allclose(whole, sum(held), atol=1e-12)


@pytest.mark.parametrize("n", [2, 4, 7])
def test_half_of_an_all_reduce_brings_what_is_stated(n):
    Counted.added = 0
    reduce_scatter([np.ones(28).view(Counted) for _ in range(n)])
    # what a rank adds to its own chunk has just arrived
    assert Counted.added == n * received(28, 28, n)[0] / 2


@pytest.mark.parametrize("ranks", [1, 2, 8, 64])
def test_kept_agrees_with_the_bytes_of_a_plan(ranks):
    plans = [training_bytes([(7_500_000_000,)], stage=k, ranks=ranks, **HALF).total for k in range(4)]
    assert np.allclose(kept(2 * 7.5e9, 2 * 7.5e9, 12 * 7.5e9, ranks), plans, rtol=1e-8)


def test_traffic_by_hand():
    assert received(14, 14, 1) == (0, 0, 0)
    assert np.allclose(received(14, 14, 8), (24.5, 24.5, 36.75))
    assert np.allclose(received(2, 4, 2), (4, 3, 4))  # gradients in float32, parameters in 16 bits


@pytest.mark.parametrize("n, s", [(1, 12), (8, 12), (64, 12), (1024, 0), (2, 16)])
def test_the_live_figure_shows_them(n, s):
    now = lab.live("shards", n=n, s=s).tables["now"]
    assert np.allclose([now[k][0] for k in ("ddp", "stage1", "stage2", "stage3")], kept(14, 14, 7 * s, n))
    two, same, three = received(14, 14, n)
    assert two == same and np.allclose([now["two"][0], now["three"][0]], [two, three])


def one_step(kind):
    """Bytes of parameters, gradients and state that this rank keeps, and of a step's traffic; and of a whole model."""
    import torch
    import torch.nn.functional
    from torch.distributed.fsdp import fully_shard
    from torch.nn.parallel import DistributedDataParallel

    from optedu.lab.distributed import nbytes, received_during

    torch.manual_seed(0)
    net = torch.nn.Sequential(*[torch.nn.Linear(256, 256, bias=False) for _ in range(4)])
    size = nbytes(*net.parameters())
    if kind == "DDP":
        net = DistributedDataParallel(net, gradient_as_bucket_view=True)
    else:
        for layer in (*net, net):
            fully_shard(layer)
    opt = torch.optim.Adam(net.parameters())

    def step():
        opt.zero_grad()
        net(torch.ones(2, 256)).square().mean().backward()
        opt.step()

    step()
    traffic = received_during(step)
    gradients = nbytes(*(p.grad for p in net.parameters()))
    moments = [s[k] for s in opt.state.values() for k in ("exp_avg", "exp_avg_sq")]
    return nbytes(*net.parameters()), gradients, nbytes(*moments), traffic, size


def test_four_processes_keep_and_receive_as_much():
    pytest.importorskip("torch.distributed")
    from optedu.lab.distributed import Ranks

    with Ranks(4) as four:
        measured = {kind: np.mean(four.run(one_step, kind), axis=0) for kind in ("DDP", "ZeRO-3")}
    size = measured["DDP"][4]
    stated = kept(size, size, 2 * size, 4)
    assert measured["DDP"][:3].sum() == stated[0] and measured["ZeRO-3"][:3].sum() == stated[3]
    if not sys.platform.startswith("linux"):
        assert math.isnan(measured["DDP"][3])
        return
    traffic = received(size, size, 4)
    assert measured["DDP"][3] == pytest.approx(traffic[0], rel=0.03)
    # gloo's reduce-scatter costs as much as an all-reduce: one unit more
    assert measured["ZeRO-3"][3] == pytest.approx(traffic[2] + size * 3 / 4, rel=0.03)
