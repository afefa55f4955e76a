"""AMSGrad, from memory."""

from dataclasses import replace

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import probes, weak_probes
from . import adam

RULE = replace(
    adam.RULE, name="amsgrad", returns=("p", "m", "v", "v_max"), state=lambda settings: (0.0, 0.0, 0.0)
)  # fmt: skip
REFERENCE = (
    source("optim/adam.py", "adam")
    + '''

def amsgrad(g, p, m, v, v_max, *, t, lr, betas, eps, weight_decay):
    """One step of AMSGrad: Adam with a maximum."""
    return adam(g, p, m, v, v_max, t=t, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
'''
)
MAXIMUM, KEPT = "v_max = maximum(v_max, v)", r"v^{\max}_t = \max(v^{\max}_{t-1},\, v_t)"
SHARED = (
    "m-not-corrected",
    "v-not-corrected",
    "t-from-zero",
    "betas-swapped",
    "eps-inside-root",
    "eps-hat",
    "eps-missing",
)
BUGS = (
    Bug(
        "max-of-corrected",
        "The maximum is taken over the corrected second moment and not corrected again. Optax does it so; torch takes "
        "the maximum first. They differ after an early spike.",
        KEPT + r",\quad \hat v_t = v^{\max}_t/(1-\beta_2^t)",
        ((MAXIMUM, "v_max = maximum(v_max, v / (1 - b2**t))"), (adam.V_HAT, "v_used")),
        convention=True,
    ),
    Bug(
        "no-bias-correction",
        "Neither moment is corrected. The paper's algorithm has no correction; torch has it.",
        r"\hat v_t = v^{\max}_t/(1-\beta_2^t)",
        ((adam.M_HAT, "m"), (adam.V_HAT, "v_used")),
        convention=True,
    ),
    Bug("max-not-used", "The maximum is not used, not kept from step to step, or decays with β₂ itself, "
        "which v never falls below: this is Adam.", KEPT,
        (("v if v_max is None else v_max", "v + 0 * v_max"),)),
    Bug("minimum", "The smaller of the two is kept; the maximum never leaves zero.", KEPT,
        ((MAXIMUM, "v_max = where(v_max < v, v_max, v)"),)),
    Bug("max-into-v", "The maximum replaces the average itself, which then decays from it.", KEPT,
        ((MAXIMUM, "v = v_max = maximum(v_max, v)"),)),
    Bug("max-of-squares", "The maximum is over single squared gradients, not over their average.", KEPT,
        ((MAXIMUM, "v_max = maximum(v_max, g * g)"),)),
    Bug("max-before-update", "The maximum is taken before the average has seen the new gradient.", KEPT,
        ((adam.AVERAGE_V, "v_max, v = maximum(v_max, v), b2 * v + (1 - b2) * g * g"), (MAXIMUM, "pass"))),
    *(bug for bug in adam.MOMENTS if bug.name in SHARED),
    *adam.COUPLED,
)  # fmt: skip

EXERCISE = Exercise(
    name="amsgrad",
    title="AMSGrad",
    chapter="adam/amsgrad",
    level="senior",
    minutes=10,
    task=task(
        RULE, "amsgrad", "AMSGrad",
        "Conventions, those of torch: the maximum is of the *uncorrected* second moment; it is corrected with "
        "$1-\\beta_2^t$ "
        "when it is used. The rest is Adam: ε outside the root, `weight_decay` an L2 term in the gradient.",
    ),
    starter="""def amsgrad(g, p, m, v, v_max, *, t, lr, betas, eps, weight_decay):
    ...
    return p, m, v, v_max
""",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam forgets a rare large gradient, and its effective rate grows again. Do not let it grow.",
        "One more state: the largest second moment seen so far. v itself goes on as before.",
        f"${KEPT}$, and $v^{{\\max}}_t$ takes the place of $v_t$ in $\\hat v_t$.",
        "`v_max = maximum(v_max, v)`, then `v_hat = v_max / (1 - b2**t)`.",
    ),
    explanation="The effective rate can no longer rise, but for the correction. The price is one more number for each "
    "parameter, and that one spike is remembered for ever.",
    variants=("Take the maximum over the corrected moment. On which gradients do both agree?",),
    next="adamax",
    as_class=class_form(RULE, "AMSGrad", REFERENCE, BUGS, "(0.0, 0.0, 0.0)", "amsgrad"),
    weak=weak_probes(RULE),
    order=3,
)  # fmt: skip
