"""One table of all optimizers. Tests, tables and figures are made from it.

An optimizer that is public but missing here fails a test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from .core.optimizer import Optimizer
from .core.state import Held
from .core.sweep import Rule
from .optim.adabelief import AdaBelief, adabelief
from .optim.adadelta import Adadelta, adadelta
from .optim.adafactor import Adafactor, adafactor
from .optim.adagrad import Adagrad, adagrad
from .optim.adam import Adam, AdamW, adam, adamw
from .optim.adamax import Adamax, adamax
from .optim.adamw_8bit import AdamW8bit, adamw_8bit, held_in_8_bits
from .optim.ademamix import AdEMAMix, ademamix
from .optim.adopt import ADOPT, adopt
from .optim.asgd import ASGD, asgd
from .optim.galore import GaLore, galore, held_in_low_rank
from .optim.kron import Kron, held_by_factors, kron
from .optim.lamb import LAMB, lamb
from .optim.lars import LARS, lars
from .optim.lbfgs import LBFGS, full_history, two_loop
from .optim.lion import Lion, lion
from .optim.mars import MARS, mars
from .optim.muon import Muon, muon
from .optim.nadam import NAdam, nadam
from .optim.prodigy import Prodigy, prodigy, prodigy_moments
from .optim.radam import RAdam, radam
from .optim.rmsprop import RMSprop, rmsprop
from .optim.rprop import Rprop, rprop
from .optim.schedule_free import (
    AdamWScheduleFree,
    RAdamScheduleFree,
    SGDScheduleFree,
    adamw_schedule_free,
    radam_schedule_free,
    sgd_schedule_free,
)
from .optim.sgd import SGD, sgd
from .optim.shampoo import Shampoo, shampoo
from .optim.soap import SOAP, soap
from .optim.sophia import Sophia, sophia
from .optim.sparse_adam import SparseAdam, SparseGrad, sparse_adam
from .optim.yogi import Yogi, yogi


@dataclass(frozen=True)
class Entry:
    """What there is to know about one optimizer.

    Attributes
    ----------
    cls : type
        The public class; its name is torch's.
    rules : tuple of callable
        The pure rules that it sweeps.
    paper : str
        Where it was published: authors and year, of several works if its flags are by others.
    chapter : str
        Path of its chapter below ``book/``.
    referee : str
        What it is tested against: a class of another package, or a trace by hand.
    flags : dict
        For each setting the values of the full grid; combinations that the class refuses
        are left out.
    fixed : dict
        Settings of the grid that take one value.
    takes : str
        What a step is given: "dense" gradients of any shape, "nonempty" ones, "matrix"
        gradients, "sparse" ones, or a "closure".
    waits : int
        Steps at the start that leave the parameter where it is: they only begin the state.
    half : bool
        Whether parameters in float16 can be trained with the default settings.
    decomposes : bool
        Whether it takes decompositions of matrices, which NumPy has neither in float16 nor of infinities.
    compared_on : str
        What the comparison with the referee is driven by: "all" problems; "given" gradients, where
        chaos magnifies what rounding does to a basis; or of these the "matrices", where the
        referee treats vectors in another way.
    grows_with : str
        The setting that says how many pairs of arrays like the parameter the state may come to hold.
    decays_vectors : bool
        Whether weight decay acts on parameters with fewer than two axes.
    held : callable, optional
        ``held(shape, settings)``, the size of each state by name, where a step on a small
        parameter does not show it.
    """

    cls: type[Optimizer]
    rules: tuple[Rule, ...]
    paper: str
    chapter: str
    referee: str
    flags: dict[str, tuple[Any, ...]]
    fixed: dict[str, Any] = field(default_factory=dict)
    takes: str = "dense"
    waits: int = 0
    half: bool = True
    decomposes: bool = False
    compared_on: str = "all"
    grows_with: str = ""
    decays_vectors: bool = True
    held: Callable[[tuple[int, ...], dict[str, Any]], dict[str, Held]] | None = None

    @property
    def name(self) -> str:
        return self.cls.__name__

    @property
    def elementwise(self) -> bool:
        """Whether its rule does the same for each element; else it sees whole tensors."""
        return self.cls.elementwise is not False

    @property
    def together(self) -> bool:
        """Whether all parameters move together, by an estimate that is one for all of them."""
        return self.cls.step_all is not None

    def grid(self, **flags: tuple[Any, ...]) -> Iterator[dict[str, Any]]:
        """Every accepted combination of the flags (those given here replace the entry's own)."""
        flags = {**self.flags, **flags}
        for values in product(*flags.values()):
            settings = {**self.fixed, **dict(zip(flags, values, strict=True))}
            if self.accepts(settings):
                yield settings

    def sample(self, n: int = 12) -> list[dict[str, Any]]:
        """About `n` settings of the grid, or all; each value of each flag among them."""
        grid = list(self.grid())
        step = next(k for k in (1, 3, 5, 7, 11, 17, 29, 43, 61) if len(grid) / k <= n + 2 or k == 61)
        return grid if step == 1 else [*grid[::step], grid[-1]]

    def accepts(self, settings: dict[str, Any]) -> bool:
        """Whether the class can be built with these settings."""
        try:
            self.cls([np.zeros((1, 1))], **settings)
        except (TypeError, ValueError):
            return False
        return True

    def numbers_per_parameter(self, shape: tuple[int, ...] = (1, 1), **settings: Any) -> float:
        """Numbers of state for each number of a parameter of this shape, counted after a step."""
        p = np.ones(shape)
        arrays = arrays_in(self.after_a_step(p, settings))
        return sum(a.size for a in arrays) / p.size

    def state(self, shape: tuple[int, ...] = (1, 1), **settings: Any) -> list[str]:
        """Names of the state arrays after one step under these settings, found by taking it."""
        return [name for name, value in self.after_a_step(np.ones(shape), settings).items() if arrays_in(value)]

    def bytes_per_parameter(self, itemsize: int = 4, shape: tuple[int, ...] = (1, 1), **settings: Any) -> float:
        """Bytes of state for each parameter of `itemsize` bytes (without the gradient)."""
        p = np.ones(shape)
        arrays = arrays_in(self.after_a_step(p, settings))
        return sum(a.size * (itemsize if a.dtype == p.dtype else a.itemsize) for a in arrays) / p.size

    def after_a_step(self, p: np.ndarray, settings: dict[str, Any]) -> dict[str, Any]:
        """State of a parameter after one step on gradients of one."""
        opt: Any = self.cls([p], **settings)
        if self.takes == "closure":
            opt.step(lambda: (float((p * p).sum()), [2 * p]))
        elif self.takes == "sparse":
            opt.step([SparseGrad(np.arange(len(p)), np.ones_like(p))])
        else:
            opt.step([np.ones_like(p)])
        state: dict[str, Any] = opt.state.get(0, {})
        return state


def arrays_in(value: Any) -> list[np.ndarray]:
    """All arrays in a state, which may hold lists of them."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [a for v in value for a in arrays_in(v)]
    return [value] if isinstance(value, np.ndarray) else []


_decay = {"weight_decay": (0, 0.1)}
_climb = {"maximize": (False, True)}
_betas = {"betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-8, 1e-2)}

ZOO: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            SGD, (sgd,), "Robbins and Monro (1951); Polyak (1964); Nesterov (1983)", "foundations/gradient_descent",
            "torch.optim.SGD",
            {"momentum": (0, 0.5, 0.9), "dampening": (0, 0.5), "nesterov": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
        Entry(
            Adagrad, (adagrad,), "Duchi, Hazan and Singer (2011)", "adaptive/adagrad", "torch.optim.Adagrad",
            {"lr_decay": (0, 0.1), "initial_accumulator_value": (0, 0.5), "eps": (1e-10, 1e-2), **_decay, **_climb},
            {"lr": 0.1},
        ),
        Entry(
            RMSprop, (rmsprop,), "Hinton (2012)", "adaptive/rmsprop", "torch.optim.RMSprop",
            {
                "alpha": (0.99, 0.9), "eps": (1e-8, 1e-2), "momentum": (0, 0.9), "centered": (False, True),
                **_decay, **_climb,
            },
            {"lr": 0.001},
        ),
        Entry(
            Adadelta, (adadelta,), "Zeiler (2012)", "adaptive/adadelta", "torch.optim.Adadelta",
            {"rho": (0.9, 0.5), "eps": (1e-6, 1e-2), **_decay, **_climb},
            {"lr": 1.0},
        ),
        Entry(
            Rprop, (rprop,), "Riedmiller and Braun (1993)", "adaptive/rprop", "torch.optim.Rprop",
            {"etas": ((0.5, 1.2), (0.3, 1.5)), "step_sizes": ((1e-6, 50), (1e-4, 0.1)), **_climb},
            {"lr": 0.01},
        ),
        Entry(
            Adam, (adam, adamw), "Kingma and Ba (2015)", "adam/bias_correction", "torch.optim.Adam",
            {**_betas, "amsgrad": (False, True), "decoupled_weight_decay": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
        Entry(
            AdamW, (adamw,), "Loshchilov and Hutter (2019)", "adam/decoupled_decay", "torch.optim.AdamW",
            {**_betas, "amsgrad": (False, True), **_decay, **_climb},
            {"lr": 0.01},
        ),
        Entry(
            Adamax, (adamax,), "Kingma and Ba (2015)", "adam/variants", "torch.optim.Adamax",
            {**_betas, **_decay, **_climb},
            {"lr": 0.002},
        ),
        Entry(
            NAdam, (nadam,), "Dozat (2016)", "adam/variants", "torch.optim.NAdam",
            {**_betas, "momentum_decay": (0.004, 0.1), "decoupled_weight_decay": (False, True), **_decay, **_climb},
            {"lr": 0.002},
        ),
        Entry(
            RAdam, (radam,), "Liu et al. (2020)", "adam/variants", "torch.optim.RAdam",
            {**_betas, "decoupled_weight_decay": (False, True), **_decay, **_climb},
            {"lr": 0.001},
        ),
        Entry(
            SparseAdam, (sparse_adam,), "Kingma and Ba (2015)", "adam/sparse", "torch.optim.SparseAdam",
            {**_betas, **_climb},
            {"lr": 0.01},
            "sparse",
        ),
        Entry(
            AdaBelief, (adabelief,), "Zhuang et al. (2020)", "adam/second_moments", "pytorch_optimizer.AdaBelief",
            {"betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-16, 1e-4), **_decay},
            {"lr": 0.001},
        ),
        Entry(
            Yogi, (yogi,), "Zaheer et al. (2018)", "adam/second_moments", "a trace by hand",
            {
                "betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-3, 1e-8), "initial_accumulator": (1e-6, 0.1),
                **_decay,
            },
            {"lr": 0.01},
        ),
        Entry(
            Lion, (lion,), "Chen et al. (2023)", "modern/lion", "lion_pytorch.Lion",
            {"betas": ((0.9, 0.99), (0.5, 0.8)), **_decay},
            {"lr": 0.001},
        ),
        Entry(
            LARS, (lars,), "You, Gitman and Ginsburg (2017)", "modern/lars_lamb", "pytorch_optimizer.LARS",
            {"momentum": (0.9, 0), "trust_coefficient": (1e-3, 0.1), **_decay},
            {"lr": 1.0},
            compared_on="matrices",
        ),
        Entry(
            LAMB, (lamb,), "You et al. (2020)", "modern/lars_lamb", "optax.lamb",
            {"betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-6, 1e-2), **_decay},
            {"lr": 0.01},
        ),
        Entry(
            Adafactor, (adafactor,), "Shazeer and Stern (2018)", "modern/adafactor", "torch.optim.Adafactor",
            {
                "beta2_decay": (-0.8, -0.5), "eps": ((None, 1e-3), (1e-4, 0.1)), "d": (1.0, 1.5),
                **_decay, **_climb,
            },
            {"lr": 0.01},
            "nonempty",
        ),
        Entry(
            Muon, (muon,), "Jordan et al. (2024)", "modern/muon", "torch.optim.Muon",
            {
                "momentum": (0.95, 0.5), "nesterov": (True, False), "ns_steps": (5, 3),
                "adjust_lr_fn": (None, "original", "match_rms_adamw"), **_decay,
            },
            {"lr": 0.01, "eps": 1e-7, "ns_coefficients": (3.4445, -4.775, 2.0315), "beta2": None},
            "matrix",
        ),
        Entry(
            Shampoo, (shampoo,), "Gupta, Koren and Singer (2018)", "modern/shampoo_soap", "pytorch_optimizer.Shampoo",
            {"eps": (1e-6, 0.1), **_decay},
            {"lr": 0.1},
            "nonempty",
            half=False, decomposes=True,
        ),
        Entry(
            SOAP, (soap,), "Vyas et al. (2025)", "modern/shampoo_soap", "pytorch_optimizer.SOAP",
            {
                "betas": ((0.95, 0.95), (0.7, 0.9)), "eps": (1e-8, 1e-2), "precondition_frequency": (10, 1),
                "max_precond_dim": (10000, 4), "weight_decay": (0.01, 0),
            },
            {"lr": 0.003},
            "nonempty",
            waits=1, half=False, decomposes=True, compared_on="matrices",
        ),
        Entry(
            Kron, (kron,), "Li (2018); Pooladzandi and Li (2024)", "modern/kron", "pytorch_optimizer.Kron",
            {
                "b1": (0.9, 0.5), "preconditioner_update_probability": (None, 0.3),
                "max_size_triangular": (8192, 4), "precond_lr": (0.1, 0.5), **_decay,
            },
            {"lr": 0.003, "min_ndim_triangular": 2, "seed": 0},
            "nonempty",
            half=False, decomposes=True, decays_vectors=False, held=held_by_factors,
        ),
        Entry(
            SGDScheduleFree, (sgd_schedule_free,), "Defazio et al. (2024)", "modern/schedule_free",
            "schedulefree.SGDScheduleFree",
            {"momentum": (0.9, 0.5), "warmup_steps": (0, 30), "r": (0, 1.0), "weight_lr_power": (2.0, 0.0), **_decay},
            {"lr": 0.1},
        ),
        Entry(
            AdamWScheduleFree, (adamw_schedule_free,), "Defazio et al. (2024)", "modern/schedule_free",
            "schedulefree.AdamWScheduleFree",
            {
                "betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-8, 1e-2), "warmup_steps": (0, 30), "r": (0, 1.0),
                "weight_lr_power": (2.0, 0.0), **_decay,
            },
            {"lr": 0.0025},
        ),
        Entry(
            RAdamScheduleFree, (radam_schedule_free,), "Defazio et al. (2024)", "modern/schedule_free",
            "schedulefree.RAdamScheduleFree",
            {
                "betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-8, 1e-2), "r": (0, 1.0), "weight_lr_power": (2.0, 0.0),
                "silent_sgd_phase": (True, False), **_decay,
            },
            {"lr": 0.0025},
            waits=4,
        ),
        Entry(
            Prodigy, (prodigy_moments, prodigy), "Mishchenko and Defazio (2024)", "modern/schedule_free",
            "prodigyopt.Prodigy",
            {
                "betas": ((0.9, 0.999), (0.7, 0.95)), "beta3": (None, 0.9), "eps": (1e-8, 1e-2),
                "use_bias_correction": (False, True), "safeguard_warmup": (False, True), "d0": (1e-6, 1e-3),
                "d_coef": (1.0, 2.0), "growth_rate": (float("inf"), 1.02), **_decay,
            },
            {"lr": 1.0},
            half=False,
        ),
        Entry(
            Sophia, (sophia,), "Liu et al. (2024)", "modern/sophia", "pytorch_optimizer.SophiaH",
            {"betas": ((0.965, 0.99), (0.7, 0.9)), "rho": (0.04, 1.0), "eps": (1e-12, 1e-2), "weight_decay": (0.1, 0)},
            {"lr": 0.001},
            half=False,
        ),
        Entry(
            AdEMAMix, (ademamix,), "Pagliardini, Ablin and Grangier (2025)", "modern/two_memories",
            "pytorch_optimizer.AdEMAMix",
            {
                "betas": ((0.9, 0.999, 0.9999), (0.7, 0.95, 0.99)), "alpha": (5.0, 0.5), "t_alpha_beta3": (None, 80),
                "eps": (1e-8, 1e-2), **_decay,
            },
            {"lr": 0.001},
        ),
        Entry(
            MARS, (mars,), "Yuan et al. (2025)", "modern/two_memories", "pytorch_optimizer.MARS",
            {
                "betas": ((0.95, 0.99), (0.7, 0.9)), "gamma": (0.025, 0.5), "eps": (1e-8, 1e-2), **_decay,
            },
            {"lr": 0.003},
        ),
        Entry(
            ADOPT, (adopt,), "Taniguchi et al. (2024)", "modern/one_line", "pytorch_optimizer.ADOPT",
            {"betas": ((0.9, 0.9999), (0.7, 0.95)), "eps": (1e-6, 1.0), **_decay},
            {"lr": 0.001},
            waits=1,
        ),
        Entry(
            AdamW8bit, (adamw_8bit,), "Dettmers et al. (2022)", "practice/memory",
            "AdamW of torch, its averages rounded to the nearest code",
            {**_betas, "block_size": (256, 4), "min_8bit_size": (4096, 0), **_decay},
            {"lr": 0.001},
            held=held_in_8_bits,
        ),
        Entry(
            GaLore, (galore,), "Zhao et al. (2024)", "modern/low_rank", "pytorch_optimizer.GaLore",
            {
                "betas": ((0.9, 0.999), (0.7, 0.95)), "eps": (1e-6, 1e-2), "rank": (128, 2),
                "update_proj_gap": (200, 10), "scale": (0.25, 1.0), **_decay,
            },
            {"lr": 0.001},
            "nonempty",
            half=False, decomposes=True, compared_on="given", held=held_in_low_rank,
        ),
        Entry(
            LBFGS, (two_loop,), "Nocedal (1980)", "classical/lbfgs", "torch.optim.LBFGS",
            {"line_search_fn": (None, "strong_wolfe"), "history_size": (100, 3), "max_iter": (20, 4)},
            {"max_eval": None, "tolerance_grad": 1e-7, "tolerance_change": 1e-9},
            "closure",
            grows_with="history_size",
            held=full_history,
        ),
        Entry(
            ASGD, (asgd,), "Polyak and Juditsky (1992)", "classical/averaging", "torch.optim.ASGD",
            {"lambd": (1e-4, 0.1), "alpha": (0.75, 0.5), "t0": (1e6, 100), **_decay, **_climb},
            {"lr": 0.01},
        ),
    )
}  # fmt: skip
"""The table, by class name, in the order of the book."""
