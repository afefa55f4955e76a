"""The workbench: gradients are derivatives, runs can be repeated, the referee blows the whistle."""

import inspect
import re
import types

import numpy as np
import pytest
from conftest import FED
from site_helpers import ROOT

import optedu
from optedu import SGD, Adam, lab
from optedu.lab.comparison import TOLERANCE, on_shapes, problems
from optedu.lab.networks import MLP, Data, Trial
from optedu.lab.referees import reference
from optedu.zoo import ZOO

# Derivatives

SURFACES = [
    lab.quadratic(), lab.quadratic(50, angle=30), lab.quadratic(3, angle=-75), lab.rosenbrock(),
    lab.rosenbrock(a=0.5, b=3), lab.beale(), lab.saddle(),
]  # fmt: skip

each_surface = pytest.mark.parametrize("surface", SURFACES, ids=lambda s: s.name)


def inside(surface, n, seed=0):
    """Random points of the window, shape (2, n)."""
    x0, x1, y0, y1 = surface.window
    return np.random.default_rng(seed).uniform([[x0], [y0]], [[x1], [y1]], (2, n))


def slopes(f, p, h):
    """Central differences of `f`, one component of `p` after the other."""
    out = np.empty_like(p)
    for i in np.ndindex(p.shape):
        q = p.copy()
        q[i] = p[i] + h
        above = f(q)
        q[i] = p[i] - h
        out[i] = (above - f(q)) / (2 * h)
    return out


@each_surface
def test_gradient_of_surface(surface):
    for p in [*inside(surface, 50).T, np.array(surface.start)]:
        g = surface.grad(p)
        np.testing.assert_allclose(g, slopes(surface.value, p, 1e-5), rtol=1e-6, atol=1e-6 * (1 + abs(g).max()))


@each_surface
def test_minimum_of_surface(surface):
    low = np.array(surface.minimum)
    np.testing.assert_allclose(surface.grad(low), 0, atol=1e-12)
    around = low[:, None] + 1e-3 * np.array([np.cos(a := np.linspace(0, 6, 30)), np.sin(a)])
    for points in (inside(surface, 10_000), around):
        assert (surface.value(points) > surface.value(low)).all()


@each_surface
def test_surface_takes_stacks_of_points(surface):
    points = inside(surface, 6).reshape(2, 2, 3)
    values, grads = surface.value(points), surface.grad(points)
    assert values.shape == (2, 3) and grads.shape == points.shape
    for i in np.ndindex(2, 3):
        p = points[:, *i]
        np.testing.assert_allclose(values[i], surface.value(p), rtol=1e-14)
        np.testing.assert_allclose(grads[:, *i], surface.grad(p), rtol=1e-12)


def test_curvatures_of_the_quadratic():
    """1 and kappa, whatever the angle; unrotated, kappa belongs to the second axis."""
    surface = lab.quadratic(50, angle=20)
    A = np.array([surface.grad(e) for e in np.eye(2)])
    np.testing.assert_allclose(np.linalg.eigvalsh(A), [1, 50], rtol=1e-12)
    assert lab.quadratic(50).grad(np.array([1.0, 1.0])).tolist() == [1, 50]


def test_saddle_has_a_saddle():
    s = lab.saddle()
    assert s.grad(np.zeros(2)).tolist() == [0, 0] and s.value(np.array([0, 1.0])) == s.value(np.array([0, -1.0]))
    assert s.value(np.array([0, 0.1])) < s.value(np.zeros(2)) < s.value(np.array([0.1, 0]))


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (4, 6, 5, 2)])
def test_gradient_of_network(sizes):
    net, rng = MLP(sizes), np.random.default_rng(0)
    params = [p + 0.1 * rng.standard_normal(p.shape) for p in net.start(seed=3)]
    x, y = rng.standard_normal((11, sizes[0])), rng.integers(0, sizes[-1], 11)
    loss, grads = net.loss_and_grads(params, x, y)
    assert loss == pytest.approx(net.loss_and_accuracy(params, x, y)[0], rel=1e-14)
    assert [g.shape for g in grads] == [p.shape for p in params]
    for k, g in enumerate(grads):
        f = lambda q, k=k: net.loss_and_accuracy([*params[:k], q, *params[k + 1 :]], x, y)[0]  # noqa: E731
        np.testing.assert_allclose(g, slopes(f, params[k], 1e-6), rtol=1e-6, atol=1e-8)


def test_network_by_hand():
    """Equal logits: a loss of log(classes), and a gradient of probability minus truth."""
    net = MLP((2, 4))
    params = [np.zeros((2, 4)), np.zeros(4)]
    x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 0])
    loss, (dW, db) = net.loss_and_grads(params, x, y)
    assert loss == pytest.approx(np.log(4)) and net.loss_and_accuracy(params, x, y)[1] == 1
    np.testing.assert_allclose(db, [-0.75, 0.25, 0.25, 0.25])
    np.testing.assert_allclose(dW, [[-1.5, 0.5, 0.5, 0.5], [-2.25, 0.75, 0.75, 0.75]])


def test_start_of_network():
    weights, bias, *_ = MLP((400, 300, 10)).start(seed=0)
    assert weights.var() == pytest.approx(2 / 400, rel=0.02) and not bias.any()
    assert (MLP((4, 3)).start(0)[0] != MLP((4, 3)).start(1)[0]).all()


# Data and training


def test_digits():
    data = lab.digits()
    parts = [(data.x_train, data.y_train), (data.x_val, data.y_val), (data.x_test, data.y_test)]
    assert [x.shape for x, _ in parts] == [(1000, 64), (397, 64), (400, 64)]
    assert [y.shape for _, y in parts] == [(1000,), (397,), (400,)]
    for x, y in parts:
        assert x.min() == 0 and x.max() == 1 and set(y) == set(range(10))


def test_digits_are_split_without_overlap():
    from sklearn.datasets import load_digits

    data = lab.digits()
    images = np.concatenate([data.x_train, data.x_val, data.x_test])
    rows = np.column_stack([images, np.concatenate([data.y_train, data.y_val, data.y_test])])
    x, y = load_digits(return_X_y=True)
    original = np.column_stack([x / 16, y])
    # No image occurs twice in the original, so that none can be in two parts.
    assert len(np.unique(original, axis=0)) == len(rows) == 1797
    np.testing.assert_array_equal(np.unique(rows, axis=0), np.unique(original, axis=0))


def test_training_is_reproducible():
    one, two = (lab.train(lambda w: Adam(w, lr=0.01), seed=4, epochs=2) for _ in range(2))
    np.testing.assert_array_equal(one.train_loss, two.train_loss)
    np.testing.assert_array_equal(one.val_loss, two.val_loss)
    assert one.test_accuracy == two.test_accuracy and one.seed == 4
    assert one.train_loss.shape == one.val_loss.shape == (3,)
    other = lab.train(lambda w: Adam(w, lr=0.01), seed=5, epochs=2)
    assert (one.train_loss != other.train_loss).all()


def test_training_trains():
    trial = lab.train(lambda w: Adam(w, lr=0.01), epochs=5)
    assert trial.train_loss[0] > 2 and trial.val_loss[-1] < 0.35 and trial.test_accuracy > 0.9


def test_same_batches_for_every_optimizer():
    """What differs between two optimizers is the optimizer: same start, same batches."""
    seen = []

    def first_gradient(t, params, grads):
        if t in (1, 2):
            seen.append(np.concatenate([g.ravel() for g in grads]))

    lab.train(lambda w: SGD(w, lr=0), epochs=1, every_step=first_gradient)
    lab.train(lambda w: Adam(w, lr=0), epochs=1, every_step=first_gradient)
    np.testing.assert_array_equal(seen[0], seen[2])
    np.testing.assert_array_equal(seen[1], seen[3])
    assert (seen[0] != seen[1]).any()


def test_every_step_counts():
    steps = []
    lab.train(lambda w: SGD(w), epochs=2, batch_size=300, every_step=lambda t, w, g: steps.append(t))
    assert steps == list(range(1, 9))  # 1000 images make four batches, the last one short


@pytest.mark.filterwarnings("error")
def test_divergence_is_a_result():
    trial = lab.train(lambda w: SGD(w, lr=1e200), epochs=4)
    assert trial.train_loss.shape == (5,) and np.isfinite(trial.train_loss[0])
    assert np.isinf(trial.train_loss[-1]) and np.isinf(trial.val_loss[-1])
    assert not np.isnan(trial.train_loss).any() and 0 <= trial.test_accuracy <= 1


def small_data():
    rng = np.random.default_rng(0)
    y = np.arange(30) % 3
    x = rng.standard_normal((30, 2)) + 2 * y[:, None]
    return Data(x, y, x, y, x, y)


def test_tune_and_best_lr():
    how = dict(lrs=[1e-4, 0.1, 1e9], seeds=range(3), epochs=3, sizes=(2, 3), data=small_data())
    trials = lab.tune(lambda w, lr: SGD(w, lr=lr), **how)
    assert list(trials) == [1e-4, 0.1, 1e9] and all([t.seed for t in ts] == [0, 1, 2] for ts in trials.values())
    assert trials[0.1][1].val_loss[-1] < trials[1e-4][1].val_loss[-1]
    assert lab.best_lr(trials) == 0.1


def test_best_lr_is_the_best_median():
    """One lucky seed does not make a learning rate good, nor a divergence of one make it bad."""

    def trials(*final):
        return [Trial(k, np.array([9, v]), np.array([9, v]), 0) for k, v in enumerate(final)]

    assert lab.best_lr({0.1: trials(0.0, 5, 5), 0.2: trials(1, 1, np.inf), 0.3: trials(2, 2, 2)}) == 0.2


# Recorded runs


def test_descend_records():
    bowl = lab.quadratic(4)
    run = lab.descend(lambda w: SGD(w, lr=0.1), bowl, steps=3, start=(1.0, 1.0))
    np.testing.assert_allclose(run.path, [[1, 1], [0.9, 0.6], [0.81, 0.36], [0.729, 0.216]], rtol=1e-14)
    np.testing.assert_allclose(run.grads, [[1, 4], [0.9, 2.4], [0.81, 1.44]], rtol=1e-14)
    np.testing.assert_allclose(run.values, [2.5, 1.125, 0.58725, 0.3590325], rtol=1e-12)
    np.testing.assert_allclose(run.effective_lr, 0.1)  # what plain descent has by definition
    assert run.label == "SGD" and lab.descend(lambda w: SGD(w), bowl, steps=1, label="GD").label == "GD"
    assert tuple(lab.descend(lambda w: SGD(w), bowl, steps=0).path[0]) == bowl.start == (10, 1)


def test_effective_lr_without_gradient():
    run = lab.descend(lambda w: SGD(w, lr=0.1), lab.quadratic(), steps=2, start=(0.0, 0.0))
    assert np.isnan(run.effective_lr).all()


def test_noise_is_seeded():
    runs = [lab.descend(lambda w: SGD(w), lab.quadratic(), 400, noise=2.0, seed=s) for s in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0].path, runs[1].path)
    assert (runs[0].path[1:] != runs[2].path[1:]).any()
    clean = np.array([lab.quadratic().grad(p) for p in runs[0].path[:-1]])
    assert (runs[0].grads - clean).std() == pytest.approx(2, rel=0.1)  # what the optimizer saw


def test_feed():
    path = lab.feed(lambda w: SGD(w, lr=1, momentum=0.5), [1, 0, 0], start=3.0)
    assert path.tolist() == [3, 2, 1.5, 1.25]
    grads = np.ones((5, 2, 3))
    assert lab.feed(Adam, grads).shape == (6, 2, 3)


# The referee. A right optimizer written from the paper, without the package, and wrong ones.


def handmade(mistake=None):
    """Adam in NumPy, as a reader might write it."""

    class Mine:
        def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, **flags):
            self.params = list(params)
            group = dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=False, maximize=False)
            self.param_groups = [{**group, "decoupled_weight_decay": False, **flags}]
            self.t = [0] * len(self.params)
            self.m, self.v, self.top = ([np.zeros_like(p) for p in self.params] for _ in range(3))

        def step(self, grads):
            s = self.param_groups[0]
            b1, b2 = s["betas"]
            for i, (p, g) in enumerate(zip(self.params, grads, strict=True)):
                if g is None:
                    if mistake != "None is zero":
                        continue
                    g = np.zeros_like(p)
                self.t[i] = max(self.t) + 1 if mistake == "one counter" and i == 0 else self.t[i] + 1
                t = max(self.t) if mistake == "one counter" else self.t[i]
                if s["maximize"] and mistake != "maximize ignored":
                    g = -g
                if s["decoupled_weight_decay"] and mistake != "always coupled":
                    p *= 1 - s["lr"] * s["weight_decay"]
                else:
                    g = g + s["weight_decay"] * p
                self.m[i] = b1 * self.m[i] + (1 - b1) * g
                self.v[i] = b2 * self.v[i] + (1 - b2) * g**2
                m = self.m[i] if mistake == "no correction of m" else self.m[i] / (1 - b1**t)
                c2 = 1 if mistake == "no correction of v" else 1 - b2**t
                v = self.v[i]
                if s["amsgrad"] and mistake == "max after correction":
                    self.top[i] = np.maximum(self.top[i], v / c2)
                    v = self.top[i] * c2
                elif s["amsgrad"]:
                    v = self.top[i] = np.maximum(self.top[i], v)
                if mistake == "eps in the root":
                    p -= s["lr"] * m / np.sqrt(v / c2 + s["eps"])
                elif mistake == "eps before the correction":
                    p -= s["lr"] * m / (np.sqrt(v) + s["eps"]) * np.sqrt(c2)
                else:
                    p -= s["lr"] * m / (np.sqrt(v / c2) + s["eps"])

    Mine.__name__ = "Mine"
    return Mine


MISTAKES = [
    "eps in the root", "eps before the correction", "no correction of m", "no correction of v", "always coupled",
    "max after correction", "maximize ignored", "None is zero", "one counter",
]  # fmt: skip


def test_parity_passes_a_right_optimizer(capsys):
    lab.parity(handmade(), against="Adam", on=problems(ZOO["SGD"]), steps=100, eps=1e-8)
    line = capsys.readouterr().out
    assert all(part in line for part in ("Mine", "torch.optim.Adam", "32 settings", "100 steps", "≤ 1e-11", "✓"))
    assert line.count("\n") == 1


@pytest.mark.parametrize("mistake", MISTAKES)
def test_parity_refuses_a_wrong_optimizer(mistake, capsys):
    with pytest.raises(AssertionError, match=r"Adam \{'lr': .*\} on shapes: max .*e[-+]\d+ of the distance"):
        lab.parity(handmade(mistake), against="Adam")
    assert not capsys.readouterr().out  # no line of success before the failure


@pytest.mark.filterwarnings("ignore")  # what other packages say
@pytest.mark.parametrize("name", [name for name, entry in FED.items() if reference(entry)])
def test_parity_refuses_one_optimizer_for_another(name):
    """A slip that a comparison of class with class would not see: the wrong class is compared."""
    wrong = ZOO["SGD" if name != "SGD" else "Adagrad"].cls

    class Wrong(wrong):
        def __init__(self, params, lr, **ignored):
            super().__init__(params, lr=lr)

    with pytest.raises(AssertionError, match=name):
        lab.parity(Wrong, against=name, steps=20)


def test_parity_sees_a_rate_inside_the_velocity():
    """Under a constant rate the velocity may hide the rate; not when it changes."""

    class Inside(optedu.SGD):
        def rule_for(self, settings):
            def rule(g, p, buf=None, *, lr, momentum, dampening, weight_decay, nesterov):
                g = g + weight_decay * p
                if not momentum:
                    return p - lr * g, buf
                buf = lr * g if buf is None else momentum * buf + (1 - dampening) * lr * g
                return p - (lr * g + momentum * buf if nesterov else buf), buf

            return rule

    with pytest.raises(AssertionError, match="momentum"):
        lab.parity(Inside, against="SGD", steps=60)


def test_parity_with_flags_of_the_readers_choice(capsys):
    lab.parity("Adam", steps=20, amsgrad=True, betas=(0.8, 0.9), eps=(1e-8, 1e-3))
    assert "16 settings" in capsys.readouterr().out
    lab.parity("RMSprop", steps=20, dtype="float32", momentum=(0, 0.5))
    stated = re.search(r"≤ (\S+)", capsys.readouterr().out)[1]
    assert float(stated) == pytest.approx(TOLERANCE["float32"], rel=0.1)


def test_parity_does_not_pass_what_it_has_not_compared():
    """A misspelled flag must not empty the grid, and an empty grid is not a success."""
    with pytest.raises((AssertionError, TypeError, ValueError)):
        lab.parity("Adam", steps=5, momentum=0.9)
    with pytest.raises((AssertionError, TypeError, ValueError)):
        lab.parity("SGD", steps=5, nesterov=True, momentum=0)


def test_problems_can_be_repeated():
    """Both sides, and every setting, see the same start and the same gradients."""
    for one, two in zip(problems(ZOO["SGD"]), problems(ZOO["SGD"]), strict=True):
        start = one.start()
        for a, b in zip(start, two.start(), strict=True):
            np.testing.assert_array_equal(a, b)
            assert not np.shares_memory(a, b)
        for a, b in zip(one.grads(5, start), two.grads(5, start), strict=True):
            np.testing.assert_array_equal(a, b)


def test_gradients_of_shapes_do_not_follow_the_parameters():
    problem = on_shapes()
    here = problem.start()
    there = [p + 1 for p in here]
    for t in (1, 3, 40, 60):
        for a, b in zip(problem.grads(t, here), problem.grads(t, there), strict=True):
            assert (a is None) == (b is None) and (a is None or (a == b).all())


# What a notebook shows


def test_markdown():
    shown = lab.Markdown("# title\n\ntext")
    assert shown._repr_markdown_() == "# title\n\ntext"
    assert "0x" not in repr(shown)  # an address would differ in every run


def test_show_rule_shows_what_runs(entry):
    text = lab.show_rule(*entry.rules)._repr_markdown_()
    for rule in entry.rules:
        source = inspect.getsource(rule).rstrip().replace("  # fmt: skip", "")
        assert f"```python\n{source}\n```" in text
        assert f"`{rule.__module__.replace('.', '/')}.py`" in text
        body = source.replace(inspect.getsource(rule).split('"""')[1], "")
        assert len(body.splitlines()) <= 25  # a rule is to be read at one glance


def test_table():
    text = lab.table(["name", "value"], [["a", 1 / 3], ["b", 2], ["c", 1e-12]], digits=3)._repr_markdown_()
    assert text.splitlines() == ["| name | value |", "| --- | --- |", "| a | 0.333 |", "| b | 2 |", "| c | 1e-12 |"]


def test_a_column_has_as_many_decimals_in_every_row():
    rows = [[1, 2.1, np.float64(13.302)], [2410, float("nan"), 0.01], ["0.1", True, ""]]
    text = lab.table(["step", "loss", "norm"], rows, decimals=3)._repr_markdown_()
    assert text.splitlines()[2:] == ["| 1 | 2.100 | 13.302 |", "| 2,410 | NaN | 0.010 |", "| 0.1 | True |  |"]


def test_a_bound_is_printed_as_people_write_it(capsys):
    lab.parity("LBFGS")
    assert capsys.readouterr().out.endswith("max |Δ| ≤ 1e-8 ✓\n")


def test_a_power_of_ten_is_written_as_people_write_it():
    assert [lab.power_of_ten(x) for x in (1e-4, np.float64(1e-16), 1, 1000)] == ["10⁻⁴", "10⁻¹⁶", "1", "10³"]
    for x in (3e-4, 0, -10, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="power of ten"):
            lab.power_of_ten(x)


def test_no_label_in_a_figure_pads_an_exponent():
    for path in sorted((ROOT / "book").rglob("*.ipynb")):
        assert not re.search(r"<text[^>]*>[^<]*\de[-+]0\d", path.read_text("utf8")), path.name


def test_fold():
    text = lab.fold("Why?", "\nBecause *so*.\n")
    assert re.fullmatch(r"<details>\n<summary>Why\?</summary>\n\nBecause \*so\*\.\n\n</details>\n", text)


def test_all():
    assert all(hasattr(lab, name) for name in lab.__all__) and len(set(lab.__all__)) == len(lab.__all__)


def test_a_label_names_the_method_and_code_its_class():
    text = str(lab.table(["rule"], [["Adagrad, decayed"], ["`RMSprop`"], ["optedu.RMSprop"]])._repr_markdown_())
    assert "| AdaGrad, decayed |" in text and "| `RMSprop` |" in text and "| optedu.RMSprop |" in text
    assert lab.look("RMSprop, γ = 1")["label"] == "RMSProp, γ = 1"
    assert lab.look("RMSprop, γ = 1")["color"] == lab.look("RMSprop")["color"]


def test_figures():
    """Every plot draws what it is given, and says so in its legend."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    bowl = lab.quadratic()
    runs = [lab.descend(make, bowl, 20) for make in (lambda w: SGD(w, lr=0.01), lambda w: Adam(w, lr=0.1))]
    fig = lab.plot_runs(bowl, runs)
    fig.canvas.draw()
    path, values, *_ = fig.axes
    for run, drawn in zip(runs, values.lines, strict=True):
        assert drawn.get_label() == run.label
        np.testing.assert_array_equal(drawn.get_ydata(), run.values)
    assert any(np.array_equal(line.get_xydata(), runs[0].path) for line in path.lines)
    plt.close(fig)


def test_a_sweep_has_its_ticks_at_the_rates_that_were_tried():
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    trial = types.SimpleNamespace(val_loss=[1.0])
    _, ax = plt.subplots()
    lab.plot_tuning(ax, {"SGD": {0.1: [trial], 0.3: [trial]}, "Adam": {1e-3: [trial], 0.1: [trial]}})
    assert [text.get_text() for text in ax.get_xticklabels()] == ["0.001", "0.1", "0.3"]
    assert list(ax.get_xticks()) == [1e-3, 0.1, 0.3] and not len(ax.get_xticks(minor=True))
    plt.close()
