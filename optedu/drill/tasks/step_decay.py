"""Write it: a decay at milestones."""

import random

from ..grader.call_probes import along, by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source


def step_decay(t, *, lr, milestones, gamma):
    return lr * gamma ** sum(t >= m for m in milestones)


COUNT = "sum(t >= m for m in milestones)"
RULE = r"\gamma_t = \gamma_0\, \gamma^{\#\{m \,:\, m \le t\}}"


def _drawn(draw: random.Random) -> Probe:
    milestones = [draw.randint(0, 10) for _ in range(draw.randint(0, 6))]
    lr, gamma = 2 * draw.random(), draw.choice([draw.random(), 1 + draw.random()])
    return along("", "", range(12), lr=lr, gamma=gamma, milestones=milestones)


EXERCISE = Exercise(
    name="step_decay",
    title="Decay at milestones",
    chapter="practice/schedules",
    level="basic",
    minutes=3,
    task="""
Write `step_decay(t, *, lr, milestones, gamma)`, the learning rate of step `t = 0, 1, 2, …`, a float.

- `milestones` is a list of steps. **At** each of them the rate is multiplied by `gamma`: step `m` is the first that
  has the new rate. (A milestone at 0 thus counts from the start.)
- The list must not be changed; it need not be sorted, and a milestone that stands there twice counts twice.
""",
    starter="""
def step_decay(t, *, lr, milestones, gamma):
    return ...
""",
    reference=source("drill/tasks/step_decay.py", "step_decay"),
    probes=(
        along("two milestones", "The steps before, at and after each one.",
              range(9), lr=0.8, milestones=[3, 5], gamma=0.1),
        along("unsorted, one twice", "Milestones as someone wrote them down.",
              range(8), lr=1.0, milestones=[6, 2, 6], gamma=0.5),
        along("from the start", "A milestone at step 0 holds from the first step, and three meet in one.",
              range(6), lr=0.6, milestones=[4, 0, 4, 2, 4], gamma=0.3),
        along("none", "Without milestones the rate stays.", range(3), lr=0.3, milestones=[], gamma=0.5),
        by_lot(_drawn),
    ),
    bugs=(
        Bug("one-late", "The rate changes one step after the milestone: the comparison is strict.", RULE,
            (("t >= m", "t > m"),)),
        Bug("one-early", "The rate changes one step before the milestone.", RULE, (("t >= m", "t + 1 >= m"),)),
        Bug("once-only", "Only the first milestone counts; the later ones change nothing.", RULE,
            ((COUNT, "any(t >= m for m in milestones)"),)),
        Bug("keeps-decaying", "After a milestone the rate is multiplied at every step, not once.", RULE,
            ((COUNT, "sum(max(0, t - m + 1) for m in milestones)"),)),
        Bug("at-milestone-only", "The rate is lower at the milestone alone and goes back after it.", RULE,
            (("t >= m", "t == m"),)),
        Bug("twice-counted-once", "A milestone named twice counts once: the list was made a set.", RULE,
            (("for m in milestones", "for m in set(milestones)"),)),
        Bug("sorted-assumed", "The search stops at the first milestone that is not reached: it takes the list as "
            "sorted.", RULE,
            ((COUNT, "next((k for k, m in enumerate(milestones) if t < m), len(milestones))"),)),
        Bug("product-for-power", "The factor is gamma times the count, not gamma to the power of it.", RULE,
            ((f"gamma ** {COUNT}", f"(gamma * {COUNT} or 1.0)"),)),
        Bug("divided", "The rate is divided by gamma: it rises.", RULE, (("lr * gamma **", "lr / gamma **"),)),
        Bug("bisected", "A search by halves needs a sorted list; this one need not be.", RULE,
            (("def step", "import bisect\n\n\ndef step"), (COUNT, "bisect.bisect_right(milestones, t)"),),
            others=((("def step", "import bisect\n\n\ndef step"), (COUNT, "bisect.bisect_left(milestones, t)")),)),
        Bug("periodic", "The rate decays every so many steps, as far apart as the first milestone is from the start.",
            RULE, ((COUNT, "(t // milestones[0] if milestones and milestones[0] else 0)"),)),
    ),
    hints=(
        "The rate depends on one whole number.",
        "How many milestones have been reached?",
        rf"${RULE}$",
        "`lr * gamma ** sum(t >= m for m in milestones)`",
    ),
    explanation="""
The closed form has no state: it can be asked for any step, after a restart too. torch's `MultiStepLR` multiplies the
current rate instead, so that it can be combined with other schedules; the two agree while nobody else changes it.
""",
    variants=(
        "Write the recurrence and show that both agree.",
        "A decay every `s` steps: which expression takes the place of the sum?",
    ),
    next="plateau",
    weak=(along("before and after", "The usual example.", (0, 10), lr=1.0, milestones=[5], gamma=0.1),),
    order=22,
)  # fmt: skip
