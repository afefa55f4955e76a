"""Who can take part in the race, and where: the data of the page, in the order in which it is shown."""

import inspect
import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from optedu.core.optimizer import keywords
from optedu.core.state import BY_RULE
from optedu.core.sweep import Rule
from optedu.lab.surfaces import Surface, beale, network, quadratic, ravine, reddi, rosenbrock, saddle
from optedu.lr_scheduler import WSDLR, WarmupCosineLR, WarmupLinearLR
from optedu.lr_scheduler.warmup import FactorLR
from optedu.zoo import ZOO


@dataclass(frozen=True)
class Entrant:
    """One who can take part.

    Attributes
    ----------
    key : str
        Its name in an address, and in the figures of the book.
    optimizer : str
        Its class, by name.
    start : dict
        Settings with which it begins, where not the defaults of the class.
    fixed : dict
        Settings that make it what it is, and are not to be changed. ``t`` may be among them.
    title, note : str
        What the page calls it, and says of it.
    """

    key: str
    optimizer: str
    start: dict[str, Any] = field(default_factory=dict)
    fixed: dict[str, Any] = field(default_factory=dict)
    title: str = ""
    note: str = ""

    def rule(self) -> tuple[Rule, dict[str, Any], dict[str, Any]]:
        """Its rule, the values of the rule's settings, and the initial state by argument of the rule.

        In the initial state a setting stands by its name, and "p" is the parameter: each setting
        gets a value of its own, which is then looked for in the state. Options are on, so that
        the state is there when the page switches them on.
        """
        cls = ZOO[self.optimizer].cls
        optimizer = cls([np.zeros(1)], **{**self.start, **{k: v for k, v in self.fixed.items() if k != "t"}})
        group = {name: optimizer.param_groups[0][name] for name in cls.settings}
        rule = optimizer.rule_for(group)
        where = np.full(1, np.pi)
        marked = {
            k: v if k in self.fixed or isinstance(v, tuple) else isinstance(v, bool) or math.e + i
            for i, (k, v) in enumerate(group.items())
        }
        names = {v: k for k, v in marked.items() if isinstance(v, float)}
        initial = {
            name: "p"
            if value is where
            else value
            if value is None or value is BY_RULE
            else names.get(value, float(value))
            for name, value in zip(
                arguments(rule)[2:], cls.initial_state(optimizer, where, marked).values(), strict=True
            )
        }
        wanted = {*keywords(rule), *(v for v in initial.values() if isinstance(v, str))} - {"p", "t"}
        return rule, {name: group[name] for name in group if name in wanted}, initial


def arguments(rule: Rule) -> list[str]:
    """Names of the gradient, the parameter and the states of a rule."""
    return [p.name for p in inspect.signature(rule).parameters.values() if p.kind is not p.KEYWORD_ONLY]


PLAIN = {"momentum": 0, "dampening": 0, "nesterov": False}
LOOKS_AHEAD = "Drawn is y, the point where gradients are taken. The answer is the average, which lies beside it."

ENTRANTS = (
    Entrant("SGD", "SGD", fixed=PLAIN),
    Entrant("momentum", "SGD", {"momentum": 0.9}, {"nesterov": False}),
    Entrant("Nesterov", "SGD", {"momentum": 0.9}, {"nesterov": True, "dampening": 0}),
    Entrant("Adagrad", "Adagrad"),
    Entrant("RMSprop", "RMSprop"),
    Entrant("Adadelta", "Adadelta"),
    Entrant("Rprop", "Rprop", note="The rate is the first step of each coordinate; then the signs decide."),
    Entrant("Adam", "Adam", fixed={"amsgrad": False, "decoupled_weight_decay": False}),
    Entrant(
        "uncorrected", "Adam", fixed={"amsgrad": False, "decoupled_weight_decay": False, "t": math.inf},
        title="Adam, uncorrected", note="Adam's rule, told that t is infinite: both corrections are then 1.",
    ),
    Entrant("AdamW", "AdamW", fixed={"amsgrad": False}),
    Entrant("AMSGrad", "Adam", fixed={"amsgrad": True, "decoupled_weight_decay": False}),
    Entrant("Adamax", "Adamax"),
    Entrant("NAdam", "NAdam"),
    Entrant("RAdam", "RAdam"),
    Entrant("AdaBelief", "AdaBelief"),
    Entrant("Yogi", "Yogi"),
    Entrant("Lion", "Lion"),
    Entrant("SGDScheduleFree", "SGDScheduleFree", title="SGD, schedule-free", note=LOOKS_AHEAD),
    Entrant("AdamWScheduleFree", "AdamWScheduleFree", title="AdamW, schedule-free", note=LOOKS_AHEAD),
    Entrant(
        "RAdamScheduleFree", "RAdamScheduleFree", title="RAdam, schedule-free",
        note=f"{LOOKS_AHEAD} The first four steps stand still, while the average of squares fills.",
    ),
    Entrant(
        "AdEMAMix", "AdEMAMix", fixed={"t_alpha_beta3": None},
        note="Of two averages the slow one, which starts at zero, remembers 10,000 steps. Here it has no warm-up.",
    ),
    Entrant("ADOPT", "ADOPT", note="The first gradient only starts the average of squares: there is no first step."),
    Entrant("ASGD", "ASGD", note="Drawn is the iterate. The answer is its average, the state ax, once t passes t0."),
)  # fmt: skip

ABSENT = {
    "they are for matrices": ["Muon", "Shampoo", "SOAP", "Kron", "GaLore"],
    "they look at a whole tensor": ["LARS", "LAMB", "Adafactor", "MARS"],
    "its estimate is one for all parameters": ["Prodigy"],
    "it asks for estimates of the curvature": ["Sophia"],
    "it asks for the loss again within a step": ["LBFGS"],
    "its gradients lack most rows": ["SparseAdam"],
    "two numbers it treats as AdamW does": ["AdamW8bit"],
}
"""Why optimizers of the zoo do not race, on a map where a point is two numbers; the page says it."""

RANGES: dict[str, tuple[str, float, float]] = {
    "lr": ("log", 1e-6, 100), "eps": ("log", 1e-16, 1), "t0": ("log", 1, 1e6),
    "momentum": ("decay", 0, 0.9999), "betas": ("decay", 0, 0.9999), "rho": ("decay", 0, 0.9999),
    "SGDScheduleFree momentum": ("decay", 0.1, 0.9999), "AdamWScheduleFree betas": ("decay", 0.1, 0.9999),
    "RAdamScheduleFree betas": ("decay", 0.1, 0.9999), "AdEMAMix alpha": ("linear", 0, 10),
    "RMSprop alpha": ("decay", 0, 0.9999), "ASGD alpha": ("linear", 0, 1), "dampening": ("linear", 0, 1),
    "weight_decay": ("zero", 1e-5, 1), "lr_decay": ("zero", 1e-5, 1), "momentum_decay": ("zero", 1e-4, 1),
    "lambd": ("zero", 1e-6, 1), "initial_accumulator_value": ("zero", 1e-6, 100),
    "initial_accumulator": ("zero", 1e-8, 100),
    "etas.0": ("linear", 0.05, 0.95), "etas.1": ("linear", 1.05, 2), "step_sizes.0": ("log", 1e-12, 1e-2),
    "step_sizes.1": ("log", 1e-2, 100), "warmup_steps": ("whole", 0, 200), "r": ("linear", 0, 4),
    "weight_lr_power": ("linear", 0, 4), "kappa": ("log", 1, 1000), "angle": ("linear", -90, 90), "b": ("log", 1, 1000),
    "width": ("log", 1e-3, 1), "slope": ("log", 1e-3, 1), "large": ("linear", 2.1, 8),
}  # fmt: skip
"""Scale and limits of a slider: "decay" is logarithmic in 1 - value, "zero" logarithmic with 0 below."""

NAMES = {"kappa": "condition number", "angle": "rotation (degrees)", "large": "large gradient", "b": "steepness b"}


@dataclass(frozen=True)
class Course:
    """A surface to race on: who starts there, for how many steps, and what there is to see.

    `line_up` is written as in an address. Where nothing else is meant, each rate is the best of the page's
    own search.
    """

    key: str
    surface: Surface
    line_up: str
    note: str
    window: tuple[float, float, float, float] | None = None
    steps: int = 200
    noise: float = 0.0
    sliders: tuple[str, ...] = ()
    title: str = ""
    box: tuple[float, float, float, float] | None = None


COURSES = (
    Course(
        "quadratic", quadratic(20, 20),
        "SGD;lr=0.056/momentum;lr=0.018/Nesterov;lr=0.056/Adagrad;lr=3.2/RMSprop;lr=0.1/Adam;lr=1.8",
        "Turn the bowl: methods with a rate for each coordinate notice, the others do not.",
        window=(-8.5, 12.5, -7.2, 8.55), sliders=("kappa", "angle"), title="Quadratic",
    ),
    Course(
        "rosenbrock", rosenbrock(),
        "SGD;lr=0.0018/momentum;lr=0.0018/Nesterov;lr=0.001/RMSprop;lr=0.032/Adam;lr=1",
        "Down into the valley is easy. Along its curved floor is the race.",
        window=(-2.2, 2.2, -0.9, 2.4), steps=600, sliders=("b",), title="Rosenbrock",
    ),
    Course(
        "beale", beale(), "SGD;lr=0.032/momentum;lr=0.0032/RMSprop;lr=0.18/Adam;lr=0.56",
        "Walls are steep and plateaus flat: one rate has to serve both.",
        window=(-0.6, 4.2, -1.6, 2.0), title="Beale",
    ),
    Course(
        "saddle", saddle(), "SGD;lr=0.56/momentum;lr=0.32/Adam;lr=0.32/Lion;lr=0.1",
        "The start is almost on the ridge. Who leaves the saddle, and how soon?",
        window=(-2, 2, -1.5, 1.5), steps=60, title="Saddle",
    ),
    Course(
        "ravine", ravine(), "SGD;lr=0.1/momentum;lr=0.1/Adagrad;lr=0.32/Adam;lr=0.18",
        "Two straight walls meet in a crease. What is right on the wall is too much at the bottom.",
        sliders=("width", "slope"), title="Ravine",
    ),
    Course(
        "bowl", quadratic(3), "SGD;lr=0.1/SGD;lr=0.01/momentum;lr=0.01/Adam;lr=0.3",
        "The gradients are noisy, with the same noise for all. A constant rate keeps its distance from the minimum: "
        "the smaller the rate, the smaller the distance, and the longer the way.",
        window=(-6, 12, -6.75, 6.75), steps=300, noise=5.0, sliders=("kappa", "angle"), title="Noisy bowl",
    ),
    Course(
        "reddi", reddi(),
        "SGD;lr=0.05/Adam;lr=0.05;betas.0=0;betas.1=0.1/AMSGrad;lr=0.05;betas.0=0;betas.1=0.1",
        "Both directions have the same mean slope. Across, it comes as one large gradient in three. "
        "Points are put back into the square. With a short memory Adam goes to the wrong side.",
        window=(-1.4, 1.4, -1.05, 1.05), steps=300, sliders=("large",), box=(-1, 1, -1, 1), title="Reddi's problem",
    ),
    Course(
        "network", network(), "SGD;lr=0.56/momentum;lr=0.0056/RMSprop;lr=0.32/Adam;lr=0.32",
        "Two weights, w·tanh(u·x). Both signs fit, so there are two valleys.",
        title="Tiny network",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Schedule:
    """A schedule of the learning rate, the same for all who take part, over the whole race.

    Attributes
    ----------
    key, title : str
        Its name in an address, and on the page.
    cls : type of FactorLR
        Whose factor it is; it ends at 0.
    warmup, decay : float
        Shares of the race's steps.
    """

    key: str
    title: str
    cls: type[FactorLR]
    warmup: float = 0.0
    decay: float = 0.0


SCHEDULES = (
    Schedule("linear", "linear to zero", WarmupLinearLR),
    Schedule("cosine", "cosine to zero", WarmupCosineLR),
    Schedule("warmup-cosine", "warm-up, cosine to zero", WarmupCosineLR, 0.1),
    Schedule("wsd", "warm-up, constant, to zero", WSDLR, 0.1, 0.2),
)
