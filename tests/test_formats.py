"""Small formats round as torch does, and each block has the scale that its format allows."""

import numpy as np
import pytest
import torch

from optedu.lab import formats as F

TORCH = {"E4M3": torch.float8_e4m3fn, "E5M2": torch.float8_e5m2}


@pytest.mark.parametrize("name", TORCH)
def test_eight_bits_as_torch(name):
    f, dtype = getattr(F, name), TORCH[name]
    every = torch.arange(256, dtype=torch.uint8).view(dtype).double().numpy()
    every = np.unique(every[np.isfinite(every)])
    assert every.max() == f.top and every[every > 0].min() == f.least
    ties = (every[1:] + every[:-1]) / 2
    rng = np.random.default_rng(0)
    x = np.concatenate([every, ties, rng.uniform(-1, 1, 20000) * 2.0 ** rng.integers(-20, 9, 20000)])
    x = x[np.abs(x) <= f.top].astype(np.float32)  # torch rounds float32
    theirs = torch.tensor(x).to(dtype).double().numpy()
    assert np.array_equal(F.rounded(x.astype(np.float64), f), theirs)


def test_four_bits_by_table():
    levels = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6])
    assert np.array_equal(F.rounded(levels, F.E2M1), levels)
    even = {0.25: 0, 0.75: 1, 1.25: 1, 1.75: 2, 2.5: 2, 3.5: 4, 5.0: 4, 7.0: 6, 1e9: 6}
    for x, y in even.items():
        assert F.rounded(x, F.E2M1) == y and F.rounded(-x, F.E2M1) == -y
    x = np.random.default_rng(0).uniform(-6, 6, 5000)
    distance = np.abs(np.abs(x)[:, None] - levels)
    assert np.allclose(np.abs(F.rounded(x, F.E2M1) - x), distance.min(axis=1), atol=1e-15)


def test_power_of_two():
    x = np.concatenate([2.0 ** np.arange(-300, 300), 2.0 ** np.arange(-300, 300) * (2 - 2.0**-52), [0.0, -3.0]])
    exact = np.array([0.0 if a == 0 else 2.0 ** (np.frexp(abs(a))[1] - 1) for a in x])
    assert np.array_equal(F.power_of_two(x), exact)


def test_microscaling_cuts_off():
    x = np.zeros(32)
    x[:3] = 7.9, 4.0, 0.2
    assert F.mx(x, F.E2M1)[:3].tolist() == [6.0, 4.0, 0.0]  # the scale is 1: 4 ≤ 7.9 < 8
    assert np.array_equal(F.mx(16 * x, F.E2M1), 16 * F.mx(x, F.E2M1))
    assert F.mx(np.full(32, 448 * 1.1), F.E4M3)[0] == 448
    two = np.concatenate([x, 100 * x])
    assert np.array_equal(F.mx(two, F.E2M1)[:32], F.mx(x, F.E2M1))


def test_nvfp4_by_hand():
    x = np.zeros(32)
    x[0], x[1], x[16] = 6 * 448.0, 100.0, 6 * 1.3  # units: tensor 1, scales 448 and E4M3(1.3) = 1.25
    back = F.nvfp4(x)
    assert back[0] == 6 * 448 and back[1] == 0 and back[16] == 6 * 1.25
    assert np.array_equal(F.nvfp4(np.zeros(16)), np.zeros(16))
    tiny = np.zeros(32)
    tiny[0], tiny[16:] = 6 * 448.0, 6 * 2.0**-11
    assert np.array_equal(F.nvfp4(tiny)[16:], np.zeros(16))  # its scale is below half the least of E4M3


def test_one_scale_and_shapes():
    x = np.random.default_rng(1).standard_normal((4, 16))
    for back in (F.one_scale(x, F.E4M3), F.mx(x, F.E4M3), F.nvfp4(x)):
        assert back.shape == x.shape and 0 < np.abs(back - x).max() < 1
    assert np.abs(F.one_scale(x, F.E4M3)).max() == np.abs(x).max()
    assert F.one_scale(np.zeros(3), F.E2M1).tolist() == [0, 0, 0]


@pytest.mark.parametrize("block", [0, -1, 2.0, True])
def test_bad_blocks(block):
    with pytest.raises(ValueError, match="block"):
        F.mx(np.ones(32), F.E2M1, block)


def test_no_multiple():
    with pytest.raises(ValueError, match="33"):
        F.nvfp4(np.ones(33))
