"""Sweeps: every combination once, in the order of the grid, on whichever backend; failures keep their settings."""

import json
import pickle
import time

import joblib
import matplotlib
import numpy as np
import pytest
from joblib._parallel_backends import ThreadingBackend

matplotlib.use("Agg")
import matplotlib.pyplot as plt

import optedu
from optedu import lab
from optedu.lab.sweeps import Failure, SweepError, heat_map, sweep, valley

GRID = {"method": ["SGD", "Adam"], "lr": [0.1, 0.2, 0.4]}


def steps(method, lr, seed):
    """Three steps on ½θ² from a start that the seed decides."""
    p = np.random.default_rng(seed).standard_normal(1)
    opt = getattr(optedu, method)([p], lr=lr)
    for _ in range(3):
        opt.step([p.copy()])
    return float(p[0])


def last_first(lr, seed):
    """The earlier in the grid, the later it ends."""
    time.sleep(0.05 if (lr, seed) == (1, 0) else 0)
    return lr * 10 + seed


def picky(method, lr, seed):
    if method == "Adam" and lr > 0.1:
        raise ArithmeticError(f"no {lr}")
    return 1.0


# Order and content


def test_every_combination_in_order_of_the_grid():
    done = sweep(lambda a, b, seed: (a, b, seed), {"a": "x y".split(), "b": [2, 1]}, seeds=[7, 3])
    assert done.results == tuple((a, b, s) for a in "xy" for b in (2, 1) for s in (7, 3))
    assert done.axes == {"a": ("x", "y"), "b": (2, 1), "seed": (7, 3)} and done.shape == (2, 2, 2)
    assert done.rows()[1] == {"a": "x", "b": 2, "seed": 3, "result": ("x", 2, 3)}


def test_array_has_one_axis_for_each_setting():
    got = sweep(steps, GRID, seeds=range(4)).array()
    assert got.shape == (2, 3, 4)
    start = np.array([np.random.default_rng(seed).standard_normal() for seed in range(4)])
    for j, lr in enumerate(GRID["lr"]):  # gradient descent on ½θ² by hand: the factor 1 - lr at each step
        np.testing.assert_allclose(got[0, j], (1 - lr) ** 3 * start, rtol=1e-12)
    assert got[1, 0, 2] == steps("Adam", 0.1, 2)


def test_array_reads_a_number_out_of_a_result():
    done = sweep(lambda lr, seed: {"loss": lr + seed}, {"lr": [1, 2]}, seeds=[0, 5])
    np.testing.assert_array_equal(done.array(lambda r: r["loss"]), [[1, 6], [2, 7]])


def test_order_does_not_depend_on_which_run_ends_first():
    with joblib.parallel_config("threading", n_jobs=4):
        done = sweep(last_first, {"lr": [1, 2, 3]}, seeds=range(2))
    assert done.results == (10, 11, 20, 21, 30, 31)


def test_a_grid_of_nothing_is_seeds_alone():
    assert sweep(lambda seed: seed, {}, seeds=[4, 2]).results == (4, 2)


def test_trains_the_lab_network():
    def run(lr, seed):
        return lab.train(lambda w: optedu.Adam(w, lr=lr), seed, epochs=1, sizes=(64, 10))

    got = sweep(run, {"lr": [1e-3, 1e-2]}, seeds=[1]).array(lambda trial: trial.val_loss[-1])
    reference = lab.tune(lambda w, lr: optedu.Adam(w, lr=lr), [1e-3, 1e-2], seeds=[1], epochs=1, sizes=(64, 10))
    np.testing.assert_array_equal(got, [[trials[0].val_loss[-1]] for trials in reference.values()])


# Backends: the same call, the same numbers


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_processes(n_jobs):
    assert sweep(steps, GRID, n_jobs=n_jobs).results == sweep(steps, GRID).results


def test_dask_cluster():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
        joblib.parallel_config("dask"),
    ):
        there = sweep(lambda **s: (steps(**s), distributed.get_worker().address), GRID)
        with pytest.raises(SweepError, match=r"lr=0\.2") as error:
            sweep(picky, GRID, seeds=[0])
        workers = set(client.scheduler_info()["workers"])
    assert tuple(number for number, _ in there.results) == sweep(steps, GRID).results
    assert {address for _, address in there.results} == workers  # and not in this thread
    assert len(error.value.sweep.failures) == 2


class AllAtOnce(ThreadingBackend):
    """As Ray's: no results before the last one."""

    supports_return_generator = False


def test_backend_that_cannot_stream_results():
    joblib.register_parallel_backend("all at once", AllAtOnce)
    with joblib.parallel_config("all at once", n_jobs=2):
        with pytest.raises(ValueError, match="does not support return_as"):
            joblib.Parallel(return_as="generator_unordered")
        assert sweep(steps, GRID).results == sweep(steps, GRID, n_jobs=1).results


# Failures


def test_failures_name_their_settings_and_lose_nothing():
    with pytest.raises(SweepError) as caught:
        sweep(picky, GRID, seeds=[0, 1])
    text = str(caught.value)
    assert text.startswith("4 of 12 runs raised\nrun(method='Adam', lr=0.2, seed=0): ArithmeticError: no 0.2")
    assert 'raise ArithmeticError(f"no {lr}")' in text  # where it happened
    done = caught.value.sweep
    assert [f.settings for f in done.failures][-1] == {"method": "Adam", "lr": 0.4, "seed": 1}
    np.testing.assert_array_equal(np.isnan(done.array()), [[[False] * 2] * 3, [[False] * 2, [True] * 2, [True] * 2]])
    assert isinstance(done.rows()[-1]["result"], Failure)


def test_only_the_first_failures_are_spelled_out():
    with pytest.raises(SweepError, match="7 of 7 runs raised(\n.*){5}\nand 2 more"):
        sweep(lambda seed: 1 / 0, {}, seeds=range(7))


def test_the_error_travels():
    with pytest.raises(SweepError) as caught:
        sweep(picky, GRID, seeds=[0])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) and again.sweep == caught.value.sweep


def test_an_interrupt_is_not_a_result():
    def stop(seed):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(stop, {})


# The bar


def test_bar_on_stderr_if_asked_for(capfd):
    sweep(steps, GRID, seeds=[0], progress=True)
    out, err = capfd.readouterr()
    assert not out and "6/6" in err


@pytest.mark.parametrize("progress", [None, False])
def test_no_bar_where_stderr_is_no_terminal(progress, capfd):
    sweep(steps, GRID, seeds=[0], progress=progress)
    assert capfd.readouterr() == ("", "")


# What is refused, before any run

REFUSED = [
    (dict(run=3), TypeError, "run must be a function .* got 3"),
    (dict(grid=[1]), TypeError, r"grid must be a dict .* got \[1\]"),
    (dict(grid={1: [2]}), TypeError, "grid has the key 1"),
    (dict(grid={"seed": [2]}), ValueError, "grid must not have the key 'seed'"),
    (dict(grid={"result": [2]}), ValueError, "grid must not have the key 'result'"),
    (dict(grid={"method": "Adam", "lr": [1]}), TypeError, r"grid\['method'\] must be a list of values, got 'Adam'"),
    (dict(grid={"method": ["Adam"], "lr": 0.1}), TypeError, r"grid\['lr'\] must be a list of values, got 0.1"),
    (dict(grid={"method": ["Adam"], "lr": []}), ValueError, r"grid\['lr'\] is empty"),
    (dict(grid={"method": ["Adam"], "lr": [0.1, 0.1]}), ValueError, r"grid\['lr'\] has a value twice: \[0.1, 0.1\]"),
    (dict(grid={"method": [{}], "lr": [1]}), TypeError, r"grid\['method'\] must have hashable values"),
    (dict(grid={"method": ["Adam"], "rate": [1]}), TypeError, r"run cannot be called as run\(method=.*, rate=.*seed"),
    (dict(grid={"method": ["Adam"]}), TypeError, "run cannot be called .* 'lr'"),
    (dict(seeds=5), TypeError, "seeds must be a list of values, got 5"),
    (dict(seeds=[]), ValueError, "seeds is empty"),
    (dict(seeds=[0, 1, 0]), ValueError, "seeds has a value twice"),
    (dict(seeds=[0.5]), TypeError, r"seeds\[0\] must be a whole number, got 0.5"),
    (dict(seeds=[0, -1]), ValueError, r"seeds\[1\] must be >= 0, got -1"),
    (dict(n_jobs=0), ValueError, "n_jobs must not be 0"),
    (dict(n_jobs=1.5), TypeError, "n_jobs must be a whole number, got 1.5"),
    (dict(progress=1), TypeError, "progress must be True or False, got 1"),
]


@pytest.mark.parametrize("change, kind, message", REFUSED, ids=lambda x: json.dumps(x, default=str)[:40])
def test_refused_before_any_run(change, kind, message):
    called = []

    def run(method, lr, seed):
        called.append(lr)

    with pytest.raises(kind, match=message):
        sweep(**{"run": run, "grid": GRID, "progress": False, **change})
    assert not called


# The valley, by hand


def test_valley_interpolates_in_logarithms():
    lrs, losses = [1e-3, 1e-2, 1e-1, 1e0], [4.0, 1.0, 1.0, 16.0]
    low, high = valley(lrs, losses, limit=2.0)  # half-way from 1 to 4, a quarter from 1 to 16
    np.testing.assert_allclose([low, high], [10**-2.5, 10**-0.75], rtol=1e-12)


@pytest.mark.parametrize("bad", [np.inf, np.nan])
def test_valley_ends_at_the_grid_beside_divergence(bad):
    assert valley([1, 2, 4, 8], [bad, 2.0, 1.0, bad], limit=3.0) == (2.0, 4.0)


def test_valley_is_connected():
    assert valley([1, 10, 100, 1000], [1.0, 1.0, 100.0, 1.0], limit=10.0)[1] == pytest.approx(10**1.5)


def test_valley_ends_with_the_grid():
    assert valley([1, 10], [3.0, 2.0], limit=4.0) == (1.0, 10.0)


@pytest.mark.parametrize(
    "args, message",
    [
        (([1, 2], [1.0], 2.0), "lists of one length, got shapes"),
        (([], [], 2.0), "lists of one length"),
        (([2, 1], [1.0, 1.0], 2.0), r"lrs must be positive and increasing, got \[2.0, 1.0\]"),
        (([0, 1], [1.0, 1.0], 2.0), "lrs must be positive"),
        (([1, 2], [0.0, 1.0], 2.0), "losses must be > 0"),
        (([1, 2], [3.0, 4.0], 2.0), "limit is 2.0, the least of the losses is .*3.0"),
        (([1, 2], [np.inf, np.nan], 2.0), "limit is 2.0, the least of the losses is .*inf"),
        (([1, 2], [1.0, 1.0], 0), "limit must be > 0, got 0"),
    ],
)
def test_valley_refuses(args, message):
    with pytest.raises(ValueError, match=message):
        valley(*args)


# The map


def test_heat_map_marks_best_good_and_diverged():
    fig, ax = plt.subplots()
    losses = np.array([[2.0, 1.0, 1.05, np.inf], [np.nan] * 4])
    image = heat_map(ax, losses, ["Adam", "SGD"], [0.01, 0.03, 0.1, 0.3], within=1.1)
    assert [t.get_text() for t in ax.texts] == ["", "★", "•", "×", *"××××"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["$10^{-2}$", "", "$10^{-1}$", ""]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["Adam", "SGD"]
    assert image.get_clim() == (1.0, 2.0)
    assert heat_map(ax, losses, ["a", "b"], [1, 2, 3, 4], limits=(0.5, 1.5)).get_clim() == (0.5, 1.5)
    plt.close(fig)


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(rows=["a"]), r"losses has shape \(2, 2\), rows and lrs ask for \(1, 2\)"),
        (dict(within=0.9), "within must be >= 1, got 0.9"),
        (dict(limits=(0, 1)), "limits must be 0 < low <= high"),
        (dict(losses=np.full((2, 2), np.inf)), "nothing to draw"),
    ],
)
def test_heat_map_refuses(change, message):
    fig, ax = plt.subplots()
    with pytest.raises(ValueError, match=message):
        heat_map(**{"ax": ax, "losses": np.ones((2, 2)), "rows": ["a", "b"], "lrs": [1, 2], **change})
    assert not ax.images
    plt.close(fig)
