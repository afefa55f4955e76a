"""What is different for those that take matrices, rows or a closure, and for those that torch does not have."""

import inspect
from functools import partial
from importlib import import_module

import numpy as np
import pytest
import torch
from torch.testing._internal.common_optimizers import optim_db

import optedu
from optedu import SAM, SGD, Adam, Lookahead, Muon, SparseAdam, SparseGrad
from optedu.lab.comparison import (
    TOLERANCE,
    closure_deviation,
    compare,
    deviation,
    objectives,
    on_matrices,
    on_network,
    on_rows,
    problems,
    torch_scalars,
)
from optedu.lab.referees import fed, in_float64, reference
from optedu.optim import muon
from optedu.optim.muon import HYBRID, POLAR_EXPRESS, QUINTIC
from optedu.zoo import ZOO

IMPLEMENTATION = {"foreach", "fused", "capturable", "differentiable", "params"}
OTHERS = [e for e in ZOO.values() if e.referee.startswith("torch.") and e.takes != "dense"]
BEYOND = [e for e in ZOO.values() if not e.referee.startswith("torch.") and reference(e)]


@pytest.fixture(autouse=True)
def float64_scalars():
    with torch_scalars("float64"):
        yield


def halved(settings):
    return (150, {"lr": settings["lr"] / 2})


# Beyond torch: another package is the referee


@pytest.mark.filterwarnings("ignore")  # what other packages say
@pytest.mark.parametrize("entry", BEYOND, ids=lambda e: e.name)
def test_other_packages_agree(entry):
    first, *others = problems(entry)
    agree_on(entry, first, entry.sample(8))
    for problem in others:
        for some in entry.sample(3):
            assert compare(entry, some, problem, change=halved(some)) <= 1e-11, (problem.name, some)


@pytest.mark.nightly
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", BEYOND, ids=lambda e: e.name)
def test_other_packages_agree_under_all_settings(entry):
    settings = list(entry.grid())
    agree_on(entry, problems(entry)[0], settings if len(settings) <= 300 else entry.sample(300))


def agree_on(entry, problem, settings):
    for some in settings:
        assert compare(entry, some, problem, steps=100, change=(50, {"lr": some["lr"] / 2})) <= 1e-11, some


def test_only_these_have_no_referee():
    assert [e.name for e in ZOO.values() if reference(e) is None] == ["Yogi"]


def test_yogi_by_hand():
    """v moves by a quarter of g² at most, up or down, whatever the distance."""
    p = np.array([1.0])
    opt = optedu.Yogi([p], lr=0.5, betas=(0.5, 0.75), eps=0.0, initial_accumulator=1.0, weight_decay=0.1)
    moments = [(1.0, 2.0), (1.0, 1.75), (0.0, 1.5)]
    expected = 1.0
    for g, (m, v) in zip((2.0, 1.0, -1.0), moments, strict=True):
        opt.step([np.array([g])])
        expected = 0.95 * expected - 0.5 * m / v**0.5
        assert p[0] == pytest.approx(expected, rel=1e-15)
        state = opt.state[0]
        assert (state["exp_avg"][0], state["exp_avg_sq"][0]) == (m, v)
    q = np.array([1.0])
    optedu.Yogi([q], lr=0.5, betas=(0.0, 0.0), eps=1.0, initial_accumulator=4.0).step([np.array([1.0])])
    assert q[0] == pytest.approx(1 - 0.5 / (3**0.5 + 1))  # eps outside the root; 4 - 1 = 3


def test_lamb_by_hand():
    """First step: the direction is the sign, of length √2, and the layer's norm is 5."""
    p, bias = np.array([3.0, 4.0]), np.zeros(2)
    opt = optedu.LAMB([p, bias], lr=0.1, eps=0.0)
    opt.step([np.array([7.0, -2.0]), np.array([1.0, -1.0])])
    np.testing.assert_allclose(p, [3 - 0.5 / 2**0.5, 4 + 0.5 / 2**0.5])
    np.testing.assert_allclose(bias, [-0.1, 0.1])  # a norm of zero: the ratio is 1


FOUR = np.array([1, -2, 0.5, 3])
FOUR_GRADS = np.array([
    (0.5, -1, 2, 1), (-1, 2, 1, 0.5), (2, 0.25, -1, -3), (-0.5, 1, 0.5, 1), (1, -2, -0.5, 0.25), (-3, 0.5, 1, -1),
])  # fmt: skip
MATRIX = np.array([(1.0, 0), (0, 1), (1, 1)])
MATRIX_GRADS = np.array([[(3, 1), (1, 2), (0, 1)], [(-1, 2), (2, 0), (1, -3)], [(0.5, 0.5), (-2, 1), (1, 1)]])

MOONLIGHT = {"adjust_lr_fn": "match_rms_adamw"}

TRACES = [
    # Rules written again from the papers, each held against the authors' code; rate and decay 0.1, else defaults.
    # The parameter's sum after six steps, or the first number of a matrix after three; and what mistakes give.
    ("AdEMAMix", {"alpha": 8.0, "t_alpha_beta3": 3}, "four", 1.733014),  # slow one corrected -6.165896, linear 1.014498
    ("ADOPT", {}, "four", 2.327307),  # a first step: 2.137109; a clip at t^¼: 2.328004
    ("MARS", {}, "matrix", 0.813121),  # γ alone 0.782247, no clip 0.827073, last one clipped 0.788432
    ("Muon", MOONLIGHT, "matrix", 0.920602),  # decay scaled too 0.939558, min for max 0.929721, coupled 0.946371
    ("Muon", {**MOONLIGHT, "ns_coefficients": HYBRID, "ns_steps": 10}, "matrix", 0.913382),  # other order 0.908351
    ("Muon", {**MOONLIGHT, "ns_coefficients": POLAR_EXPRESS}, "matrix", 0.910097),  # no margin: 0.917439
    ("Muon", {"beta2": 0.95}, "matrix", 0.808928),  # columns for rows 0.769615, norm not restored -0.141454
]


@pytest.mark.parametrize(("name", "settings", "start", "end"), TRACES, ids=[f"{n}-{end}" for n, _, _, end in TRACES])
def test_traces(name, settings, start, end):
    p, grads = (FOUR.copy(), FOUR_GRADS) if start == "four" else (MATRIX.copy(), MATRIX_GRADS)
    opt = ZOO[name].cls([p], **{"lr": 0.1, "weight_decay": 0.1, **settings})
    for g in grads:
        opt.step([g])
    assert (p.sum() if start == "four" else p[0, 0]) == pytest.approx(end, abs=5e-7)


def test_ademamix_without_its_slow_average_is_adamw():
    p, q = FOUR.copy(), FOUR.copy()
    one, two = optedu.AdEMAMix([p], lr=0.1, alpha=0.0, weight_decay=0.1), optedu.AdamW([q], lr=0.1, weight_decay=0.1)
    for g in FOUR_GRADS:
        one.step([g])
        two.step([g])
    np.testing.assert_allclose(p, q, rtol=1e-13)


def test_ademamix_warms_up_by_half_life():
    """Halfway from 0.9 to 0.9999 the memory is half as long: 1/ln β is the mean of its ends."""
    ends = 1 / np.log([0.9, 0.9999])
    decay, weight = optedu.optim.ademamix.warmed_up(50, 0.9, 0.9999, 4.0, 100)
    assert decay == pytest.approx(np.exp(1 / ends.mean()), rel=1e-14) and weight == 2.0
    assert optedu.optim.ademamix.warmed_up(100, 0.9, 0.9999, 4.0, 100) == (0.9999, 4.0)
    assert optedu.optim.ademamix.warmed_up(250, 0.9, 0.9999, 4.0, 100) == (0.9999, 4.0)
    p = np.zeros(1)  # and so it is in a step: (1 - β₃)·g
    opt = optedu.AdEMAMix([p], t_alpha_beta3=100)
    opt.step([np.ones(1)])
    expected = 1 - optedu.optim.ademamix.warmed_up(1, 0.9, 0.9999, 5.0, 100)[0]
    assert opt.state[0]["exp_avg_slow"][0] == pytest.approx(expected, rel=1e-12)


def test_adopt_divides_by_the_squares_before():
    """β = (0, 0): g/|last g|, clipped at ∜1 and ∜2; the first gradient moves nothing, nor decays."""
    p = np.array([1.0])
    opt = optedu.ADOPT([p], lr=1.0, betas=(0.0, 0.0), weight_decay=0.5)
    path = []
    for g in (4.0, 2.0, 8.0):
        opt.step([np.array([g])])
        path.append(p[0])
    assert path == pytest.approx([1.0, 0.0, -(2**0.25)])


def test_mars_is_adamw_on_corrected_gradients():
    """γ·b₁/(1 - b₁) = 0.5: gradients 0.2, 0.4 are 0.3, 0.5; and 4 after it is 5.8, cut to one."""
    p, q = np.array([1.0]), np.array([1.0])
    one = optedu.MARS([p], lr=0.1, betas=(0.5, 0.9), gamma=0.5)
    two = optedu.AdamW([q], lr=0.1, betas=(0.5, 0.9), weight_decay=0.0)
    for g, c in ((0.2, 0.3), (0.4, 0.5), (4.0, 1.0), (-0.1, -1.0)):
        one.step([np.array([g])])
        two.step([np.array([c])])
        assert p[0] == pytest.approx(q[0], rel=1e-14) and one.state[0]["last_grad"][0] == g


def test_schedule_free_radam_stands_still_at_first():
    """For β₂ = 0.999 the squares of four steps are not trusted; the fifth moves, and the average follows at once."""
    p, q = np.ones(2), np.ones(2)
    silent, loud = optedu.RAdamScheduleFree([p]), optedu.RAdamScheduleFree([q], silent_sgd_phase=False)
    for t in range(5):
        assert (p == 1).all() and (t == 0 or (q < 1).all())
        silent.step([np.ones(2)])
        loud.step([np.ones(2)])
    rho_max = 1999.0
    rho = rho_max - 10 * 0.999**5 / (1 - 0.999**5)
    rate = 0.0025 * ((rho - 4) * (rho - 2) * rho_max / ((rho_max - 4) * (rho_max - 2) * rho)) ** 0.5
    np.testing.assert_allclose(p, 1 - rate, rtol=1e-12)  # c = 1: z, x and y are one


@pytest.mark.filterwarnings("ignore")
def test_lion_with_equal_betas_is_signum():
    from pytorch_optimizer import SignSGD

    found = deviation(
        lambda w: optedu.Lion(w, lr=0.01, betas=(0.9, 0.9), weight_decay=0.1),
        lambda w: SignSGD(w, lr=0.01, momentum=0.9, weight_decay=0.1, weight_decouple=True, foreach=False),
        problems(ZOO["Lion"])[0], change=(150, {"lr": 0.005}),
    )  # fmt: skip
    assert found <= 1e-11


def test_lars_with_a_gradient_or_a_parameter_of_zero():
    p, q, r = np.array([3.0, 4.0]), np.zeros(2), np.array([3.0, 4.0])
    opt = optedu.LARS([p, q], lr=1.0, momentum=0.0, trust_coefficient=0.1)
    opt.step([np.zeros(2), np.array([1.0, 0.0])])
    assert p.tolist() == [3.0, 4.0] and q.tolist() == [-1.0, 0.0]
    optedu.LARS([r], lr=1.0, momentum=0.0, trust_coefficient=0.1, weight_decay=0.5).step([np.zeros(2)])
    np.testing.assert_allclose(r, [2.7, 3.6])  # 0.1·5 / (0.5·5) of the decay 0.5·r


def test_soap_without_axes_is_adam_that_skips_the_first_gradient():
    rng = np.random.default_rng(0)
    grads = rng.standard_normal((20, 4, 3))
    p, q = np.ones((4, 3)), np.ones((4, 3))
    soap = optedu.SOAP([p], lr=0.1, betas=(0.9, 0.99), eps=0.0, weight_decay=0.0, max_precond_dim=0)
    adam = Adam([q], lr=0.1, betas=(0.9, 0.99), eps=0.0)
    for k, g in enumerate(grads):
        soap.step([g])
        if k:
            adam.step([g])
    np.testing.assert_allclose(p, q, rtol=1e-13)


def test_shampoo_of_a_vector_is_full_matrix_adagrad():
    rng = np.random.default_rng(1)
    p, total = np.zeros(3), 1e-3 * np.eye(3)
    opt, expected = optedu.Shampoo([p], lr=0.1, eps=1e-3), np.zeros(3)
    for g in rng.standard_normal((10, 3)):
        opt.step([g])
        total += np.outer(g, g)
        values, vectors = np.linalg.eigh(total)
        expected -= 0.1 * vectors @ np.diag(values**-0.5) @ vectors.T @ g
        np.testing.assert_allclose(p, expected, rtol=1e-12)
    number, one = np.array(0.0), np.zeros(1)
    for q in (number, one):
        optedu.Shampoo([q]).step([np.full(q.shape, 2.0)])
    assert number == one[0] != 0


def test_schedule_free_holds_the_average_for_evaluation():
    """β = 0.5, γ = 1, gradients 1 and 2: z is -1, -3; x their mean; y halfway."""
    p = np.zeros(1)
    opt = optedu.SGDScheduleFree([p], lr=1.0, momentum=0.5)
    opt.step([np.array([1.0])])
    assert p[0] == -1.0 and opt.state[0]["z"][0] == -1.0
    opt.step([np.array([2.0])])
    assert opt.state[0]["z"][0] == -3.0 and p[0] == -2.5  # (-3 + -2) / 2
    opt.eval()
    assert p[0] == -2.0
    with pytest.raises(ValueError, match=r"call train\(\) first"):
        opt.step([np.array([1.0])])
    opt.eval()  # twice is once
    saved, held = opt.state_dict(), p.copy()
    opt.train()
    assert p[0] == -2.5
    other = optedu.SGDScheduleFree([held], lr=7.0)
    other.load_state_dict(saved)  # saved in evaluation mode: it knows
    other.train()
    assert held[0] == -2.5


def test_prodigy_shares_its_estimate():
    a, b = np.zeros(2), np.ones(3)
    opt = optedu.Prodigy([a], d0=1e-2)
    for _ in range(5):
        opt.step([2 * (a - 1)])
    assert opt.param_groups[0]["d"] > 1e-2
    opt.add_param_group({"params": [b]})
    for _ in range(5):
        opt.step([2 * (a - 1), 2 * b])
    first, second = opt.param_groups
    assert first["d"] == second["d"] and first["k"] == second["k"] == 10
    first["lr"] = 0.5
    with pytest.raises(ValueError, match=r"lr must be the same in all groups, or 0, got \[0.5, 1.0\]"):
        opt.step([a, b])
    first["lr"] = 0.0
    before = a.copy()
    opt.step([2 * (a - 1), 2 * b])
    assert (a == before).all()


def test_sophia_takes_curvature_when_there_is_some():
    """ρ = 0.5, β₂ = 0: a divisor of 2 moves by m/2, one of 0.1 is clipped at one."""
    p = np.zeros(2)
    opt = optedu.Sophia([p], lr=0.1, betas=(0.0, 0.0), rho=0.5, weight_decay=0.0)
    g = np.array([1.0, 1.0])
    opt.step([g])
    np.testing.assert_allclose(p, [-0.1, -0.1])  # no curvature yet: the sign
    opt.step([g], hessian=[np.array([4.0, 0.2])])
    np.testing.assert_allclose(p, [-0.15, -0.2])
    opt.update_hessian([np.array([-4.0, 4.0])])
    opt.step([g])
    np.testing.assert_allclose(p, [-0.25, -0.25])  # negative curvature: the sign again
    before = (p.copy(), opt.state_dict())
    for bad, words in ((np.ones(2), "hessian must be a list"), ([np.ones(3)], r"hessian\[0\] has shape \(3,\)")):
        with pytest.raises((TypeError, ValueError), match=words):
            opt.step([g], hessian=bad)
        assert (p == before[0]).all() and str(opt.state_dict()) == str(before[1])
    with pytest.raises(ValueError, match="grads has 2"):
        opt.step([g, g], hessian=[np.ones(2)])
    assert str(opt.state_dict()) == str(before[1])


# Matrices


def test_muon():
    entry = ZOO["Muon"]
    for settings in entry.sample(6):  # torch itself works in bfloat16
        assert 1e-6 < compare(entry, settings, on_matrices()) < 3e-2
    more = [{"ns_coefficients": (1.5, -0.5, 0.0)}, {"eps": 10.0}]
    with in_float64(entry):
        for settings in [*entry.grid(), *({**entry.fixed, **s} for s in more)]:
            change = (40, {"lr": settings["lr"] / 2})
            assert compare(entry, settings, on_matrices(), steps=80, change=change) <= TOLERANCE["float64"], settings


MORE_OF_MUON = [
    {"ns_coefficients": POLAR_EXPRESS}, {"ns_coefficients": POLAR_EXPRESS, "ns_steps": 9},
    {"ns_coefficients": HYBRID, "ns_steps": 10}, {"ns_coefficients": HYBRID[7:], "ns_steps": 2, "nesterov": False},
    {"beta2": 0.95}, {"beta2": 0.5, "adjust_lr_fn": "match_rms_adamw", "momentum": 0.5}, {"beta2": 0.0},
    {"beta2": 0.9, "ns_coefficients": POLAR_EXPRESS, "nesterov": False},
]  # fmt: skip


@pytest.fixture
def iterations_in_float64(monkeypatch):
    """pytorch_optimizer's iteration, which is else in bfloat16."""
    for place in ("muon.base", "muon.normuon", "scion"):
        module = import_module(f"pytorch_optimizer.optimizer.{place}")
        exact = partial(module.zero_power_via_newton_schulz_5, dtype=torch.float64)
        monkeypatch.setattr(module, "zero_power_via_newton_schulz_5", exact)


def another_muon(params, beta2=None, ns_coefficients=QUINTIC, ns_steps=5, adjust_lr_fn=None, **settings):
    """Muon or NorMuon of pytorch_optimizer under our names."""
    import pytorch_optimizer

    more = {} if beta2 is None else {"beta2": beta2}
    adjusted = {"use_adjusted_lr": adjust_lr_fn == "match_rms_adamw", "ns_coeffs": ns_coefficients}
    group = {"params": params, "use_muon": True, "ns_steps": ns_steps, **adjusted, **more, **settings}
    return (pytorch_optimizer.Muon if beta2 is None else pytorch_optimizer.NorMuon)([group], foreach=False)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("decay", [0.0, 0.1])
@pytest.mark.parametrize("settings", MORE_OF_MUON, ids=lambda s: "-".join(s))
def test_what_muon_has_beyond_torch(settings, decay, iterations_in_float64):
    """Schedules of coefficients and NorMuon."""
    settings = {"lr": 0.02, "weight_decay": decay, "momentum": 0.95, "nesterov": True, **settings}
    ours, theirs = (lambda w, make=make: make(w, **settings) for make in (Muon, another_muon))
    assert deviation(ours, theirs, on_matrices(), steps=300, change=(150, {"lr": 0.01})) <= 1e-11


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("radius", [1.0, 50.0])
def test_scion_is_muon_with_the_ratio_of_the_sides(radius, iterations_in_float64):
    from pytorch_optimizer import SCION

    ours = {"lr": 0.01 * radius, "weight_decay": 1 / radius, "momentum": 0.9, "nesterov": False}
    found = deviation(
        lambda w: Muon(w, adjust_lr_fn="spectral_norm", **ours),
        lambda w: SCION(w, lr=0.01, momentum=0.1, scale=radius, constraint=True, foreach=False), on_matrices(),
    )  # fmt: skip
    assert found <= 1e-11


def image(coefficients, steps, low=1e-3):
    """Smallest and largest value that singular values from `low` to 1 end at."""
    x = np.exp(np.linspace(np.log(low), 0, 20001))
    for a, b, c in muon.each(coefficients, steps):
        x = a * x + b * x**3 + c * x**5
    return x.min(), x.max()


def test_where_schedules_send_singular_values():
    assert image(QUINTIC, 5, 0.01) == pytest.approx((0.6818, 1.1344), abs=1e-4)
    assert image(QUINTIC, 10, 0.01) == pytest.approx((0.6818, 1.1344), abs=1e-4)  # more steps do not help
    assert image(HYBRID, 10) == pytest.approx((1.0, 1.0005), abs=1e-4)
    assert image(HYBRID[::-1], 10)[0] < 0.7  # the order matters
    assert image(POLAR_EXPRESS, 8) == pytest.approx((1, 1), abs=1e-6)
    assert max(abs(1 - x) for x in image(POLAR_EXPRESS, 5)) < max(abs(1 - x) for x in image(QUINTIC, 5)) / 3
    assert image(POLAR_EXPRESS, 12) == pytest.approx((1, 1), abs=1e-9)  # the last one is repeated


def test_how_long_a_step_of_muon_is():
    """Of a step of UVᵀ: its singular values, which the factor for the shape makes; tall, wide and square."""
    rng = np.random.default_rng(0)
    for n, m in ((6, 3), (2, 8), (4, 4)):
        size = {None: max(1, n / m) ** 0.5, "match_rms_adamw": max(n, m) ** 0.5 / 5, "spectral_norm": (n / m) ** 0.5}
        for name, expected in size.items():
            p = np.zeros((n, m))
            opt = Muon([p], lr=0.5, weight_decay=0.0, adjust_lr_fn=name, ns_coefficients=HYBRID, ns_steps=14)
            opt.step([rng.standard_normal((n, m))])
            np.testing.assert_allclose(np.linalg.svd(p, compute_uv=False), 0.5 * expected, rtol=1e-9)


def test_normuon_evens_out_rows():
    """Rows of one matrix again and again: each is divided by its own RMS, and the norm stays that of Muon."""
    g = np.diag([3.0, 1.0, 0.2]) @ np.linalg.qr(np.random.default_rng(0).standard_normal((6, 6)))[0][:3]
    steps = []
    for beta2 in (None, 0.5):
        p = np.zeros((3, 6))
        Muon([p], lr=1.0, weight_decay=0.0, beta2=beta2).step([g])
        steps.append(p)
    plain, even = (np.linalg.norm(p, axis=1) for p in steps)
    assert np.ptp(plain) > 0.1 and np.ptp(even) < 1e-8
    assert np.linalg.norm(even) == pytest.approx(np.linalg.norm(plain), rel=1e-9)


def test_muon_goes_on_from_a_checkpoint_of_torch():
    q = torch.ones(3, 2)
    theirs = torch.optim.Muon([q], lr=0.1)
    q.grad = torch.full((3, 2), 0.5)
    theirs.step()
    ours = Muon([q.numpy()])
    ours.load_state_dict(theirs.state_dict())
    assert ours.param_groups[0]["beta2"] is None and ours.param_groups[0]["lr"] == 0.1
    norm = Muon([np.ones((3, 2))], beta2=0.9)
    norm.step([np.ones((3, 2))])
    other = Muon([np.ones((3, 2))])
    other.load_state_dict(norm.state_dict())
    assert other.state[0]["second_momentum_buffer"].shape == (3, 1) and other.param_groups[0]["beta2"] == 0.9


def test_muon_takes_matrices_only():
    for shape in ((3,), (2, 2, 2)):
        with pytest.raises(ValueError, match=r"params\[0\] must be a matrix .* got shape"):
            Muon([np.zeros(shape)])


# Whole tensors that must not be empty


def test_adafactor():
    entry = ZOO["Adafactor"]
    driven, *others = problems(entry)
    for settings in [*entry.grid(), *({**s, "lr": 1.0} for s in entry.sample(6))]:  # 1 lets 1/√t be the cap
        change = (50, {"lr": settings["lr"] / 2})
        assert compare(entry, settings, driven, steps=100, change=change) <= TOLERANCE["float64"], settings
    for problem in others:
        for settings in entry.sample(3):
            assert compare(entry, settings, problem, change=halved(settings)) <= TOLERANCE["float64"], settings


# Rows


def test_sparse_adam():
    entry = ZOO["SparseAdam"]
    for settings in entry.grid():
        assert compare(entry, settings, on_rows(), change=halved(settings)) <= TOLERANCE["float64"], settings


def test_rows_without_a_gradient_keep_everything():
    p = np.ones((3, 2))
    opt = SparseAdam([p])
    opt.step([SparseGrad([0, 1], np.ones((2, 2)))])
    before, moments = p.copy(), opt.state[0]["exp_avg"].copy()
    opt.step([SparseGrad([1], np.ones((1, 2)))])
    for row in (0, 2):
        assert (p[row] == before[row]).all() and (opt.state[0]["exp_avg"][row] == moments[row]).all()
    assert (p[1] != before[1]).all()


@pytest.mark.parametrize(
    ("grad", "error", "message"),
    [
        (np.ones((3, 2)), TypeError, "SparseGrad"),
        (SparseGrad([3], np.ones((1, 2))), ValueError, r"indices must be in \[0, 3\)"),
        (SparseGrad([0.5], np.ones((1, 2))), TypeError, "indices"),
        (SparseGrad([0], np.ones((1, 3))), ValueError, "shape"),
    ],
)
def test_bad_sparse_gradients_are_refused(grad, error, message):
    p = np.ones((3, 2))
    opt = SparseAdam([p])
    with pytest.raises(error, match=message):
        opt.step([grad])
    assert (p == 1).all() and opt.state == {}


# A closure


LBFGS_MORE = [{}, {"max_eval": 3}, {"tolerance_grad": 0.1}, {"tolerance_change": 1e-2}, {"history_size": 3}]


@pytest.mark.parametrize("objective", objectives())
@pytest.mark.parametrize("search", [None, "strong_wolfe"])
@pytest.mark.parametrize("more", LBFGS_MORE, ids=str)
def test_lbfgs(objective, search, more):
    settings = {"line_search_fn": search, "max_iter": 4, "lr": 1.0 if search else 0.01, **more}
    found = closure_deviation(
        lambda w: optedu.LBFGS(w, **settings), lambda w: torch.optim.LBFGS(w, **settings), objective
    )  # fmt: skip
    assert found <= 1e-8


def test_lbfgs_takes_one_group_and_a_closure():
    opt = optedu.LBFGS([np.zeros(2)])
    with pytest.raises(ValueError, match="one parameter group"):
        opt.add_param_group({"params": [np.zeros(1)]})
    with pytest.raises(TypeError, match="closure must be a function"):
        opt.step([np.zeros(2)])


# Around any optimizer


def closure_of(optimizer_params, torch_params=None):
    net = on_network()

    def ours():
        return 0.0, net.grads(0, optimizer_params)

    def theirs():
        for q, g in zip(torch_params, net.grads(0, [q.detach().numpy() for q in torch_params]), strict=True):
            q.grad = torch.tensor(g)
        return torch.tensor(0.0)

    return ours, theirs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("rho", [0.0, 0.05, 0.5])
def test_sam_as_another_package_has_it(rho):
    from pytorch_optimizer import SAM as Theirs

    a = on_network().start()
    b = [torch.tensor(p) for p in a]
    one = SAM(SGD(a, lr=0.1, momentum=0.9), rho=rho)
    two = Theirs(b, torch.optim.SGD, rho=rho, adaptive=False, lr=0.1, momentum=0.9)
    ours, theirs = closure_of(a, b)
    for _ in range(100):
        one.step(ours)
        theirs()
        two.step(theirs)
    for p, q in zip(a, b, strict=True):
        np.testing.assert_allclose(p, q.numpy(), rtol=1e-5, atol=1e-7)  # its norm is taken in float32


def test_sam_by_hand():
    """f = |w|²/2 at (3, 4): the gradient is w, its norm over both arrays 5."""
    for adaptive, climbed in ((False, (3.3, 4.4)), (True, (3 + 0.5 * 27 / 337**0.5, 4 + 0.5 * 64 / 337**0.5))):
        w = [np.array([3.0]), np.array([4.0])]
        opt = SAM(SGD(w, lr=0.1), rho=0.5, adaptive=adaptive)
        loss = opt.step(lambda w=w: (float(sum(p @ p for p in w)) / 2, list(w)))
        assert loss == 12.5
        np.testing.assert_allclose(np.concatenate(w), [3 - 0.1 * climbed[0], 4 - 0.1 * climbed[1]])


def test_sam_leaves_the_parameters_when_the_closure_fails():
    w, calls = np.array([3.0]), []

    def closure():
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("out of memory")
        return 0.0, [w.copy()]

    with pytest.raises(RuntimeError):
        SAM(SGD([w])).step(closure)
    assert w[0] == 3.0
    with pytest.raises(TypeError, match="closure must be a function"):
        SAM(SGD([w])).step([w])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("k, alpha", [(5, 0.5), (1, 0.9), (3, 0.2)])
def test_lookahead_as_another_package_has_it(k, alpha):
    from pytorch_optimizer import Lookahead as Theirs

    a = on_network().start()
    b = [torch.tensor(p) for p in a]
    one = Lookahead(Adam(a, lr=0.01), k=k, alpha=alpha)
    two = Theirs(torch.optim.Adam(b, lr=0.01), k=k, alpha=alpha)
    for t in range(60):
        grads = on_network().grads(t, a)
        one.step(grads)
        for q, g in zip(b, grads, strict=True):
            q.grad = torch.tensor(g)
        two.step()
    for p, q in zip(a, b, strict=True):
        np.testing.assert_allclose(p, q.numpy(), rtol=1e-11, atol=1e-13)


def test_lookahead_resumes():
    def steps(opt, p, n):
        for _ in range(n):
            opt.step([2 * p])

    p = np.ones(3)
    opt = Lookahead(Adam([p], lr=0.1), k=4)
    steps(opt, p, 6)
    saved, q = opt.state_dict(), p.copy()
    steps(opt, p, 6)
    other = Lookahead(Adam([q], lr=0.7), k=4)
    other.load_state_dict(saved)
    steps(other, q, 6)
    assert (p == q).all() and other.param_groups[0]["lr"] == 0.1
    extra = np.ones(2)
    opt.add_param_group({"params": [extra]})
    assert len(opt.slow) == 2 and opt.slow[1] is not extra
    for bad in ({}, {**saved, "slow": []}, {**saved, "slow": [np.ones(7)]}, {**saved, "steps": -1}):
        with pytest.raises((TypeError, ValueError)):
            other.load_state_dict(bad)
        assert other.steps == 12


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SAM([np.ones(2)]), "optimizer must be an Optimizer, got list"),
        (lambda: SAM(SGD([np.ones(2)]), rho=-1.0), "rho must be >= 0, got -1.0"),
        (lambda: SAM(SGD([np.ones(2)]), adaptive=1), "adaptive must be True or False, got 1"),
        (lambda: Lookahead(SGD([np.ones(2)]), k=0), "k must be >= 1, got 0"),
        (lambda: Lookahead(SGD([np.ones(2)]), alpha=1.5), r"alpha must be in \[0, 1\], got 1.5"),
        (lambda: optedu.EMA([np.ones(2)], decay=1.0), r"decay must be in \[0, 1\), got 1.0"),
        (lambda: optedu.EMA(np.ones(2)), "params must be a list of arrays, got ndarray"),
        (lambda: optedu.SWA([]), "params is empty"),
        (lambda: optedu.SWA([np.ones(2, int)]), r"params\[0\] must have a float dtype, got int64"),
    ],
)
def test_bad_arguments_of_wrappers_and_averages(make, message):
    with pytest.raises((TypeError, ValueError), match=message):
        make()


def test_a_schedule_moves_the_optimizer_inside():
    opt = Lookahead(SGD([np.ones(2)], lr=0.1))
    schedule = optedu.lr_scheduler.StepLR(opt, 1, gamma=0.5)
    opt.step([np.ones(2)])
    schedule.step()
    assert opt.optimizer.param_groups[0]["lr"] == 0.05


# Averages


@pytest.mark.parametrize("name", ["EMA", "SWA"])
def test_averages_are_torchs(name):
    from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

    model = torch.nn.Linear(3, 2, dtype=torch.float64)
    params = [p.detach().numpy() for p in model.parameters()]
    ours = optedu.EMA(params, decay=0.9) if name == "EMA" else optedu.SWA(params)
    theirs = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.9) if name == "EMA" else None)
    rng = np.random.default_rng(0)
    for _ in range(50):
        for p in params:
            p += rng.standard_normal(p.shape)
        ours.update()
        theirs.update_parameters(model)
        for a, q in zip(ours.averages, theirs.module.parameters(), strict=True):
            np.testing.assert_allclose(a, q.detach().numpy(), rtol=1e-12, atol=1e-14)
    assert ours.n_averaged == 50


def test_averages_applied_and_saved():
    p = np.zeros(2)
    swa = optedu.SWA([p])
    for value in (1.0, 2.0, 6.0):
        p[...] = value
        swa.update()
    with pytest.raises(KeyError), swa.applied():
        assert (p == 3).all()
        raise KeyError
    assert (p == 6).all()
    other = optedu.SWA([np.ones(2)])
    other.load_state_dict(swa.state_dict())
    assert (other.averages[0] == 3).all() and other.n_averaged == 3
    for bad in ({}, {"averages": [], "n_averaged": 1}, {"averages": [np.ones(3)], "n_averaged": 1},
                {"averages": [np.ones(2)], "n_averaged": -1}):  # fmt: skip
        with pytest.raises((TypeError, ValueError)):
            other.load_state_dict(bad)
        assert (other.averages[0] == 3).all() and other.n_averaged == 3


# Names, state, checkpoints

OURS_ALONE = {"Muon": {"beta2"}}
"""Settings that torch does not have."""


@pytest.mark.parametrize("entry", OTHERS, ids=lambda e: e.name)
def test_names_and_state_are_torchs(entry):
    theirs = getattr(torch.optim, entry.name)
    ours_alone = OURS_ALONE.get(entry.name, set())
    signatures = [
        {n: (p.kind, p.default) for n, p in inspect.signature(cls).parameters.items()
         if n not in IMPLEMENTATION | ours_alone}
        for cls in (entry.cls, theirs)
    ]  # fmt: skip
    for name in ours_alone:  # off, and out of the way of arguments by position
        extra = inspect.signature(entry.cls).parameters[name]
        assert extra.kind is extra.KEYWORD_ONLY and extra.default is None
    assert signatures[0] == signatures[1] and list(signatures[0]) == list(signatures[1])
    a, b = np.ones((2, 3)), torch.ones(2, 3)
    one, two = entry.cls([a]), theirs([b])
    assert set(one.param_groups[0]) - {"params"} - ours_alone == set(two.param_groups[0]) - IMPLEMENTATION
    if entry.takes in ("nonempty", "matrix"):
        one.step([np.ones((2, 3))])
        b.grad = torch.ones(2, 3)
        two.step()
        saved = two.state_dict()
        assert set(one.state[0]) == set(saved["state"][0])
        one.load_state_dict(saved)  # a run can be taken over from torch
        for name, value in saved["state"][0].items():
            np.testing.assert_allclose(one.state[0][name], value.numpy(), rtol=1e-15)


def test_resumed_run_is_the_same_run(any_entry):
    """Through a checkpoint, with two groups: for those that are not torch's, too."""
    settings = any_entry.sample(4)[-1]
    if any_entry.takes in ("sparse", "closure"):
        pytest.skip("rows and closures: tested with torch's own state above")
    make = fed(any_entry.cls)
    w = [np.random.default_rng(k).standard_normal((4, 3)) for k in range(2)]
    grads = np.random.default_rng(9).standard_normal((20, 2, 4, 3))
    groups = lambda w: [{"params": [w[0]]}, {"params": [w[1]], "lr": settings["lr"]}]  # noqa: E731
    whole, half = make(groups(w), **settings), None
    for t, (g, h) in enumerate(grads):
        missing = t == 5 and any_entry.name != "Sophia"  # the curvature of its test needs a gradient
        if t == 11:
            copies = [p.copy() for p in w]
            half = make(groups(copies))
            half.load_state_dict(whole.state_dict())
        whole.step([g, None if missing else h])
        if half:
            half.step([g, h])
    for p, q in zip(w, copies, strict=True):
        np.testing.assert_array_equal(p, q)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Adadelta", {"rho": 1.1}, r"rho must be in \[0, 1\], got 1.1"),
        ("Rprop", {"etas": (1.0, 0.5)}, r"etas .* got \(1.0, 0.5\)"),
        ("Adafactor", {"eps": (-1e-30, 1e-3)}, r"eps\[0\] .* got -1e-30"),
        ("Adafactor", {"eps": (None, -1.0)}, r"eps\[1\] .* got -1.0"),
        ("Adafactor", {"d": 0.0}, "d must be >= 1, got 0.0"),
        ("Adafactor", {"beta2_decay": 0.8}, "beta2_decay must be <= 0, got 0.8"),
        ("SparseAdam", {"lr": 0}, "lr must be > 0, got 0"),
        ("Muon", {"adjust_lr_fn": "arbitrary"}, "adjust_lr_fn .* got 'arbitrary'"),
        ("Muon", {"ns_steps": 100}, "ns_steps .* got 100"),
        ("Muon", {"ns_coefficients": (1.0, 2.0)}, "ns_coefficients .* got"),
        ("Muon", {"ns_coefficients": [(1.0, 2.0, 0.0), (1.0, 2.0)]}, r"ns_coefficients\[1\] .* got \(1.0, 2.0\)"),
        ("Muon", {"ns_coefficients": ()}, r"ns_coefficients .* got \(\)"),
        ("Muon", {"beta2": 1.0}, r"beta2 must be in \[0, 1\), got 1.0"),
        ("LBFGS", {"lr": -1}, "lr must be >= 0, got -1"),
        ("LBFGS", {"line_search_fn": "armijo"}, "line_search_fn .* got 'armijo'"),
        ("SOAP", {"precondition_frequency": 0}, "precondition_frequency must be >= 1, got 0"),
        ("SGDScheduleFree", {"momentum": 0.0}, r"momentum must be in \(0, 1\), got 0.0"),
        ("AdamWScheduleFree", {"betas": (0.0, 0.9)}, r"betas\[0\] must be in \(0, 1\), got 0.0"),
        ("AdEMAMix", {"betas": (0.9, 0.999, 1.0)}, r"betas\[2\] must be in \[0, 1\), got 1.0"),
        ("AdEMAMix", {"t_alpha_beta3": 0}, "t_alpha_beta3 must be None or >= 1, got 0"),
        ("AdEMAMix", {"t_alpha_beta3": 9, "betas": (0.0, 0.9, 0.9)}, r"betas\[0\] must be > 0 .* got 0.0"),
        ("ADOPT", {"eps": 0.0}, "eps must be > 0, got 0.0"),
        ("RAdamScheduleFree", {"betas": (0.0, 0.9)}, r"betas\[0\] must be in \(0, 1\), got 0.0"),
        ("Kron", {"preconditioner_update_probability": 0.0}, r"preconditioner_update_probability .* got 0.0"),
        ("Kron", {"precond_lr": -0.1}, "precond_lr must be >= 0, got -0.1"),
        ("Kron", {"b1": 1.0}, r"b1 must be in \[0, 1\), got 1.0"),
        ("GaLore", {"rank": 0}, "rank must be >= 1, got 0"),
        ("GaLore", {"update_proj_gap": 0}, "update_proj_gap must be >= 1, got 0"),
        ("GaLore", {"scale": -1.0}, "scale must be >= 0, got -1.0"),
        ("AdamW8bit", {"block_size": 0}, "block_size must be >= 1, got 0"),
        ("AdamW8bit", {"min_8bit_size": -1}, "min_8bit_size .* got -1"),
        ("Prodigy", {"beta3": 1.0}, r"beta3 must be in \[0, 1\), got 1.0"),
    ],
)
def test_bad_settings_of_one_optimizer(name, settings, message):
    with pytest.raises(ValueError, match=message):
        ZOO[name].cls([np.zeros((2, 2))], **settings)


@pytest.mark.parametrize("keyword", ["foreach", "fused", "capturable", "differentiable"])
def test_how_torch_computes_is_refused_with_a_reason(any_entry, keyword):
    with pytest.raises(TypeError, match=f"{keyword}: says how torch computes, not what"):
        any_entry.cls([np.zeros((2, 2))], **{keyword: False})
    with pytest.raises(TypeError, match=f"{keyword}: says how torch computes, not what"):
        any_entry.cls([{"params": [np.zeros((2, 2))], keyword: False}])


OPTIM_DB = [
    pytest.param(ZOO[info.optim_cls.__name__], config.kwargs, id=f"{info.optim_cls.__name__}-{config.desc}")
    for info in optim_db
    if info.optim_cls.__name__ in {e.name for e in OTHERS}
    for config in info.optim_inputs_func("cpu")
    if not any(isinstance(value, torch.Tensor) for value in config.kwargs.values())
]


@pytest.mark.parametrize("entry, settings", OPTIM_DB)
def test_configurations_of_torchs_own_tests(entry, settings):
    if entry.takes == "closure":
        rate = {"lr": 0.01, **settings}
        build = reference(entry)
        assert closure_deviation(lambda w: entry.cls(w, **rate), lambda w: build(w, **rate), steps=2) <= 1e-8
        return
    with in_float64(entry):
        for problem in problems(entry):
            assert compare(entry, settings, problem, steps=100) <= TOLERANCE["float64"]


def test_torchs_own_configurations_are_found():
    assert {param.values[0].name for param in OPTIM_DB} == {e.name for e in OTHERS}
