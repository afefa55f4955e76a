"""The exercises in design: which properties are asked for, hints, and one rule that has them."""

import difflib
from dataclasses import dataclass
from functools import cache

from .properties import Property, averages, breaks, descends, forgets, keeps, state, stops

PREFIX = "design-"

FORM = """Write the rule as a function. After `g, p` come states, which begin as zeros. Settings come after a star, with
defaults, and one of them is `lr`; if you ask for `t` there, it is the number of the step. Return the new `p`, then each
state. A guard against division by zero must be a setting with a default of at most 1e-6, because invariances are tried
with 1e-200 in its place. NumPy is there as `np`."""


@dataclass(frozen=True, repr=False)
class Task:
    """Properties to design a rule for.

    Attributes
    ----------
    name, title, level, minutes
        What it is called, one of the levels of the bank, and how long it may take.
    why : str
        What such a rule would be good for.
    properties : tuple of Property
    reference : str
        A rule that has them; others may, too.
    hints : tuple of three str
        Idea, equation, code.
    explanation : str
        Shown after a pass.
    next : str
    """

    name: str
    title: str
    level: str
    minutes: int
    why: str
    properties: tuple[Property, ...]
    reference: str
    hints: tuple[str, str, str]
    explanation: str
    next: str

    @property
    def starter(self) -> str:
        """Code to start from: gradient descent, which has too few of the properties."""
        return "def rule(g, p, *, lr=0.01):\n    return p - lr * g\n"

    @property
    def task(self) -> str:
        """What is asked for, as Markdown."""
        listed = "\n".join(f"- {one.title}." for one in self.properties)
        return f"{self.why.strip()}\n\n{listed}\n\n{FORM}"

    def __repr__(self) -> str:
        return f"<Task {self.name!r}>"


TASKS = (
    Task(
        "design-whole", "One length for all", "mid", 8,
        "A rule for someone who does not know how the loss is scaled, and whose coordinates have no meaning.",
        (keeps("gradient-scale"), keeps("rotation"), keeps("shift"), state(0), descends()),
        "def rule(g, p, *, lr=0.01):\n    return p - lr * g / np.sqrt((g * g).sum())\n",
        ("Of the gradient only the direction may count.", r"$\theta - \gamma\, g/\lVert g\rVert$",
         "`g / np.sqrt((g * g).sum())`"),
        "Normalized gradient descent. Without state, and in three or more dimensions, no other direction is invariant "
        "to the scale and to all rotations.",
        "design-each",
    ),
    Task(
        "design-each", "Adam's invariance for half of its state", "mid", 12,
        "Each coordinate's gradient may have a scale of its own, as in Adam, but there is memory for one array only.",
        (keeps("coordinate-scale"), state(1), averages(), stops(), descends()),
        "def rule(g, p, m, *, lr=0.01, beta=0.9, eps=1e-12):\n"
        "    m = beta * m + (1 - beta) * g\n"
        "    s = np.maximum(np.abs(m), np.abs(g))\n"
        "    return p - lr * np.where(m * g > 0, m, 0) / (s + eps), m\n",
        ("Remember the direction and take the scale from what is at hand; or take the scale out before you remember.",
         r"$m/\max(\lvert m\rvert, \lvert g\rvert)$ where $m g > 0$, or the average of $\mathrm{sign}(g)$",
         "`np.where(m * g > 0, m, 0) / (np.maximum(np.abs(m), np.abs(g)) + eps)`"),
        "The chapter Design an optimizer derives one such rule. An average of signs is another: it also cancels a "
        "factor of its own in each step, and follows the median of the gradients in place of their mean.",
        "design-per-step",
    ),
    Task(
        "design-per-step", "A loss whose scale jumps", "senior", 12,
        "The loss of each step has a factor of its own, and none of them is known. Noise has to be averaged.",
        (keeps("scale-over-time"), averages(), stops(), state(1), descends()),
        "def rule(g, p, m, *, lr=0.01, beta=0.9):\n"
        "    m = beta * m + (1 - beta) * np.sign(g)\n"
        "    return p - lr * m, m\n",
        ("The factor has to be gone before anything is remembered.",
         r"$m \leftarrow \beta m + (1-\beta)\,\mathrm{sign}(g)$", "`m = beta * m + (1 - beta) * np.sign(g)`"),
        "Normalize first, then average. Adam and Lion average first: one factor for the whole run cancels, one for "
        "each step does not.",
        "design-steady",
    ),
    Task(
        "design-steady", "Unmoved by spikes, and by axes", "senior", 15,
        "A rule for noisy gradients with an occasional spike, and no coordinate is special.",
        (keeps("gradient-scale"), keeps("rotation"), averages(), stops(), forgets(), state(1), descends()),
        "def rule(g, p, m, *, lr=0.01, beta=0.9, eps=1e-12):\n"
        "    m = beta * m + (1 - beta) * g / (np.sqrt((g * g).sum()) + eps)\n"
        "    return p - lr * m, m\n",
        ("A normalized gradient has no size for a spike to show in.",
         r"$m \leftarrow \beta m + (1-\beta)\, g/(\lVert g\rVert + \varepsilon)$",
         "`m = beta * m + (1 - beta) * g / (np.sqrt((g * g).sum()) + eps)`"),
        "Momentum of normalized gradients. The guard is needed for the first zero; with the order reversed, normalized "
        "momentum, the rule goes on at full speed when gradients vanish.",
        "design-fast",
    ),
    Task(
        "design-fast", "Faster than gradient descent", "senior", 12,
        "No coordinate is special, and the bowl has a condition number of 100, too much for gradient descent.",
        (keeps("rotation"), keeps("shift"), breaks("gradient-scale"), state(1), descends(100.0, 1e-4, 90)),
        "def rule(g, p, v, *, lr=0.01, mu=0.7):\n    v = mu * v + g\n    return p - lr * v, v\n",
        ("What remembers a direction without looking at coordinates?",
         r"$v \leftarrow \mu v + g$ with $\mu$ near $\left(\frac{\sqrt\kappa-1}{\sqrt\kappa+1}\right)^2$",
         "`v = mu * v + g`, and `mu=0.7`"),
        "The heavy ball. Its best coefficient for a condition number of 100 is 0.67, and with 0.9 it swings too long.",
        "design-units",
    ),
    Task(
        "design-units", "Each coordinate in its own unit", "staff", 15,
        "One weight is measured in meters, another one in seconds, and the loss in dollars. None of it may matter.",
        (keeps("own-units"), keeps("gradient-scale"), breaks("shift"), state(0), descends()),
        "def rule(g, p, *, lr=0.01):\n    return p - lr * np.abs(p) * np.sign(g)\n",
        ("A step must have the unit of its parameter. What in reach has it?",
         r"$\theta - \gamma\,\lvert\theta\rvert\,\mathrm{sign}(g)$", "`lr * np.abs(p) * np.sign(g)`"),
        "Relative steps, as multiplicative updates take them. The price is that zero is special: the shift does not "
        "hold, and no parameter can change its sign while the learning rate is below 1.",
        "design-matrix",
    ),
    Task(
        "design-matrix", "Rows and columns", "staff", 15,
        "The parameter is a matrix. Its rows and its columns may be rotated, but it is more than one long vector.",
        (keeps("rotation-rows-columns"), keeps("gradient-scale"), breaks("rotation"), state(0), descends()),
        "def rule(g, p, *, lr=0.01):\n"
        "    u, s, vt = np.linalg.svd(g, full_matrices=False)\n"
        "    return p - lr * u @ vt\n",
        ("Which factor of a matrix turns along with its rows and columns, and has no size?",
         r"$g = U S V^\top$, and the step is $U V^\top$", "`u @ vt` from `np.linalg.svd(g, full_matrices=False)`"),
        "The orthogonal factor of the gradient. Muon takes it of a momentum, and approximates it by Newton-Schulz.",
        "design-whole",
    ),
)  # fmt: skip


@cache
def tasks() -> tuple[Task, ...]:
    """All exercises in design, the easiest first."""
    return TASKS


def task(name: str) -> Task:
    """One of them, by its name in any case, with ``design-`` or without.

    Raises
    ------
    ValueError
        If there is none of that name; the message names those that are spelled like it.
    """
    plain = str(name).strip().lower().replace("_", "-")
    known = {one.name: one for one in TASKS}
    full = plain if plain.startswith(PREFIX) else PREFIX + plain
    if full not in known:
        close = difflib.get_close_matches(full, known, n=3) or list(known)
        raise ValueError(f"there is no exercise {name!r} in design; there is {', '.join(close)}")
    return known[full]
