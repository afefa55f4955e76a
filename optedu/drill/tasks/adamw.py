"""AdamW, from memory."""

from dataclasses import replace

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import probes, weak_probes
from . import adam

RULE = replace(adam.RULE, name="adamw")
REFERENCE = source("optim/adam.py", "adam", "adamw")

DECAY = "p = p - lr * weight_decay * p"
STEP = """\
return adam(
        g, p, m, v, v_max, t=t, lr=lr,
        betas=betas, eps=eps, weight_decay=0,
    )"""
SHRINK = r"\theta \leftarrow (1 - \gamma\lambda)\,\theta_{t-1}"
BUGS = (
    Bug(
        "coupled-decay",
        "The decay is added to the gradient, as L2, and then divided by √v like everything else. That is Adam with "
        "L2: weights with large gradients hardly decay. With g = 0, p = 2 and γ = λ = 0.1 it gives 1.90, not 1.98.",
        SHRINK,
        ((DECAY, "g = g + weight_decay * p"),),
    ),
    Bug("decay-ignored", "weight_decay has no effect.", SHRINK, ((DECAY, "pass"),)),
    Bug(
        "decay-without-lr",
        "The decay is not multiplied by the learning rate. The paper's algorithm has it so (scaled by the schedule "
        "alone), torch has the rate in it.",
        SHRINK,
        ((DECAY, "p = p - weight_decay * p"),),
        convention=True,
    ),
    Bug(
        "decay-after-step",
        "The parameter is shrunk after the step, so that the step is shrunk too, by a factor of 1 - γλ.",
        SHRINK,
        ((DECAY, "pass"), (STEP, STEP.replace("return", "p, *state =") + "\n    return (p - lr * weight_decay * p, "
            "*state)")),
    ),
    Bug("decay-sign", "The decay has the wrong sign: weights grow.", SHRINK, ((DECAY, DECAY.replace("-", "+")),)),
    Bug("decay-with-lr-squared", "The learning rate is multiplied into the decay twice.", SHRINK,
        ((DECAY, "p = p - lr * lr * weight_decay * p"),)),
    Bug("decay-doubled", "The decay is twice as strong: the 2 of the derivative of θ² came in.", SHRINK,
        ((DECAY, "p = p - 2 * lr * weight_decay * p"),)),
    Bug("decay-of-sign", "Every weight loses the same amount, as under L1, not the same fraction.", SHRINK,
        ((DECAY, "p = p - lr * weight_decay * sign(p)"),)),
    Bug("decay-twice", "The decay is applied to the parameter and added to the gradient as well.", SHRINK,
        (("eps=eps, weight_decay=0,", "eps=eps, weight_decay=weight_decay,"),),
        others=(((DECAY, "g = g + weight_decay * p\n    " + DECAY),),)),
    Bug(
        "decay-scaled",
        "The decay joins the numerator after the moments, and is then divided by √v: decoupled from the averages, "
        "but not from the scale.",
        SHRINK,
        ((DECAY, "pass"), ("eps=eps, weight_decay=0,", "eps=eps, weight_decay=weight_decay,"),
         ("    if weight_decay:\n        g = g + weight_decay * p\n", ""),
         ("p - lr * m_hat / (sqrt", "p - lr * (m_hat + weight_decay * p) / (sqrt")),
    ),
)  # fmt: skip

EXERCISE = Exercise(
    name="adamw",
    title="AdamW",
    chapter="adam/decoupled_decay",
    level="mid",
    minutes=10,
    task=task(
        RULE, "adamw", "AdamW",
        "Conventions, those of torch: first the parameter is shrunk by lr · weight_decay of itself, then it takes "
        "Adam's "
        "step, whose moments see the gradient alone. ε stands outside the root and after the correction.",
    ),
    starter="""def adamw(g, p, m, v, *, t, lr, betas, eps, weight_decay):
    ...
    return p, m, v
""",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=adam.MOMENTS + BUGS,
    hints=(
        "An L2 term in the gradient would be divided by √v. Keep the decay out of the gradient.",
        "With a zero gradient and no memory, the parameter should become (1 - γλ) times what it was.",
        r"$\theta_t = (1-\gamma\lambda)\,\theta_{t-1} - \gamma\,\hat m_t/(\sqrt{\hat v_t}+\epsilon)$",
        "`p = p - lr * weight_decay * p` in front, then Adam without decay.",
    ),
    explanation="Every weight shrinks at the same relative rate γλ, whatever its gradients. Under Adam with L2 "
    "the rate depends on √v: that is the whole difference, and it is invisible without decay.",
    variants=("Write the paper's form, where the schedule scales the decay but the rate does not.",
              "Leave biases and gains out of the decay: exercise `param_groups`."),
    next="amsgrad",
    as_class=class_form(RULE, "AdamW", REFERENCE, adam.MOMENTS + BUGS, "(0.0, 0.0)", "adamw"),
    weak=weak_probes(RULE),
    order=2,
)  # fmt: skip
