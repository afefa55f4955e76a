"""LAMB, from memory. Its norm is of a whole tensor, so this one needs arrays."""

from ..grader.class_bugs import class_form, task
from ..grader.exercise_form import Bug, Exercise, source
from ..grader.rule_probes import Rule, probes, weak_probes

RULE = Rule(
    "lamb",
    settings=dict(lr=0.1, betas=(0.9, 0.999), eps=1e-6, weight_decay=0.0),
    unusual=dict(betas=(0.7, 0.9)),
    returns=("p", "m", "v"),
    state=lambda settings: (0.0, 0.0),
    counts=True,
    whole=True,
)
REFERENCE = source("optim/lars.py", "norm") + "\n\n" + source("optim/lamb.py", "lamb")
M_HAT, V_HAT, DECAY = "m_hat = m / (1 - b1**t)", "v_hat = v / (1 - b2**t)", "    r = r + weight_decay * p\n"
TRUST, NORM = "trust = p_norm / r_norm", "float(np.linalg.norm(x))"
AVERAGE_M = "m = m + (1 - b1) * (g - m)"
R = r"r_t = \hat m_t/(\sqrt{\hat v_t}+\epsilon) + \lambda\,\theta_{t-1}"
STEP = r"\theta_t = \theta_{t-1} - \gamma\,\frac{\lVert\theta_{t-1}\rVert}{\lVert r_t\rVert}\,r_t"
BUGS = (
    Bug("no-trust-ratio", "The trust ratio is missing: this is AdamW.", STEP,
        ((f"    if p_norm and r_norm:\n        {TRUST}\n", ""),)),
    Bug("ratio-upside-down", "The trust ratio is inverted: layers with large weights move least.", STEP,
        ((TRUST, "trust = r_norm / p_norm"),)),
    Bug("ratio-clipped", "The trust ratio is not allowed above 1. Some implementations clip it; the paper's "
        "identity does not.",
        STEP, ((TRUST, "trust = min(p_norm / r_norm, 1.0)"),), convention=True),
    Bug("norm-clamped", "The norm of the parameter is limited to 10, as in early code of the authors; the task "
        "knows no "
        "limit.", STEP, ((TRUST, "trust = min(p_norm, 10.0) / r_norm"),),
        convention=True,
        others=(((TRUST, "trust = min(p_norm / r_norm, 10.0)"),),)),
    Bug("spectral-norm", "`np.linalg.norm(x, 2)` of a matrix is its largest singular value, not the norm of its "
        "entries.", r"\lVert x\rVert = \sqrt{\textstyle\sum_i x_i^2}",
        ((NORM, "float(np.linalg.norm(x, 2) if np.ndim(x) == 2 else np.linalg.norm(x))"),)),
    Bug("norm-by-row", "The norms are taken along the last axis: each row of a matrix gets a ratio of its own.", STEP,
        ((NORM, "np.linalg.norm(x, axis=-1, keepdims=True) if np.ndim(x) > 1 else np.linalg.norm(x)"),
         ("if p_norm and r_norm:", "if True:"),
         (TRUST, "trust = np.where((p_norm > 0) & (r_norm > 0), p_norm / np.where(r_norm > 0, r_norm, 1.0), 1.0)"))),
    Bug("ratio-of-everything", "The ratio multiplies the parameter, too.", STEP,
        (("return p - lr * trust * r", "return trust * (p - lr * r)"),)),
    Bug("ratio-by-entry", "The ratio is taken entry by entry; it belongs to the whole layer.", STEP,
        ((TRUST, "trust = abs(p) / abs(r)"),)),
    Bug("zero-norm-stops", "Where a norm is zero the ratio is zero: a layer that starts at zero stays there.",
        r"\lVert\theta\rVert = 0 \Rightarrow \text{ratio} = 1", (("trust = 1.0", "trust = 0.0"),),
        others=(((f"    if p_norm and r_norm:\n        {TRUST}", "    trust = np.float64(p_norm) / r_norm"),),)),
    Bug("sum-norm", "The norm is the sum of sizes, not the Euclidean one.",
        r"\lVert x\rVert = \sqrt{\textstyle\sum_i x_i^2}", ((NORM, "float(abs(x).sum())"),)),
    Bug("squared-norm", "The root of the norm is missing.", r"\lVert x\rVert = \sqrt{\textstyle\sum_i x_i^2}",
        ((NORM, "float((x * x).sum())"),)),
    Bug("norm-of-gradient", "The ratio divides by the norm of the gradient: that is LARS.", STEP,
        (("norm(p), norm(r)", "norm(p), norm(g)"),)),
    Bug("decay-outside-ratio", "The decay is added after the ratio, so its size does not count in the norm.", R,
        ((DECAY, ""), ("lr * trust * r", "lr * (trust * r + weight_decay * p)"))),
    Bug("decay-in-gradient", "The decay enters the gradient, and so the moments.", R,
        ((DECAY, ""), ("b1, b2 = betas", "b1, b2 = betas\n    g = g + weight_decay * p"))),
    Bug("decay-ignored", "weight_decay has no effect.", R, ((DECAY, ""),)),
    Bug("decay-before-norm", "The parameter is shrunk first, and the ratio is of the shrunk one.", STEP,
        ((DECAY, ""), ("b1, b2 = betas", "b1, b2 = betas\n    p = p - lr * weight_decay * p"))),
    Bug("no-bias-correction", "The moments are not corrected. Some implementations leave that out; "
        "the ratio hides most of it, but for ε and the decay.", R,
        ((M_HAT, "m_hat = m"), (V_HAT, "v_hat = v")), convention=True),
    Bug("m-not-corrected", "The first moment is not corrected; only beside the decay does it show.", R,
        ((M_HAT, "m_hat = m"),)),
    Bug("eps-inside-root", "ε stands under the root.", R, (("(sqrt(v_hat) + eps)", "sqrt(v_hat + eps)"),)),
    Bug("betas-swapped", "The two decays are unpacked in the wrong order.", r"(\beta_1, \beta_2) = (0.9,\ 0.999)",
        (("b1, b2 = betas", "b2, b1 = betas"),)),
    Bug("climbs", "The step has the wrong sign: it climbs.", STEP, (("return p - lr", "return p + lr"),)),
)  # fmt: skip

EXERCISE = Exercise(
    name="lamb",
    title="LAMB",
    chapter="modern/lars_lamb",
    level="senior",
    minutes=10,
    task=task(
        RULE, "lamb", "LAMB",
        "Conventions, those of the paper: both moments are corrected; ε stands outside the root; the decay is part "
        "of the "
        "direction, before its norm is taken; norms are Euclidean, over the whole tensor; the ratio is 1 where one "
        "of the "
        "two is zero.",
    ),
    starter="def lamb(g, p, m, v, *, t, lr, betas, eps, weight_decay):\n    ...\n    return p, m, v\n",
    reference=REFERENCE,
    probes=probes(RULE),
    bugs=BUGS,
    hints=(
        "Adam's direction, but the length of a step is a fixed fraction of the layer's weights.",
        "Divide the direction by its norm and multiply by that of the parameter.",
        f"${R}$, then ${STEP}$",
        "`trust = p_norm / r_norm if p_norm and r_norm else 1.0`, then `p - lr * trust * r`",
    ),
    explanation="Without decay a common factor of the direction cancels in the ratio: that is why many wrong LAMBs "
    "train "
    "as well as the right one.",
    variants=("Write LARS: which norm is divided by, and where does the momentum come in?",),
    next="clip_norm",
    as_class=class_form(RULE, "LAMB", REFERENCE, BUGS, "(0.0, 0.0)", "lamb"),
    weak=weak_probes(RULE),
    order=2,
)  # fmt: skip
