"""The other side of a comparison: the same optimizer from another package, under our names.

Only what a package calls or counts differently is adapted here. These packages are needed by
tests and by parity cells, never by ``import optedu``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, redirect_stdout
from functools import cache
from importlib import import_module
from typing import Any

from ..optim.sophia import Sophia
from ..zoo import Entry


def reference(entry: Entry) -> Callable[..., Any] | None:
    """What builds the referee from torch tensors and our settings; None where it is a trace by hand."""
    if entry.name in ADAPTED:
        return ADAPTED[entry.name]
    module, _, name = entry.referee.rpartition(".")
    return getattr(import_module(module), name) if module else None


def in_float64(entry: Entry) -> AbstractContextManager[None]:
    """A context in which the referee computes in double precision."""
    return EXACT.get(entry.name, nullcontext)()


def adabelief(params: Sequence[Any], **settings: Any) -> Any:
    from pytorch_optimizer import AdaBelief

    return AdaBelief(params, rectify=False, weight_decouple=True, **settings)


def lars(params: Sequence[Any], lr: float, trust_coefficient: float, **settings: Any) -> Any:
    """Its learning rate stands outside of the buffer. The coefficient stands inside: we let it do both."""
    from pytorch_optimizer import LARS

    class Inside(LARS):
        def step(self) -> None:
            for group in self.param_groups:
                group["trust_coefficient"], rate, group["lr"] = group["lr"] * trust_coefficient, group["lr"], 1.0
                super().step()
                group["lr"] = rate

    return Inside(params, lr=lr, trust_coefficient=trust_coefficient, **settings)


def shampoo(params: Sequence[Any], eps: float, **settings: Any) -> Any:
    from pytorch_optimizer import Shampoo

    return Shampoo(params, matrix_eps=eps, preconditioning_compute_steps=1, weight_decouple=True, **settings)


@cache
def _soap_in_float64() -> Any:
    """pytorch_optimizer's SOAP without its cast to float32, in which it takes QR decompositions."""
    import inspect
    import textwrap

    from pytorch_optimizer import SOAP

    source = textwrap.dedent(inspect.getsource(SOAP.get_orthogonal_matrix_qr))
    made: dict[str, Any] = {}
    exec(source.replace("torch.float32", "torch.float64"), vars(import_module(SOAP.__module__)), made)  # noqa: S102
    return type("SOAP", (SOAP,), made)


def soap(params: Sequence[Any], max_precond_dim: int, **settings: Any) -> Any:
    return _soap_in_float64()(params, max_precondition_dim=max_precond_dim, shampoo_beta=None, **settings)


@cache
def _kron_in_float64() -> Any:
    """pytorch_optimizer's Kron with three changes, and without its casts to float32.

    The noise is ours; it also damps the gradient, as in kron_torch, whose clip has 1e-12 where this one has 1e-6.
    """
    import inspect

    module = import_module("pytorch_optimizer.optimizer.psgd")
    source = inspect.getsource(module)
    for old, new in (
        ("torch.float32", "torch.float64"),
        (".sqrt() + 1e-6)", ".sqrt() + 1e-12)"),
        ("torch.randn_like(de_biased_momentum, dtype=precondition_dtype)",
         "self.noise(group['step'], de_biased_momentum)"),
    ):  # fmt: skip
        assert old in source, f"pytorch_optimizer's Kron has changed: {old}"
        source = source.replace(old, new)
    made: dict[str, Any] = {"__name__": module.__name__}
    exec(source, made)  # noqa: S102
    return made["Kron"]


def kron(params: Sequence[Any], b1: float, precond_lr: float, seed: int, **settings: Any) -> Any:
    import numpy as np
    import torch

    class Damped(_kron_in_float64()):  # type: ignore[misc]
        def noise(self, t: int, g: Any) -> Any:
            v = torch.tensor(np.random.default_rng([seed, t]).standard_normal(g.shape))
            g += torch.finfo(torch.float32).eps ** 0.5 * g.abs().mean() * v
            return v

    often = settings.pop("preconditioner_update_probability")
    made = Damped(params, momentum=b1, pre_conditioner_update_probability=often, balance_prob=0.0, **settings)
    for group in made.param_groups:
        group["precondition_lr"] = precond_lr
    return made


def schedule_free(name: str) -> Callable[..., Any]:
    def build(params: Sequence[Any], **settings: Any) -> Any:
        optimizer = getattr(import_module("schedulefree"), name)(params, foreach=False, **settings)
        optimizer.train()  # it is built for evaluation
        return optimizer

    return build


def prodigy(params: Sequence[Any], **settings: Any) -> Any:
    from prodigyopt import Prodigy

    with redirect_stdout(None):  # it announces its kind of decay
        return Prodigy(params, decouple=True, **settings)


def sophia(params: Sequence[Any], lr: float, rho: float, eps: float, **settings: Any) -> Any:
    """It divides by h and clips at ρ, where the paper divides by ρ·h and clips at 1: the rate differs by ρ.

    The curvature is made up from the gradient on both sides.
    """
    from pytorch_optimizer import SophiaH

    class Scaled(SophiaH):
        def step(self) -> None:
            for group in self.param_groups:
                rate = group["lr"]
                group.update(lr=rate / rho, weight_decay=settings["weight_decay"] * rho)
                super().step(hessian=[abs(p.grad) for p in group["params"]])
                group["lr"] = rate

    return Scaled(params, lr=lr, p=rho, eps=eps / rho, **settings)


def fed(cls: Any) -> Any:
    """The same class; Sophia with a curvature made up from the gradient."""
    if not issubclass(cls, Sophia):
        return cls

    class Fed(cls):
        def step(self, grads: Any) -> None:
            super().step(grads, hessian=[abs(g) for g in grads])

    return Fed


class Optax:
    """A transformation of optax as an optimizer of torch tensors, in float64."""

    def __init__(self, params: Sequence[Any], make: Callable[..., Any], lr: float, **settings: Any) -> None:
        import jax
        import optax

        jax.config.update("jax_enable_x64", True)
        self.tensors, self.param_groups = params, [{"lr": lr}]
        self.chain = optax.inject_hyperparams(make)(learning_rate=lr, **settings)
        self.state = self.chain.init([jax.numpy.asarray(p.numpy()) for p in params])
        self.update = jax.jit(self.chain.update)

    def step(self) -> None:
        import torch

        self.state.hyperparams["learning_rate"] = self.param_groups[0]["lr"]
        grads, params = [p.grad.numpy() for p in self.tensors], [p.numpy() for p in self.tensors]
        updates, self.state = self.update(grads, self.state, params)
        for p, update in zip(self.tensors, updates, strict=True):
            p += torch.tensor(update.tolist(), dtype=p.dtype).reshape(p.shape)


def lamb(params: Sequence[Any], betas: tuple[float, float], **settings: Any) -> Any:
    import optax

    return Optax(params, optax.lamb, b1=betas[0], b2=betas[1], **settings)


def muon(params: Sequence[Any], beta2: None = None, **settings: Any) -> Any:
    """torch's, which has no NorMuon: that is held against another package in the tests."""
    from torch.optim import Muon

    if beta2 is not None:
        raise ValueError(f"beta2 must be None for torch's Muon, got {beta2}")
    return Muon(params, **settings)


def ademamix(params: Sequence[Any], **settings: Any) -> Any:
    from pytorch_optimizer import AdEMAMix

    return AdEMAMix(params, weight_decouple=True, **settings)


def mars(params: Sequence[Any], **settings: Any) -> Any:
    """It adds a constant inside of the root, and eps before the correction. Vectors are trained as matrices are."""
    from pytorch_optimizer import MARS

    class Exact(MARS):
        @staticmethod
        def apply_ams_bound(bound: bool, v: Any, v_max: Any, eps: float) -> Any:
            return v.sqrt().add_(eps)

        def step(self) -> None:
            for group in self.param_groups:
                group["eps"] = settings["eps"] * (1 - settings["betas"][1] ** (group.get("step", 0) + 1)) ** 0.5
            super().step()

    return Exact(params, optimize_1d=True, foreach=False, **settings)


def adopt(params: Sequence[Any], **settings: Any) -> Any:
    """It counts the gradient that starts v as a step, in the clip as in the decay."""
    from pytorch_optimizer import ADOPT

    class Late(ADOPT):
        def step(self) -> None:
            for group in self.param_groups:
                group["weight_decay"] = settings["weight_decay"] if group.get("step") else 0.0
            super().step()

    return Late(params, clip_lambda=lambda t: (t - 1) ** 0.25, weight_decouple=True, **settings)


@contextmanager
def newton_schulz_in_float64() -> Iterator[None]:
    """torch's Muon with its iteration in float64: an odd polynomial of the singular values.

    torch itself runs it in bfloat16, with 8 binary digits.
    """
    import torch
    from torch.optim import _muon

    def exact(x: Any, coefficients: Any, steps: int, eps: float) -> Any:
        a, b, c = coefficients
        u, s, vt = torch.linalg.svd(x / x.norm().clamp(min=eps), full_matrices=False)
        for _ in range(steps):
            s = a * s + b * s**3 + c * s**5
        return u @ torch.diag(s) @ vt

    old = _muon._zeropower_via_newtonschulz
    _muon._zeropower_via_newtonschulz = exact
    try:
        yield
    finally:
        _muon._zeropower_via_newtonschulz = old


def adamw_8bit(params: Sequence[Any], block_size: int, min_8bit_size: int, **settings: Any) -> Any:
    """torch's AdamW; each average is replaced by the nearest of all numbers that a block can hold."""
    import torch

    def positive(levels: int) -> list[float]:  # from the text of the paper: a decade for each leading zero
        return [
            (0.1 + 0.9 * (k + 0.5) / n) / 10 ** (6 - i) for i in range(7) for n in [levels * 2**i] for k in range(n)
        ]

    plus = torch.tensor([0.0, 1.0, *positive(2)], dtype=torch.float64)
    both = torch.tensor([*plus[:2], *positive(1), *(-x for x in positive(1))], dtype=torch.float64)

    def rounded(x: Any, book: Any) -> None:
        for block in x.view(-1).split(block_size):
            unit = block.abs().max().float()
            nearest = (block[:, None] - book * (unit or 1.0)).abs().argmin(1)
            block.copy_(book[nearest] * unit)

    class Rounded(torch.optim.AdamW):
        def step(self) -> None:
            super().step()
            for p, state in self.state.items():
                if p.numel() >= min_8bit_size:
                    rounded(state["exp_avg"], both)
                    rounded(state["exp_avg_sq"], plus)

    return Rounded(params, **settings)


def galore(params: Sequence[Any], rank: int, update_proj_gap: int, scale: float, **settings: Any) -> Any:
    """It renews the subspace a step early: at steps T, 2T, where the authors do at T + 1, 2T + 1. Signs are ours."""
    import torch
    from pytorch_optimizer import GaLore
    from pytorch_optimizer.optimizer.utils.galore import GaLoreProjector

    class Signed(GaLoreProjector):
        def get_orthogonal_matrix(self, weights: Any, projection_type: str, from_random_matrix: bool = False) -> Any:
            u, _, vh = torch.linalg.svd(weights, full_matrices=False)  # in its own precision
            rows = (vh if projection_type == "right" else u.T)[:rank]
            largest = rows.gather(1, rows.abs().argmax(1, keepdim=True))
            rows = rows * largest.sign()
            return rows if projection_type == "right" else rows.T

        def project(self, grad: Any, num_steps: int, *more: Any, **options: Any) -> Any:
            return super().project(grad, num_steps - 1, *more, **options)

    how = {"rank": rank, "update_proj_gap": update_proj_gap, "scale": scale, "projection_type": "std"}
    made = GaLore([{"params": list(params), **how}], foreach=False, **settings)
    for p in params:
        if p.dim() == 2:
            made.state[p]["projector"] = Signed(**how)
    return made


ADAPTED: dict[str, Callable[..., Any]] = {
    "AdaBelief": adabelief,
    "LARS": lars,
    "Muon": muon,
    "LAMB": lamb,
    "Shampoo": shampoo,
    "SOAP": soap,
    "Kron": kron,
    "SGDScheduleFree": schedule_free("SGDScheduleFree"),
    "AdamWScheduleFree": schedule_free("AdamWScheduleFree"),
    "RAdamScheduleFree": schedule_free("RAdamScheduleFree"),
    "Prodigy": prodigy,
    "Sophia": sophia,
    "AdEMAMix": ademamix,
    "MARS": mars,
    "ADOPT": adopt,
    "AdamW8bit": adamw_8bit,
    "GaLore": galore,
}

EXACT: dict[str, Callable[[], AbstractContextManager[None]]] = {"Muon": newton_schulz_in_float64}
"""Under which a referee computes in double precision that by itself does not."""
