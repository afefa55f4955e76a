"""The function exercises: their references are what the package does, and any right answer passes."""

import math
import re
from collections import Counter

import numpy as np
import pytest

import optedu
from optedu.drill import exercises, grade
from optedu.drill.grader.exercise_form import exercise
from optedu.drill.grader.sandbox import define
from optedu.drill.tasks.accumulate import accumulate
from optedu.drill.tasks.clip_norm import clip_norm
from optedu.drill.tasks.clip_value import clip_value
from optedu.drill.tasks.layerwise_decay import layerwise_decay
from optedu.drill.tasks.loss_scaler import loss_scaler
from optedu.drill.tasks.lr_finder import lr_finder
from optedu.drill.tasks.noise_scale import noise_scale
from optedu.drill.tasks.param_groups import param_groups
from optedu.drill.tasks.plateau import plateau
from optedu.drill.tasks.resume import Run, resume
from optedu.drill.tasks.step_decay import step_decay
from optedu.drill.tasks.trust_ratio import trust_ratio
from optedu.drill.tasks.warmup_cosine import warmup_cosine
from optedu.drill.tasks.wsd import wsd
from optedu.drill.tasks.z_loss import z_loss
from optedu.lr_scheduler import WSDLR, MultiStepLR, ReduceLROnPlateau, WarmupCosineLR
from optedu.optim.lars import lars
from optedu.optim.muon import newton_schulz
from optedu.training import (
    GradientAccumulator,
    LossScaler,
    clip_grad_norm_,
    clip_grad_value_,
    decay_groups,
    gradient_noise_scale,
    layerwise_lr_groups,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


FUNCTIONS = {
    "accumulate", "clip_norm", "clip_value", "ema", "layerwise_decay", "loss_scaler", "lr_finder", "newton_schulz",
    "noise_scale", "normuon", "param_groups", "plateau", "resume", "step_decay", "swa", "trust_ratio", "two_loop",
    "warmup_cosine", "wsd", "z_loss",
}  # fmt: skip


# The references are what the package does


@pytest.mark.parametrize("size", [1e-6, 0.3, 50.0])
def test_clipping(size, rng):
    arrays = [size * rng.normal(size=n) for n in (3, 1, 4)]
    lists = [a.tolist() for a in arrays]
    clipped, norm = clip_norm(lists, 0.7)
    by_value = clip_value(lists, 0.2)
    copies = [a.copy() for a in arrays]
    assert norm == pytest.approx(clip_grad_norm_(copies, 0.7), rel=1e-12)
    np.testing.assert_allclose(np.concatenate(clipped), np.concatenate(copies), rtol=1e-12)
    clip_grad_value_(arrays, 0.2)
    np.testing.assert_array_equal(np.concatenate(by_value), np.concatenate(arrays))


def test_accumulation(rng):
    batches = [(rng.normal(size=3), n) for n in (4, 1, 7, 2, 3)]
    steps = accumulate([(g.tolist(), n) for g, n in batches], 2)
    total = GradientAccumulator([np.zeros(3)])
    for k, window in enumerate((batches[:2], batches[2:4], batches[4:])):
        total.reset()
        for g, n in window:
            total.add([g], weight=n)
        np.testing.assert_allclose(steps[k], total.mean()[0], rtol=1e-12)
    assert len(steps) == 3


def rates(scheduler, opt, steps):
    """The learning rate of each step."""
    seen = []
    for _ in range(steps):
        seen.append(opt.param_groups[0]["lr"])
        opt.step([np.zeros(1)])
        scheduler.step()
    return seen


SCHEDULES = [
    (WarmupCosineLR, dict(warmup_steps=3, total_steps=11, min_factor=0.1),
     lambda t: warmup_cosine(t, warmup=3, total=11, peak=0.2, floor=0.02)),
    (WarmupCosineLR, dict(warmup_steps=0, total_steps=5),
     lambda t: warmup_cosine(t, warmup=0, total=5, peak=0.2, floor=0.0)),
    (WSDLR, dict(warmup_steps=2, total_steps=12, decay_steps=4, min_factor=0.5),
     lambda t: wsd(t, warmup=2, total=12, decay=4, peak=0.2, floor=0.1)),
    (MultiStepLR, dict(milestones=[7, 3, 7], gamma=0.5),
     lambda t: step_decay(t, lr=0.2, milestones=[7, 3, 7], gamma=0.5)),
]  # fmt: skip


@pytest.mark.parametrize("scheduler, settings, mine", SCHEDULES)
def test_schedules(scheduler, settings, mine):
    opt = optedu.SGD([np.zeros(1)], lr=0.2)
    assert [mine(t) for t in range(16)] == pytest.approx(rates(scheduler(opt, **settings), opt, 16), rel=1e-12)


@pytest.mark.parametrize("cooldown", [0, 1, 4])
def test_plateau(cooldown, rng):
    losses = np.concatenate(
        [20 * np.cumprod(rng.uniform(0.86, 1.06, size=60)), [3.0, 1.0, 0.97, 0.96, 0.955, 0.99, 1.5, 1.2] * 3]
    )
    losses[7] = math.nan
    settings = dict(factor=0.5, patience=1, threshold=0.05, cooldown=cooldown, min_lr=0.01)
    opt = optedu.SGD([np.zeros(1)], lr=0.2)
    scheduler, seen = ReduceLROnPlateau(opt, **settings), []
    for loss in losses:
        scheduler.step(loss)
        seen.append(opt.param_groups[0]["lr"])
    assert plateau(losses.tolist(), lr=0.2, **settings) == seen
    assert len(set(seen)) > 2


def test_loss_scaler(rng):
    settings = dict(growth_factor=2.0, backoff_factor=0.5, growth_interval=3)
    theirs, scale, good = LossScaler(init_scale=8.0, **settings), 8.0, 0
    skipped = 0
    for k in range(40):
        grads = [scale * rng.normal(size=2), scale * rng.normal(size=1)]
        if k % 7 == 4:
            grads[k % 2][-1] = (math.inf, -math.inf, math.nan)[k % 3]
        mine, scale, good = loss_scaler([g.tolist() for g in grads], scale, good, growth=2.0, backoff=0.5, interval=3)
        found = theirs.unscale_(grads)
        theirs.update()
        assert (mine is None, scale) == (found, theirs.get_scale())
        skipped += found
        if not found:
            np.testing.assert_array_equal(np.concatenate(mine), np.concatenate(grads))
    assert skipped > 3


def test_param_groups():
    shapes = {"a": (2, 3), "b": (3,), "c": (2, 2, 2), "d": (), "e": (4, 1), "me": (4, 1)}
    arrays = {name: np.zeros(shape) for name, shape in shapes.items()}
    mine = param_groups(shapes, 0.1, ["e"])
    theirs = decay_groups(arrays, 0.1, ["e"])
    assert [g["weight_decay"] for g in mine] == [g["weight_decay"] for g in theirs]
    for m, t in zip(mine, theirs, strict=True):
        assert [id(arrays[name]) for name in m["params"]] == [id(p) for p in t["params"]]


def test_layerwise_decay():
    names = ["embed.w", "blocks.0.w", "blocks.0.b", "blocks.10.w", "norm.w", "head.w"]
    layers = {"embed.w": 0, "blocks.0.w": 1, "blocks.0.b": 1, "blocks.10.w": 11, "norm.w": 12, "head.w": 12}
    arrays = {name: np.zeros(2) for name in names}
    mine = layerwise_decay(names, lr=0.1, decay=0.7, blocks=11)
    for group in layerwise_lr_groups(arrays, 0.1, 0.7, layers.get):
        for name in names:
            if any(p is arrays[name] for p in group["params"]):
                assert mine.pop(name) == pytest.approx(group["lr"], rel=1e-12)
    assert not mine


@pytest.mark.parametrize("stop, seen", [(9.0, 12), (1.1, 9)])
def test_lr_finder(stop, seen):
    losses = np.array([2.0, 2.1, 1.9, 2.0, 1.2, 1.1, 1.0, 1.5, 2.5, 0.1, 2.0, 2.0])
    grid, smooth, suggestion = lr_finder(losses.tolist(), low=1e-4, high=10.0, beta=0.6, stop=stop)
    weights = 0.6 ** np.arange(12)
    expected = [np.average(losses[: k + 1], weights=weights[k::-1]) for k in range(seen)]
    np.testing.assert_allclose(grid, np.geomspace(1e-4, 10, 12)[:seen], rtol=1e-12)
    np.testing.assert_allclose(smooth, expected, rtol=1e-12)
    assert smooth[-1] > stop * min(smooth) or seen == 12
    assert suggestion == grid[int(np.diff(expected).argmin())]


@pytest.mark.parametrize("zero", ["", "p", "g"])
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_trust_ratio(zero, decay, rng):
    p, g = (rng.normal(size=4) * (name != zero) for name in "pg")
    moved = p - lars(g, p, 0.0, lr=1.0, momentum=0.0, weight_decay=decay, trust_coefficient=2.0)[0]
    ratio = trust_ratio(p.tolist(), g.tolist(), coefficient=2.0, weight_decay=decay)
    np.testing.assert_allclose(ratio * (g + decay * p), moved, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 2, 4), (3, 1)])
def test_z_loss_by_differences(shape, rng):
    logits = 3 * rng.normal(size=shape)

    def loss(x):
        return 0.3 * float((np.log(np.exp(x).sum(-1)) ** 2).mean())

    value, gradient = z_loss(logits, 0.3)
    assert value == pytest.approx(loss(logits), rel=1e-12)
    for k in np.ndindex(shape):
        step = np.zeros(shape)
        step[k] = 1e-5
        slope = (loss(logits + step) - loss(logits - step)) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_normuon_is_what_muon_does(rng):
    """On a matrix whose orthogonalization is known, one step of the package's class."""
    p, v = np.zeros((3, 2)), np.zeros((3, 1))
    settings = dict(lr=0.1, weight_decay=0.0, momentum=0.0, nesterov=False, adjust_lr_fn="match_rms_adamw")
    opt, rows = optedu.Muon([p], **settings, beta2=0.8), define(exercise("normuon").reference, ("normuon",))
    for _ in range(3):
        g, before = rng.normal(size=(3, 2)), p.copy()
        u, v = rows(newton_schulz(g, (3.4445, -4.775, 2.0315), 5, 1e-7), v, 0.8, 1e-10)
        opt.step([g])
        np.testing.assert_allclose(before - p, 0.1 * 0.2 * 3**0.5 * u, rtol=1e-9)


def test_noise_scale(rng):
    small, big = rng.uniform(4, 5, size=6), rng.uniform(2, 3, size=4)
    theirs = gradient_noise_scale(small**2, big**2, 8, 64)
    assert noise_scale(small.tolist(), big.tolist(), 8, 64) == pytest.approx(theirs, rel=1e-12)


def test_resumed_run_is_the_unbroken_one():
    unbroken, old, new = Run([[1.0, 2.0]], seed=3), Run([[1.0, 2.0]], seed=3), Run([[0.0, 0.0]], seed=4)
    for run in (unbroken, old):
        for _ in range(7):
            run.step()
    resume(old, new)
    for _ in range(7):
        unbroken.step()
        new.step()
    assert new.weights == unbroken.weights != old.weights


# Any right answer passes


def bisected(t, *, warmup, total, peak, floor):
    rise, angle = (t + 1) / max(warmup, 1), math.pi / 2 * (t - warmup) / (total - warmup)
    if t < warmup:
        return rise * peak
    return floor if t >= total else floor * math.sin(angle) ** 2 + peak * math.cos(angle) ** 2


def clip_with_arrays(grads, max_norm):
    arrays = [np.array(g) for g in grads]
    norm = np.linalg.norm([np.linalg.norm(a) for a in arrays])
    coefficient = max_norm / (norm + 1e-6)
    return tuple([a * coefficient if coefficient < 1 else a for a in arrays]), norm


def accumulate_in_chunks(batches, every):
    chunks = (batches[i : i + every] for i in range(0, len(batches), every))
    return [np.average([g for g, _ in c], axis=0, weights=[n for _, n in c]) for c in chunks]


def plateau_by_index(losses, *, lr, factor, patience, threshold, cooldown, min_lr):
    best, since, rates = None, 0, []  # `since`: first epoch that counts
    for epoch, loss in enumerate(losses):
        if not math.isnan(loss) and (best is None or best - loss > threshold * best):
            best, since = loss, max(since, epoch + 1)
        if epoch - since + 1 > patience:
            lr, since = max(min_lr, factor * lr), epoch + 1 + cooldown
        rates.append(lr)
    return rates


def three_groups(shapes, weight_decay, no_decay=()):
    spared = [n for n in shapes if n in no_decay]
    flat = [n for n, s in shapes.items() if len(s) in (0, 1) and n not in spared]
    others = [n for n in shapes if n not in {*spared, *flat}]
    groups = [dict(params=set(others), weight_decay=weight_decay), dict(params=flat, weight_decay=0)]
    return groups + [dict(params=spared, weight_decay=0, lr=0.1)] if spared else groups


def layers_by_regex(names, *, lr, decay, blocks):
    def above(name):
        block = re.match(r"blocks\.(\d+)\.", name)
        return blocks - int(block[1]) if block else (blocks + 1) * name.startswith("embed.")

    return {n: math.exp(math.log(lr) + above(n) * math.log(decay)) for n in reversed(names)}


def finder_with_arrays(losses, *, low, high, beta, stop):
    grid = np.geomspace(low, high, len(losses))
    weights = beta ** np.arange(len(losses))
    smooth = np.array([np.average(losses[: k + 1], weights=weights[k::-1]) for k in range(len(losses))])
    over = np.flatnonzero(smooth > stop * np.minimum.accumulate(smooth))
    end = over[0] + 1 if over.size else len(losses)
    return grid[:end], smooth[:end], grid[np.diff(smooth[:end]).argmin()]


def two_products(average, p, *, n, decay):
    return p if n == 0 else decay * average + (1 - decay) * p


def resume_everything(old, new):
    import copy

    lists = new.weights
    vars(new).update(copy.deepcopy(vars(old)))
    for k, held in enumerate(lists):
        held.clear()
        held.extend(old.weights[k])
    new.weights = lists


def by_decomposition(x, coefficients, steps, eps):
    u, s, vt = np.linalg.svd(x, full_matrices=False)
    s = s / max(np.sqrt((s**2).sum()), eps)
    for _ in range(steps):
        s = sum(c * s**k for c, k in zip(coefficients, (1, 3, 5), strict=True))
    return u @ np.diag(s) @ vt


def with_the_matrix(g, ss, ys, h0):
    h = h0 * np.eye(len(g))
    for s, y in zip(ss, ys, strict=True):
        left = np.eye(len(g)) - np.outer(s, y) / (y @ s)
        h = left @ h @ left.T + np.outer(s, s) / (y @ s)
    return -h @ g


def solved(small, big, b_small, b_big):
    means = [np.mean(np.square(small)), np.mean(np.square(big))]
    signal, noise = np.linalg.solve([[1, 1 / b_small], [1, 1 / b_big]], means)
    return [noise / signal, signal, noise]


def scaler_with_history(grads, scale, good, *, growth, backoff, interval):
    if np.isfinite(np.concatenate(grads)).all():
        seen = (good or ()) + (True,)
        return (
            [np.array(g) / scale for g in grads],
            scale * growth ** (len(seen) == interval),
            seen[: len(seen) % interval],
        )
    return None, backoff * scale, 0


def flattened_tokens(logits, coefficient):
    flat = logits.reshape(-1, logits.shape[-1])
    log_z = np.logaddexp.reduce(flat, axis=1)
    p = np.exp(flat - log_z[:, None])
    return coefficient * log_z @ log_z / len(flat), (2 * coefficient / len(flat) * log_z[:, None] * p).reshape(
        logits.shape
    )


def with_diagonals(u, v, beta2, eps):
    v = beta2 * v + (1 - beta2) * np.diag(u @ u.T)[:, None] / u.shape[1]
    w = np.diag(1 / (np.sqrt(v[:, 0]) + eps)) @ u
    return w * np.sqrt(np.trace(u @ u.T)) / (np.sqrt(np.trace(w @ w.T)) + eps), v


RIGHT = {
    "warmup_cosine": bisected, "clip_norm": clip_with_arrays, "accumulate": accumulate_in_chunks,
    "plateau": plateau_by_index, "param_groups": three_groups, "layerwise_decay": layers_by_regex,
    "lr_finder": finder_with_arrays, "ema": two_products, "resume": resume_everything,
    "newton_schulz": by_decomposition, "two_loop": with_the_matrix, "noise_scale": solved,
    "loss_scaler": scaler_with_history, "z_loss": flattened_tokens, "normuon": with_diagonals,
}  # fmt: skip


@pytest.mark.parametrize("name", RIGHT)
def test_right_answer_of_another_shape_passes(name):
    report = grade(name, RIGHT[name])
    assert report.passed, str(report)


MALFORMED = {
    "clip_norm": (lambda grads, max_norm: grads, "2 values, gradients, norm"),
    "loss_scaler": (lambda grads, scale, good, **settings: grads, "3 values, gradients, scale, good steps"),
    "param_groups": (lambda shapes, weight_decay, no_decay=(): list(shapes), "a list of groups"),
    "layerwise_decay": (lambda names, **settings: [0.1 for _ in names], "a dict from each of the names"),
    "lr_finder": (
        lambda losses, **settings: None,
        "returns nothing: is there a `return`? The task asks for 3 values, rates, smooth losses, suggestion",
    ),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_answer_of_the_wrong_form_is_told_so(name):
    answer, words = MALFORMED[name]
    report = grade(name, answer)
    assert not report.passed and not report.diagnosis
    assert words in report.problem


# The set as a whole


def test_numbers_in_the_texts():
    """Figures that stand in explanations and in what bugs say."""
    assert round(0.8**13, 3) == 0.055  # layerwise_decay
    assert round((1 - math.cos(1)) / 2, 2) == 0.23  # warmup_cosine, pi-missing
    x = np.linspace(0.01, 1, 2000)
    for _ in range(5):
        x = 3.4445 * x - 4.775 * x**3 + 2.0315 * x**5
    assert 0.68 < x.min() < 0.69 and 1.13 < x.max() < 1.14  # newton_schulz
    grows = [s for s in np.arange(1.0, 1.5, 0.001) if 3.4445 * s - 4.775 * s**3 + 2.0315 * s**5 > s]
    assert round(min(s for s in grows if s > 1.2), 2) == 1.26  # newton_schulz, not-normalized
    assert f"{1 / (1 + 1e-6):.6f}" == "0.999999"  # clip_norm, divides-by-zero


def test_all_are_there():
    mine = [e for e in exercises() if e.name in FUNCTIONS]
    assert {e.name for e in mine} == FUNCTIONS
    assert sum(len(e.bugs) for e in mine) >= 200
    assert min(Counter(e.name for e in mine for _ in e.bugs).values()) >= 5
