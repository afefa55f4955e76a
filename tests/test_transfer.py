"""Hyperparameters across widths: μP's factors, and the recorded sweep of the character transformer."""

import numpy as np
import pytest

import optedu
from optedu.lab import transfer, transformer
from optedu.lab.transfer import Factors, mup

BASE = {"embedding": (7, 16), "hidden": (64, 16), "readout": (7, 16), "bias": (16,), "fixed": (7,)}
WIDE = {"embedding": (7, 64), "hidden": (256, 64), "readout": (7, 64), "bias": (64,), "fixed": (7,)}


def test_the_table():
    """Table 3 of Yang et al. (2021), relative to a base."""
    adam = mup(WIDE, BASE, ["readout"])
    assert adam["hidden"] == Factors("hidden", 0.5, 0.25, 4, 0.25)
    assert adam["readout"] == Factors("readout", 0.25, 0.25, 4, 1)
    assert adam["embedding"] == adam["bias"] == Factors("vector", 1, 1, 1, 0.25)
    assert adam["fixed"] == Factors("vector")
    sgd = mup(WIDE, BASE, ["readout"], "sgd")
    assert [sgd[n].lr for n in WIDE] == [4, 1, 0.25, 4, 1]
    assert all(f.lr * f.weight_decay == 1 for f in [*adam.values(), *sgd.values()])


def test_it_is_the_multiplier_of_others():
    """A readout with the multiplier 1/m, the deviation and rate of the base, and epsilon / m takes the same steps."""
    m, base, lr, eps = 4, 0.3, 0.1, 1e-3
    f = mup(WIDE, BASE, ["readout"])["readout"]
    ours, theirs = np.full(3, base * f.init), np.full(3, base)
    a = optedu.AdamW([ours], lr=lr * f.lr, eps=eps * f.eps, weight_decay=0.1 * f.weight_decay)
    b = optedu.AdamW([theirs], lr=lr, eps=eps / m, weight_decay=0.1)
    rng = np.random.default_rng(0)
    for _ in range(20):
        g = rng.standard_normal(3) * 1e-2
        a.step([g])
        b.step([g / m])
        assert np.allclose(ours, theirs / m, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(rule="Adam"), "rule must be .*'Adam'"),
        (dict(readout=["logits"]), r"readout .*\['logits'\]"),
        (dict(shapes={"bias": (64,)}), "same names"),
        (dict(shapes={**WIDE, "bias": (8,)}), r"bias must .*\(8,\)"),
        (dict(shapes={**WIDE, "bias": (64, 64)}), "bias must"),
    ],
)
def test_it_refuses(change, message):
    with pytest.raises(ValueError, match=message):
        mup(**{"shapes": WIDE, "base": BASE, **change})
    with pytest.raises(TypeError, match="readout"):
        mup(WIDE, BASE, "readout")


@pytest.mark.parametrize("change", [dict(width=20), dict(width=8), dict(without=("rate",)), dict(without="lr")])
def test_a_run_refuses(change):
    with pytest.raises(ValueError, match=next(iter(change))):
        transfer.run(**{"width": 16, "lr": 0.01, "seed": 0, "steps": 1, **change})


def test_at_the_base_both_are_the_same():
    assert transfer.run(16, 0.03, 0, steps=3) == transfer.run(16, 0.03, 0, transfer.STANDARD, steps=3)


def test_what_a_branch_is_divided_by():
    """Weights divided by 4 and learning rates too: the same function and steps as with a multiplier of 1/4."""

    class Divided(transformer.Block):
        def forward(self, x):
            for part, norm in ((self.attention, self.norm1), (self.dense, self.norm2)):
                x = x + part(norm(x)) / 4
            return x

    first = transfer.run(16, 0.03, 0, steps=4, layers=8, residual=1.0, weight_decay=0.1)
    model = transfer.build(16, 8)
    for block in model.blocks:
        block.__class__ = Divided
    made = []

    def make(w):
        made.append(optedu.AdamW(w, lr=0.03, betas=(0.9, 0.95), weight_decay=0.1))
        return made[0]

    def linear(t, params, grads):
        made[0].param_groups[0]["lr"] = 0.03 * (1 - (t - 1) / 4)

    again = transformer.train(make, lambda: model, transformer.characters(16), 0, 4, transfer.BATCH, linear)
    assert np.isclose(first, again.val_loss[-1], rtol=1e-9)
    assert abs(first - transfer.run(16, 0.03, 0, steps=4, layers=8, weight_decay=0.1)) > 1e-3


def test_the_table_holds_every_run():
    for one in transfer.recorded().values():
        for rates in one.values():
            best = transfer.best(rates)
            assert min(rates) < best < max(rates) and all(len(losses) == 3 for losses in rates.values())


def test_a_run_made_again():
    losses = transfer.recorded()["steps"][50][2.0**-5]
    assert abs(transfer.run(16, 2.0**-5, 1, steps=50) - losses[1]) < 0.01
