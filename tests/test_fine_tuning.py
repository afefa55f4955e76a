"""The small network of the chapter on fine-tuning: LoRA's gradients, its scale, replay, and what decay pulls toward."""

import numpy as np
import pytest

from optedu.lab import fine_tuning
from optedu.lab.fine_tuning import lora_grads, tuned


def test_gradients_of_the_factors_are_those_of_differences():
    rng = np.random.default_rng(0)
    target, A, B = (rng.standard_normal(shape) for shape in [(3, 5), (2, 5), (3, 2)])

    def loss(A, B):
        return 0.5 * ((0.7 * B @ A - target) ** 2).sum()

    for k, grad in enumerate(lora_grads(0.7 * B @ A - target, A, B, 0.7)):
        for i in np.ndindex(grad.shape):
            near = [[A.copy(), B.copy()] for _ in range(2)]
            near[0][k][i] += 1e-6
            near[1][k][i] -= 1e-6
            assert np.isclose((loss(*near[0]) - loss(*near[1])) / 2e-6, grad[i], atol=1e-7)


def test_the_scale_is_alpha_over_a_power_of_the_rank():
    one = tuned(0, 0.01, rank=16, power=0.5, steps=5)
    other = tuned(0, 0.01, rank=16, alpha=64.0, steps=5)
    assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    assert not np.array_equal(one[0], tuned(0, 0.01, rank=16, steps=5)[0])


def test_an_adapter_changes_matrices_alone_by_its_rank():
    first, w = fine_tuning.pretrained(0), tuned(0, 0.01, rank=3, steps=5)
    assert [np.linalg.matrix_rank(a - b, tol=1e-9) for a, b in zip(w[::2], first[::2], strict=True)] == [3, 3, 3]
    assert all(np.array_equal(a, b) for a, b in zip(w[1::2], first[1::2], strict=True))
    assert tuned(0, 0.01, rank=3, steps=0)[0].tolist() == first[0].tolist()


def test_a_faster_b_moves_further():
    slow, fast = (fine_tuning.moved(0, tuned(0, 1e-3, rank=4, ratio=k, steps=5)) for k in (1, 8))
    assert fast > 4 * slow


def test_decay_pulls_to_zero_or_to_the_start():
    """At a rate too small to learn, what is left is the decay."""
    first = fine_tuning.pretrained(0)
    zero, start = (tuned(0, 1e-9, decay=1e8, toward=toward, steps=10) for toward in ("zero", "start"))
    assert 0.5 < np.abs(zero[0]).sum() / np.abs(first[0]).sum() < 0.65
    assert np.allclose(start[0], first[0], atol=1e-7)
    free, held = (tuned(0, 1e-3, toward=toward, steps=5) for toward in ("zero", "start"))
    assert np.allclose(free[0], held[0]) and not np.allclose(held[0], first[0], atol=1e-4)


def test_replayed_images_are_not_turned():
    """With all of them replayed, the old task is still known, and the new one is not learned."""
    new, old = fine_tuning.new_and_old(tuned(0, 1e-3, replay=50, steps=60))
    learned, forgotten = fine_tuning.new_and_old(tuned(0, 1e-3, steps=60))
    assert old < 0.15 < forgotten and learned < new


def test_turning_twice_gives_the_image_back():
    x = np.arange(128.0).reshape(2, 64)
    assert np.array_equal(fine_tuning.turned(fine_tuning.turned(x)), x)
    assert fine_tuning.turned(x)[0, 1] == 8


@pytest.mark.parametrize(
    "how, error",
    [
        ({"rank": -1}, ValueError), ({"rank": 1.5}, TypeError), ({"steps": -1}, ValueError),
        ({"replay": 51}, ValueError), ({"toward": "there"}, ValueError),
    ],
)  # fmt: skip
def test_bad_input_is_named(how, error):
    with pytest.raises(error, match=next(iter(how))):
        tuned(0, 0.01, **how)
