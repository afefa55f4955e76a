"""Every rule has mutants, and the comparison with its referee, or its trace by hand, catches each.

Here a mutant is made in this process: the text of a rule is changed and compiled into its module.
What the book's own chapters notice is in test_mutation.py.
"""

import inspect
import sys
from collections import Counter
from contextlib import contextmanager

import numpy as np
import pytest
import test_8bit
import test_around
import test_galore
import test_kron
import test_others
import test_qk_clip
from conftest import FED
from sampling import one_in

import optedu
from optedu import averaging
from optedu.lab.comparison import closure_deviation, compare, problems, torch_scalars
from optedu.lab.referees import in_float64, reference
from optedu.optim import adamw_8bit, cautious, hyperball, kron, muon, wrapper
from optedu.training.qk_clip import qk_clip_
from optedu.zoo import ZOO

MUTANTS = {
    "sgd": [
        ("buf = g\n", "buf = (1 - dampening) * g\n"),
        ("g = g + momentum * buf", "g = buf"),
        ("momentum * buf + (1 - dampening) * g", "momentum * buf + g"),
    ],
    "adagrad": [("(sqrt(total) + eps)", "sqrt(total + eps)"), ("(t - 1) * lr_decay", "t * lr_decay"), ("g * g", "abs(g)")],
    "rmsprop": [
        ("(sqrt(spread) + eps)", "sqrt(spread + eps)"),
        ("spread = v - mean * mean", "spread = v"),
        ("buf = momentum * buf + step", "buf = momentum * buf + (1 - momentum) * step"),
    ],
    "adadelta": [
        ("sqrt(v + eps)", "(sqrt(v) + eps)"),
        ("rho * v + (1 - rho)", "rho * v + rho"),
        ("weight_decay * p", "0 * p"),
    ],
    "rprop": [
        ("g = where(agree < 0, 0.0, g)", "g = g"),
        ("size = clip(size, *step_sizes)", "size = size"),
        ("agree > 0, grow", "agree >= 0, grow"),
    ],
    "adam": [
        ("(sqrt(v_hat) + eps)", "sqrt(v_hat + eps)"),
        ("m_hat = m / (1 - b1**t)", "m_hat = m"),
        ("/ (1 - b2**t)", "/ (1 - b1**t)"),
        ("maximum(v_max, v)", "v"),
    ],
    "adamw": [
        ("p = p - lr * weight_decay * p", "p = p - weight_decay * p"),
        ("p = p - lr * weight_decay * p", "pass"),
        ("weight_decay=0,", "weight_decay=weight_decay,"),
    ],
    "adamax": [("1 - b1**t", "1"), ("b2 * u", "u"), ("+ eps", "+ 0 * eps")],
    "nadam": [
        ("0.96 ** (t * momentum_decay)", "0.96 ** ((t + 1) * momentum_decay)"),
        ("mu_product = mu_product * mu", "mu_product = mu_product * b1"),
        ("(1 - mu) / (1 - mu_product) * g", "(1 - mu) * g"),
    ],
    "radam": [("rho <= 5", "rho <= 6"), ("1 - b1**t", "1 - b2**t"), ("+ eps", "+ 0 * eps")],
    "sparse_adam": [("** 0.5", "** 1.0"), ("(sqrt(v) + eps)", "sqrt(v + eps)"), ("(1 - b1) * (g - m)", "(1 - b1) * g")],
    "adabelief": [("(g - m) ** 2 + eps", "(g - m) ** 2"), ("(g - m) ** 2", "g * g"), ("(sqrt(s_hat) + eps)", "sqrt(s_hat + eps)")],
    "yogi": [("sign(v - g * g) * g * g", "(v - g * g)"), ("(sqrt(v) + eps)", "sqrt(v + eps)"), ("weight_decay * p", "0 * p")],
    "lion": [("b1 * m + (1 - b1) * g", "b2 * m + (1 - b2) * g"), ("m = b2 * m + (1 - b2) * g", "m = direction"), ("sign(direction)", "direction")],
    "lars": [("norm(g) + weight_decay * p_norm", "norm(g)"), ("lr * trust * (g", "trust * (g"), ("g + weight_decay * p)", "g)")],
    "lamb": [("+ weight_decay * p\n", "\n"), ("(1 - b1**t)", "1"), ("p_norm / r_norm", "1 / r_norm"), ("(sqrt(v_hat) + eps)", "sqrt(v_hat + eps)")],
    "adafactor": [
        ("min(lr, t**-0.5)", "lr"),
        ("max(1.0, rms(u) / d)", "1.0"),
        ("max(eps2, rms(p))", "1.0"),
        ("fresh = t**beta2_decay", "fresh = 0.01"),
    ],
    "muon": [
        ("g + momentum * (buf - g)", "buf"),
        ("buf + (1 - momentum) * (g - buf)", "momentum * buf + g"),
        ("0.2 * max(n, m) ** 0.5", "0.2 * min(n, m) ** 0.5"),
        ("max(1.0, n / m)", "max(1.0, m / n)"),
    ],
    "newton_schulz": [
        ("wide / max(size, eps)", "wide"),
        ("b * gram + c * gram @ gram", "b * gram + c * gram"),
        ("a * wide + even", "even"),
        ("each(coefficients, steps)", "each(coefficients, steps - 1)"),
    ],
    "norm": [("np.linalg.norm(x)", "abs(x).sum()"), ("np.linalg.norm(x)", "abs(x).max()"), ("norm(x)", "norm(x) ** 2")],
    "rms": [("x.size**0.5", "x.size"), ("norm(x) / root", "norm(x)"), ("norm(x) / root", "abs(x).max()")],
    "gram": [
        ("np.moveaxis(x, axis, 0)", "x"),
        ("rows @ rows.T", "rows @ rows.T / rows.shape[1]"),
        ("rows @ rows.T", "abs(rows) @ abs(rows).T"),
    ],
    "along": [("(1, axis)", "(1, 0)"), ("moveaxis(moved, 0, axis)", "moveaxis(moved, 0, 0)"), ("matrix, x", "matrix * matrix, x")],
    "inverse_root": [
        ("(-1 / k)", "(1 / k)"),
        ("np.maximum(values, least)", "(values + least)"),
        ("vectors * powers @ vectors.T", "vectors.T * powers @ vectors"),
    ],
    "shampoo": [("2 * g.ndim", "g.ndim"), ("s + gram(g, axis)", "gram(g, axis)"), ("lr * weight_decay * p", "weight_decay * p")],
    "soap": [
        ("t = t - 1", "pass"),
        ("rotate(g, bases) ** 2", "rotate(m, bases) ** 2"),
        ("bases, v = turned(", "bases, _ = turned("),
        ("b2 * s + (1 - b2) * new", "(1 - b2) * s + b2 * new"),
    ],
    "rotate": [("q if back else q.T", "q"), ("q if back else q.T", "q.T"), ("if q.size", "if axis and q.size")],
    "turned": [("np.take(v, order, axis)", "v"), ("bases[axis] = q", "pass"), ("power_iteration(s, q)", "power_iteration(s, 1 + q)")],
    "power_iteration": [
        ("argsort(-values", "argsort(values"),
        ("moved[:, order]", "moved"),
        ("(basis * moved).sum(0)", "moved.sum(0)"),
        ("moved = stat @ basis", "moved = stat @ stat @ basis"),
    ],
    "averaging": [("lr_max**weight_lr_power", "lr**weight_lr_power"), ("t / warmup_steps", "(t - 1) / warmup_steps"), ("t**r", "1")],
    "interpolate": [("z = z - step", "pass"), ("(1 - c) * x + c * z", "x"), ("(1 - beta) * z + beta * x, z", "x, z")],
    "sgd_schedule_free": [("weight_decay * y", "weight_decay * z"), ("c, momentum", "c, 0.8"), ("lr * (g", "0.1 * (g")],
    "adamw_schedule_free": [("(1 - b2**t)", "1"), ("weight_decay * y", "weight_decay * z"), ("(1 - b2) * g * g", "g * g")],
    "prodigy_moments": [
        ("(p0 - p)", "(p - p0)"),
        ("d * d * g * g", "g * g"),
        ("(1 - b1) * d * g", "(1 - b1) * g"),
        ("d / d0 * s_rate", "s_rate"),
    ],
    "prodigy": [("d * eps", "eps"), ("rate * weight_decay * p", "weight_decay * p"), ("rate * m", "m")],
    "sophia": [("rho * h", "h"), ("-1, 1", "-2, 2"), ("b1 * m + (1 - b1) * g", "g")],
    "radam_schedule_free": [("rho > 4", "rho > 5"), ("trust**0.5", "trust"), ("weight_decay * y", "weight_decay * z"), ("lr = 0.0", "pass")],
    "ademamix": [
        ("alpha * slow", "alpha * slow / (1 - b3**t)"),
        ("m_hat = m / (1 - b1**t)", "m_hat = m"),
        ("(1 - b3) * (g - slow)", "(1 - b3) * (m - slow)"),
        ("if t_alpha_beta3", "if False"),
        ("lr * weight_decay * p", "weight_decay * p"),
    ],
    "warmed_up": [
        ("log(b3) / log(b1)", "b1 / b3"),
        ("t / t_alpha_beta3", "(t - 1) / t_alpha_beta3"),
        ("b3 ** (1 / (s + (1 - s) * ratio))", "b1 + s * (b3 - b1)"),
        ("s * alpha", "alpha"),
    ],
    "mars": [
        ("gamma * b1 / (1 - b1)", "gamma"),
        ("max(1.0, norm(c))", "1.0"),
        ("return p, g, m, v", "return p, c, m, v"),
        ("(g - last)", "(last - g)"),
    ],
    "adopt": [
        ("if t == 1", "if t == 0"),
        ("(t - 1) ** 0.25", "t ** 0.25"),
        ("maximum(sqrt(v), eps)", "(sqrt(v) + eps)"),
        ("lr * weight_decay * p", "weight_decay * p"),
        ("u = clip(u, -bound, bound)", "pass"),
    ],
    "kron": [
        ("m / (1 - b1**t)", "m"),
        ("2**-11.5", "0"),
        ("if p.ndim > 1", "if True"),
        ("waited >= 1 / often", "waited > 1 / often"),
        ("min(1.0, 1.1", "min(9.0, 1.1"),
    ],
    "whitened": [
        ("[q.T for q in factors]", "factors"),
        ("u = on_each_axis(u, factors)", "pass"),
        ("return on_each_axis(u, [q.T for q in factors])", "return u"),
    ],
    "fitted": [
        ("undo=True", "undo=False"),
        ("np.triu(aa - bb)", "(aa - bb)"),
        ("norm_bound(aa + bb)", "norm_bound(aa)"),
        ("(aa + bb).max() * q", "(aa + bb).max()"),
        ("q - rate * step", "q + rate * step"),
    ],
    "on_each_axis": [("inv(q)", "inv(q).T"), ("x = x / q", "x = x * q"), ("inv(q) if undo else q.T", "q.T")],
    "norm_bound": [(".argmax()", ".argmin()"), ("most * norm(s @ x)", "norm(s @ x)"), ("s = s / most", "pass")],
    "galore": [
        ("(t - 1) % update_proj_gap", "t % update_proj_gap"),
        ("u = scale * u", "pass"),
        ("(sqrt(v) + eps)", "sqrt(v + eps)"),
        ("side = g.T if tall else g", "side = g[: min(g.shape)].T"),
        ("lr * weight_decay * p", "rate * weight_decay * p"),
        ("v = b2 * v + (1 - b2) * g * g", "v = b2 * v + (1 - b2) * (g * g).mean()"),
    ],
    "leading": [("[:, :rank]", "[:, -rank:]"), ("high < -low, -u, u", "high < low, -u, u"), ("svd(x,", "svd(abs(x),")],
    "adamw_8bit": [
        ("coded, n = m_max is not None", "coded, n = False"),
        ("quantize(v, UNSIGNED, n)", "quantize(v, SIGNED, n)"),
        ("m = dequantize(m, m_max, SIGNED, n)", "m = 0 * g"),
        ("p, m, v, _ = adamw", "_, m, v, _ = adamw"),
    ],
    "quantize": [
        ("between.searchsorted", "book.searchsorted"),
        ("book[1:] + book[:-1]", "book[:-1] + book[:-1]"),
        ("abs(flat)", "flat"),
        ("np.repeat(unit, block_size)[: x.size]", "unit.max()"),
        ("most > 0, most, 1.0", "most > 0, 1.0, 1.0"),
    ],
    "dequantize": [
        ("book[codes] * unit", "book[codes]"),
        ("book[codes] * unit", "book[codes] / unit"),
        ("np.repeat(most, block_size)", "np.tile(most, block_size)"),
    ],
    "two_loop": [
        ("r = h0 * q", "r = q"),
        ("in reversed(pairs)", "in pairs"),
        ("(alpha - (y @ r)", "(alpha + (y @ r)"),
    ],
    "asgd": [("lambd * eta", "0 * eta"), ("weight_decay * p", "0 * p"), ("** alpha", "** 1")],
}  # fmt: skip


BY_NAME = (test_8bit, test_around, test_galore, test_kron, test_others, test_qk_clip)
"""Tests, some of which call a function that they have imported."""


@contextmanager
def mutated(function, old, new):
    """The module of `function` with a changed copy of it in its place."""
    source = inspect.getsource(function)
    assert old in source, f"{function.__name__} does not contain: {old}"
    module, name = sys.modules[function.__module__], function.__name__
    space = dict(vars(module))
    exec(compile(source.replace(old, new, 1), f"<mutant of {name}>", "exec"), space)
    mutant = space[name]
    space.update({name: mutant})
    users = [
        (cls, "rule") for cls in vars(module).values() if isinstance(cls, type) and vars(cls).get("rule") is function
    ]
    callers = [(test, name) for test in BY_NAME if vars(test).get(name) is function]
    places = [(module, name), *users, *callers]
    try:
        for place, attribute in places:
            setattr(place, attribute, mutant)
        yield
    finally:
        for place, attribute in places:
            setattr(place, attribute, function)


def function(name):
    for entry in ZOO.values():
        module = sys.modules[entry.cls.__module__]
        if hasattr(module, name) and getattr(module, name).__module__ == module.__name__:
            return getattr(module, name)
    raise AssertionError(name)


def entries_of(name):
    module = function(name).__module__
    return [
        e
        for e in ZOO.values()
        if e.cls.__module__ == module and e.cls.__name__ != "AdamW" or name in (r.__name__ for r in e.rules)
    ]


def differs(entry):
    """Whether the referee notices: on one driven problem, under a few settings."""
    if entry.takes == "closure":
        settings = {"lr": 1.0, "line_search_fn": "strong_wolfe", "max_iter": 6}
        build = reference(entry)
        found = closure_deviation(lambda w: entry.cls(w, **settings), lambda w: build(w, **settings), "quadratic", 3)
        return not found <= 1e-6
    settings = entry.sample(8)
    if entry.name == "Adafactor":  # with a rate at which its cap is met
        settings += [{**settings[0], "lr": 1.0}]
    if entry.name == "LAMB":  # each comparison is compiled anew
        settings = settings[:3]
    with in_float64(entry):
        for some in settings:
            change = (30, {"lr": some["lr"] / 2, **({"t0": 5} if entry.name == "ASGD" else {})})
            try:
                if not compare(entry, some, problems(entry)[0], steps=60, change=change) <= 1e-9:
                    return True
            except (AssertionError, ValueError, ZeroDivisionError, FloatingPointError, np.linalg.LinAlgError):
                return True
    return False


CASES = [
    pytest.param(name, *pair, id=f"{name}: {pair[0]!r:.30} -> {pair[1]!r:.30}")
    for name, p in MUTANTS.items()
    for pair in p
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "old", "new"), one_in(2, CASES))
def test_mutant_is_caught(name, old, new):
    with torch_scalars("float64"), mutated(function(name), old, new), np.errstate(all="ignore"):
        if name == "yogi":
            with pytest.raises(AssertionError):
                test_others.test_yogi_by_hand()
        else:
            assert any(differs(entry) for entry in entries_of(name))


@pytest.mark.filterwarnings("ignore")
def test_unchanged_rules_pass(any_entry):
    """Otherwise what is caught above would prove nothing."""
    with torch_scalars("float64"):
        if reference(any_entry):
            assert not differs(any_entry)


def made_of(rule):
    """A rule, and the functions of the package's rules that it calls, with those that they call."""
    found = [rule]
    for called in found:
        known = (vars(sys.modules[called.__module__]).get(name) for name in called.__code__.co_names)
        parts = (thing for thing in known if inspect.isfunction(thing))
        found += [p for p in parts if p.__module__.startswith("optedu.optim.") and p not in found]
    return found


def test_every_rule_has_three_mutants():
    rules = [rule for entry in ZOO.values() for rule in entry.rules]
    others = [cautious.cautious, cautious.cautious_decay, hyperball.hyperball, wrapper.climb, qk_clip_]
    changes = [(function(name), pair) for name, pairs in MUTANTS.items() for pair in pairs]
    changes += [(changed, (old, new)) for changed, old, new, _ in AROUND]
    assert len(set(changes)) == len(changes), "one of them stands there twice"
    mutants = Counter(changed for changed, _ in changes)
    assert not {part.__name__ for rule in [*rules, *others] for part in made_of(rule) if mutants[part] < 3}
    assert set(FED) <= {e.name for name in MUTANTS for e in entries_of(name)}


NORMUON = ("Muon", {"beta2": 0.95}, "matrix", 0.808928)


def polar_express():
    """The trace of Muon with the schedule of the paper's coefficients, scaled anew."""
    first, *others = muon._PAPER
    scaled = (muon._of_scaled(first, 1.01**2), *(muon._of_scaled(triple, 1.01) for triple in others))
    settings = {**test_others.MOONLIGHT, "ns_coefficients": scaled}
    test_others.test_traces("Muon", settings, "matrix", 0.910097)


AROUND = [
    (muon._of_scaled, "a / factor", "a", polar_express),
    (muon._of_scaled, "factor**3", "factor", polar_express),
    (muon._of_scaled, "factor**5", "factor**3", polar_express),
    (muon.muon, "scale = (n / m) ** 0.5", "scale = (m / n) ** 0.5", test_others.test_how_long_a_step_of_muon_is),
    (muon.muon, "scale = (n / m) ** 0.5", "scale = n / m", test_others.test_how_long_a_step_of_muon_is),
    (muon.muon, "0.2 * max", "max", test_others.test_how_long_a_step_of_muon_is),
    (muon.rows_alike, ".mean(1, keepdims=True)", ".mean()", lambda: test_others.test_traces(*NORMUON)),
    (muon.rows_alike, "norm(u) / (norm(w) + 1e-10) * w", "w", lambda: test_others.test_traces(*NORMUON)),
    (muon.rows_alike, "beta2 * v + ", "", lambda: test_others.test_traces(*NORMUON)),
    (muon.each, "min(k, last)", "0", test_others.test_where_schedules_send_singular_values),
    (muon.each, "min(k, last)", "last", test_others.test_where_schedules_send_singular_values),
    (muon.each, "range(steps)", "range(1, steps)", test_others.test_where_schedules_send_singular_values),
    (wrapper.climb, "rho / g_norm", "rho", test_others.test_sam_by_hand),
    (wrapper.climb, "p * p * g", "abs(p) * g", test_others.test_sam_by_hand),
    (wrapper.climb, "p + rho", "p - rho", test_others.test_sam_by_hand),
    (cautious.cautious, "step * g > 0", "step * g < 0", lambda: test_around.test_traces(*test_around.TRACES[0])),
    (cautious.cautious, "agree.sum() + 1", "g.size", lambda: test_around.test_traces(*test_around.TRACES[0])),
    (cautious.cautious, "/ float(share)", "", lambda: test_around.test_traces(*test_around.TRACES[1])),
    (cautious.cautious_decay, "step * p", "-step * p", lambda: test_around.test_traces(*test_around.TRACES[2])),
    (
        cautious.cautious_decay,
        "where(step * p >= 0, p, 0.0)",
        "p",
        lambda: test_around.test_traces(*test_around.TRACES[2]),
    ),
    (cautious.cautious_decay, ">= 0", "> 0", test_around.test_cautious_decay_by_hand),
    (
        hyperball.hyperball,
        "radius / length * step",
        "radius * step",
        lambda: test_around.test_traces(*test_around.TRACES[3]),
    ),
    (hyperball.hyperball, "lr * radius", "lr", lambda: test_around.test_traces(*test_around.TRACES[3])),
    (hyperball.hyperball, "radius / norm(q) * q", "q", lambda: test_around.test_traces(*test_around.TRACES[3])),
    (adamw_8bit.dynamic_map, "2**i if signed", "2 ** (i + 1) if signed", test_8bit.test_the_map_by_its_definition),
    (adamw_8bit.dynamic_map, "i - 6", "i - 7", test_8bit.test_the_map_by_its_definition),
    (adamw_8bit.dynamic_map, "-book[2:]", "-book", test_8bit.test_the_map_by_its_definition),
    (
        kron.balanced,
        "mean / size",
        "size / mean",
        lambda: test_kron.test_balancing_changes_no_step(pytest.MonkeyPatch()),
    ),
    (
        kron.balanced,
        "np.mean(np.log",
        "np.sum(np.log",
        lambda: test_kron.test_balancing_changes_no_step(pytest.MonkeyPatch()),
    ),
    (
        kron.balanced,
        "abs(q).max()",
        "abs(q).sum()",
        lambda: test_kron.test_balancing_changes_no_step(pytest.MonkeyPatch()),
    ),
    (kron.update_probability, "501", "500", test_kron.test_when_factors_are_fitted),
    (kron.update_probability, "0.03", "0.01", test_kron.test_when_factors_are_fitted),
    (kron.update_probability, "/ 1000", "/ 900", test_kron.test_when_factors_are_fitted),
    (kron.noise, "[seed, t]", "[t]", test_kron.test_noise_is_made_of_seed_and_step),
    (kron.noise, "[seed, t]", "[seed]", test_kron.test_the_factors_of_a_matrix_whiten_rows_and_columns),
    (
        kron.noise,
        "standard_normal(shape",
        "random(shape",
        test_kron.test_the_factors_of_a_matrix_whiten_rows_and_columns,
    ),
    (
        qk_clip_,
        ".clip(min=tau)",
        "",
        test_qk_clip.test_the_largest_logit_becomes_the_bound,
    ),
    (qk_clip_, "** power", "** 0.5", test_qk_clip.test_the_rotated_part_is_scaled_once),
    (qk_clip_, "tau / factors", "tau / 2 / factors", test_qk_clip.test_the_largest_logit_becomes_the_bound),
    (qk_clip_, "float(factors[head])", "float(factors.min())", test_qk_clip.test_the_largest_logit_becomes_the_bound),
    (
        qk_clip_,
        "slice(head * rows, (head + 1) * rows)",
        "slice(head, None, len(logits))",
        test_qk_clip.test_the_largest_logit_becomes_the_bound,
    ),
    (averaging.ema, "if not n:", "if False:", lambda: test_others.test_averages_are_torchs("EMA")),
    (averaging.ema, "(1 - decay)", "decay", lambda: test_others.test_averages_are_torchs("EMA")),
    (averaging.ema, "(p - average)", "p", lambda: test_others.test_averages_are_torchs("EMA")),
    (averaging.swa, "(n + 1)", "(n + 2)", lambda: test_others.test_averages_are_torchs("SWA")),
    (averaging.swa, "(p - average)", "p", lambda: test_others.test_averages_are_torchs("SWA")),
    (averaging.swa, "average + ", "", lambda: test_others.test_averages_are_torchs("SWA")),
]


@pytest.mark.parametrize(
    ("rule", "old", "new", "check"), AROUND, ids=[f"{a[0].__name__}: {a[1]} -> {a[2]}" for a in AROUND]
)
def test_mutants_of_wrappers_and_averages(rule, old, new, check):
    check()
    with mutated(rule, old, new), pytest.raises(AssertionError):
        check()


def test_optedu_is_whole_again():
    p = np.ones(1)
    optedu.Adam([p], lr=0.1).step([p])
    assert p[0] == pytest.approx(0.9)
