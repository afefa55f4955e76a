"""AdamW in 8 bits: the table of numbers, blocks, bounds of the error, and what is kept in a checkpoint."""

import copy
import pickle
import zlib

import numpy as np
import pytest

import optedu
from optedu.core.engines import BLOCK_BYTES
from optedu.optim import adamw_8bit
from optedu.optim.adamw_8bit import SIGNED, UNSIGNED, dequantize, quantize
from optedu.training import training_bytes

BOOKS = pytest.mark.parametrize("book", [SIGNED, UNSIGNED], ids=["signed", "unsigned"])


def test_the_map_by_its_definition():
    """A byte is (a sign,) zeros for the decade, a one, and a fraction of the bits that are left."""
    for signed, smallest, largest in ((True, 5.5e-7, 0.99296875), (False, 3.25e-7, 0.996484375)):
        expected = {0.0, 1.0}
        for code in range(1, 128 if signed else 256):
            bits = f"{code:07b}" if signed else f"{code:08b}"
            zeros, fraction = len(bits) - len(bits.lstrip("0")), bits.lstrip("0")[1:]
            n = 2 ** len(fraction)
            value = 10.0**-zeros * (0.1 + 0.9 * (int(fraction or "0", 2) + 0.5) / n)
            if signed or zeros < 7:  # without a sign the last of eight bits says no more than the seventh
                expected |= {value, -value} if signed else {value}
        book = adamw_8bit.dynamic_map(signed)
        assert len(book) == 256 and (np.diff(book) > 0).all()
        np.testing.assert_allclose(book, sorted(expected), rtol=1e-13)
        assert book[book > 0][0] == pytest.approx(smallest) and book[-2] == pytest.approx(largest)
        assert (book < 0).sum() == 127 * signed  # -1 is not among them


@BOOKS
def test_a_number_of_the_table_is_kept(book):
    x = book * 3.5
    codes, most = quantize(x, book, 256)
    assert codes.dtype == np.uint8 and codes.tolist() == list(range(256)) and most == np.float32(3.5)
    np.testing.assert_array_equal(dequantize(codes, most, book, 256), x)


@BOOKS
def test_it_is_the_nearest_number(book):
    rng = np.random.default_rng(0)
    x = 10.0 ** rng.uniform(-8, 0, 3000) * (rng.choice([-1, 1], 3000) if book[0] < 0 else 1)
    x[0] = 1.0
    codes, _ = quantize(x, book, 3000)
    np.testing.assert_array_equal(codes, abs(x[:, None] - book).argmin(1))


@BOOKS
def test_the_error_is_bounded(book):
    """0.7% of the largest number, 0.35% without a sign; a fifth of that in each decade below; then zero."""
    half = 0.45 / 64 if book[0] < 0 else 0.45 / 128
    x = 10.0 ** np.linspace(-8, 0, 20001)
    kept = dequantize(*quantize(x, book, x.size), book, x.size)
    error = abs(kept - x)
    for k in range(7):
        decade = (x >= 10.0 ** -(k + 1)) & (x <= 10.0**-k)
        assert 0.95 * half < error[decade].max() * 5**k <= half * 1.01
    assert (kept[x < book[book > 0][0] / 2] == 0).all() and (kept[x > book[book > 0][0] / 2] > 0).all()


def test_an_outlier_spoils_its_own_block_only():
    x = np.random.default_rng(0).standard_normal(1024)
    calm = dequantize(*quantize(x, SIGNED, 256), SIGNED, 256)
    x[300] = 1e9
    kept = dequantize(*quantize(x, SIGNED, 256), SIGNED, 256)
    near = np.arange(1024) // 256 == 1
    np.testing.assert_array_equal(kept[~near], calm[~near])
    assert (kept[near] == 0).sum() == 255 and kept[300] == 1e9


def test_blocks_of_any_array():
    x = np.asfortranarray(np.arange(1.0, 11.0).reshape(2, 5))
    codes, most = quantize(x, UNSIGNED, 4)
    assert codes.shape == (2, 5) and most.tolist() == [4.0, 8.0, 10.0]  # in the order of rows; the last one short
    np.testing.assert_allclose(dequantize(codes, most, UNSIGNED, 4), x, rtol=0.036)
    codes, most = quantize(np.zeros(5), SIGNED, 2)
    assert (dequantize(codes, most, SIGNED, 2) == 0).all() and (SIGNED[codes] == 0).all()
    with np.errstate(invalid="ignore"):
        lost = dequantize(*quantize(np.array([1.0, np.nan, 2.0]), SIGNED, 2), SIGNED, 2)
    assert np.isnan(lost[:2]).all() and lost[2] == 2.0  # and nobody takes it for a number


def trained(steps, size=(64, 64), dtype=np.float32, **settings):
    rng = np.random.default_rng(0)
    p = rng.standard_normal(size).astype(dtype)
    scale = 10.0 ** rng.uniform(-3, 0, size)
    opt = optedu.AdamW8bit([p], lr=0.01, weight_decay=0.1, **settings)
    for _ in range(steps):
        opt.step([(scale * rng.standard_normal(size)).astype(dtype)])
    return p, opt


def test_trace_of_another_package():
    """From torchao 0.18.0, `single_param_adam` with two `OptimState8bit`, not compiled: the codes are the same."""
    p, opt = trained(50)
    state = opt.state[0]
    assert zlib.crc32(state["state1"].tobytes()) == 3668978687
    assert zlib.crc32(state["state2"].tobytes()) == 1696173370
    assert p.astype(float).sum() == pytest.approx(-62.73180591966957, abs=2e-3)  # (its 1 - β₂ᵗ is a float32)


def test_a_small_parameter_is_left_to_adamw():
    for size, coded in (((63, 65), False), ((64, 64), True)):
        p, opt = trained(20, size, dtype=np.float64)
        q = np.random.default_rng(0).standard_normal(size)
        assert (opt.state[0]["state1"].dtype == np.uint8) == ("absmax1" in opt.state[0]) == coded
        rng = np.random.default_rng(0)
        rng.standard_normal(size)
        scale = 10.0 ** rng.uniform(-3, 0, size)
        plain = optedu.AdamW([q], lr=0.01, weight_decay=0.1)
        for _ in range(20):
            plain.step([scale * rng.standard_normal(size)])
        apart = abs(p - q)
        assert 1e-4 < np.median(apart) < 5e-3 if coded else apart.max() < 1e-14  # of a way of 0.04


def test_a_v_of_zero():
    """A gradient below 1/2,500 of its block's largest leaves v = 0, and its next step is longer than Adam's."""
    p, q, g = np.zeros(256), np.zeros(256), np.full(256, 2.6875e-4)
    g[0] = 1.0
    coded = optedu.AdamW8bit([p], lr=1.0, eps=0.0, weight_decay=0.0, min_8bit_size=0)
    plain = optedu.AdamW([q], lr=1.0, eps=0.0, weight_decay=0.0)
    for opt in (coded, plain):
        opt.step([g])
    np.testing.assert_array_equal(p, q)  # what is rounded is what is kept
    state = coded.state[0]
    assert (dequantize(state["state2"], state["absmax2"], UNSIGNED, 256) == 0).sum() == 255
    for opt in (coded, plain):
        opt.step([g])
    assert abs(q + 2).max() < 1e-6
    # m is a number of the table; of v̂ = (0.999·0.001 + 0.001)g²/0.001999 only 0.001 is there: √1.999
    np.testing.assert_allclose(p[1:] + 1, -(1.999**0.5), rtol=1e-6)


def test_large_arrays_take_the_same_step():
    size = (64, BLOCK_BYTES // 64)
    p, opt = trained(3, size)
    assert p.nbytes > BLOCK_BYTES
    calm = adamw_8bit.adamw_8bit
    rng = np.random.default_rng(0)
    q = rng.standard_normal(size).astype(np.float32)
    scale = 10.0 ** rng.uniform(-3, 0, size)
    codes, most = np.zeros(size, np.uint8), np.zeros(q.size // 256, np.float32)
    state = [codes, codes, most, most]
    for t in (1, 2, 3):
        g = (scale * rng.standard_normal(size)).astype(np.float32)
        more = dict(t=t, lr=0.01, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.1, block_size=256)
        new, *state = calm(g, q, *state, **more)
        q = new.astype(np.float32)
    np.testing.assert_array_equal(p, q)
    for name, expected in zip(("state1", "state2", "absmax1", "absmax2"), state, strict=True):
        np.testing.assert_array_equal(opt.state[0][name], expected)


def test_copies_go_on_bit_for_bit():
    p, opt = trained(5)
    g = np.ones_like(p)
    copies = [copy.deepcopy(opt), pickle.loads(pickle.dumps(opt))]
    loaded = optedu.AdamW8bit([p.copy()])
    loaded.load_state_dict(opt.state_dict())
    opt.step([g])
    for other in (*copies, loaded):
        other.step([g])
        np.testing.assert_array_equal(other.params[0], p)
        assert other.state[0]["state1"].dtype == np.uint8 and other.state[0]["absmax1"].dtype == np.float32


@pytest.mark.parametrize(
    ("name", "spoil", "message"),
    [
        ("state1", lambda a: a + 0.5, r"state\[0\] state1 must hold whole numbers from 0 to 255"),
        ("state2", lambda a: a.astype(int) + 250, r"state\[0\] state2 must hold whole numbers from 0 to 255"),
        ("state1", lambda a: np.full(a.shape, np.nan), r"state\[0\] state1 must hold whole numbers from 0 to 255"),
        ("state1", lambda a: a.ravel(), r"state\[0\] state1 has shape \(4096,\), expected \(64, 64\)"),
        ("absmax2", lambda a: a[1:], r"state\[0\] absmax2 has shape \(15,\), expected \(16,\)"),
        ("absmax2", lambda a: None, r"state\[0\] lacks \['absmax2'\]"),
    ],
)
def test_a_damaged_checkpoint_is_refused(name, spoil, message):
    p, opt = trained(2)
    saved = opt.state_dict()
    saved["state"][0][name] = spoil(saved["state"][0][name])
    before = str(opt.state_dict()), p.copy()
    with pytest.raises(ValueError, match=message):
        opt.load_state_dict(saved)
    assert str(opt.state_dict()) == before[0] and (p == before[1]).all()


def test_other_blocks_between_steps_are_refused():
    p, opt = trained(2)
    opt.param_groups[0]["block_size"] = 128
    before = p.copy()
    with pytest.raises(ValueError, match=r"absmax1 has shape \(16,\), expected \(32,\)"):
        opt.step([p / 2])
    assert (p == before).all()


def test_bytes():
    """Codes of a byte, and four bytes for each 256 of them, whatever the precision of the parameter."""
    shapes = [(1000, 70), (4096,), (4095,)]
    for parameter, small in (("float32", 4), ("bfloat16", 2), ("float64", 8)):
        found = training_bytes(shapes, "AdamW8bit", parameter=parameter).state
        codes, scales = 70_000 + 4096 + small * 4095, 4 * (274 + 16)
        assert found == {"state1": codes, "state2": codes, "absmax1": scales, "absmax2": scales}
    p, opt = trained(1, (1000, 70))
    held = {name: a.nbytes for name, a in opt.state[0].items() if isinstance(a, np.ndarray)}
    assert held == training_bytes([p.shape], "AdamW8bit").state
    assert training_bytes([(2**20,)], "AdamW8bit").state == {"state1": 2**20, "state2": 2**20,
                                                             "absmax1": 2**14, "absmax2": 2**14}  # fmt: skip
