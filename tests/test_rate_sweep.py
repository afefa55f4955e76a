"""The recorded sweep of the chapter on sensitivity."""

import numpy as np
import pytest

from optedu import lab
from optedu.lab.rate_sweep import METHODS, PROBLEMS, RATES, SEEDS, badly_scaled, rates, recorded, run


def test_it_holds_every_run():
    table = recorded()
    assert list(table) == [(problem, method) for problem in PROBLEMS for method in METHODS]
    for (problem, method), losses in table.items():
        assert losses.shape == (len(rates(problem, method)), len(SEEDS), PROBLEMS[problem]["epochs"] + 1)
        assert np.isfinite(losses).all() and (losses > 0).all()
        assert np.ptp(losses[:, 0, 0]) == 0, "every rate begins with the same weights"


@pytest.mark.parametrize("key", [("network", "Lion", 0.01, 6), ("softmax", "Adagrad", 1.0, 0)])
def test_a_run_made_again(key):
    problem, method, lr, seed = key
    assert np.abs(run(*key) - recorded()[problem, method][RATES.index(lr), seed]).max() < 0.005


def test_pixels_are_scaled_alike_in_all_parts():
    scaled, plain = (np.concatenate([data.x_train, data.x_val, data.x_test]) for data in (badly_scaled(), lab.digits()))
    factors = np.linalg.lstsq(plain, scaled, rcond=None)[0].diagonal()
    assert np.allclose(plain * factors, scaled)
    seen = factors[np.abs(plain).max(axis=0) > 0]
    assert 0.01 <= seen.min() < 0.02 and 0.5 < seen.max() <= 1


@pytest.mark.parametrize(
    ("problem", "method", "message"),
    [("digits", "Adam", "problem must be one of network, .*'digits'"), ("network", "adam", "method must be .*'adam'")],
)
def test_it_refuses(problem, method, message):
    with pytest.raises(ValueError, match=message):
        run(problem, method, 0.1, 0)
