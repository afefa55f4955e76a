"""Write it: go on where a run was interrupted."""

import random
from collections.abc import Iterator
from typing import Any

from ..grader.call_probes import by_lot
from ..grader.exercise_form import Bug, Exercise, Probe, source


def resume(old, new):
    for mine, theirs in zip(new.weights, old.weights, strict=True):
        mine[:] = theirs
    new.m, new.v = [list(m) for m in old.m], [list(v) for v in old.v]
    new.t, new.lr, new.position = old.t, old.lr, old.position
    new.rng.setstate(old.rng.getstate())


class Run:
    """A small training run with Adam, a decaying rate, data in order, and noise."""

    DATA = (1.0, -2.0, 0.5, 3.0, -1.0)

    def __init__(self, weights: list[list[float]], seed: int) -> None:
        self.weights = weights  # the model holds the same lists
        self.m = [[0.0] * len(w) for w in weights]
        self.v = [[0.0] * len(w) for w in weights]
        self.t, self.lr, self.position = 0, 0.1, 0
        self.rng = random.Random(seed)

    def step(self) -> None:
        """One step of Adam on a noisy quadratic around the next number of the data."""
        target = self.DATA[self.position % len(self.DATA)]
        self.t, self.position = self.t + 1, self.position + 1
        for w, m, v in zip(self.weights, self.m, self.v, strict=True):
            for i, x in enumerate(w):
                g = x - target + self.rng.gauss(0.0, 1.0)
                m[i] += 0.1 * (g - m[i])
                v[i] += 0.01 * (g * g - v[i])
                w[i] = x - self.lr * m[i] / (1 - 0.9**self.t) / ((v[i] / (1 - 0.99**self.t)) ** 0.5 + 1e-8)
        self.lr *= 0.95


def _probe(name: str, why: str, before: int, after: int, both: bool = False, warm: int = 0) -> Probe:
    """Runs `old`, resumes `new`, and steps it; with `both`, `old` goes on between its steps."""

    def run(function: Any) -> Iterator[tuple[str, Any]]:
        old, model = Run([[1.0, -2.0], [0.5]], seed=1), [[0.0, 0.0], [9.0]]
        new = Run(list(model), seed=2)
        for _ in range(before):
            old.step()
        for _ in range(warm):
            new.step()
        function(old, new)
        yield "the model, right after", model
        for k in range(1, after + 1):
            if both:
                old.step()
                yield f"{k} steps later, the old run's weights", old.weights
            new.step()
            yield f"{k} steps later, the model", model

    return Probe(name, why, run)


SAME = r"(\theta, m, v, t, \gamma, \text{data}, \text{rng})_{\text{new}} = (\theta, m, v, t, \gamma, \text{data}, " \
       r"\text{rng})_{\text{old}}"  # fmt: skip
MODEL = r"\theta_{\text{new}} \text{ is what the model holds}"
APART = r"\text{new and old share nothing}"
COUNTERS = "new.t, new.lr, new.position = old.t, old.lr, old.position"
MOMENTS = "new.m, new.v = [list(m) for m in old.m], [list(v) for v in old.v]"
WEIGHTS = "    for mine, theirs in zip(new.weights, old.weights, strict=True):\n        mine[:] = theirs"
RNG = "new.rng.setstate(old.rng.getstate())"


def _drawn(draw: random.Random) -> Probe:
    return _probe("", "", draw.randint(0, 60), 5, draw.random() < 0.5, draw.randint(0, 9))


EXERCISE = Exercise(
    name="resume",
    title="Resume a run",
    chapter="practice/training_step",
    level="mid",
    minutes=8,
    task="""
Write `resume(old, new)`. Both are training runs with Adam; `new` was just built, with other weights. Change `new` so
that it goes on **exactly** as `old` would, digit by digit. What you return is not used. A run has

- `weights`, a list of lists of floats. The model holds the **same inner lists**: what is not in them, it does not see.
- `m` and `v`, the moments, of the same shape. The run changes their inner lists in place.
- `t`, the number of steps; `lr`, the learning rate now, which the schedule multiplies by a factor at each step;
  `position`, the place in the data.
- `rng`, a `random.Random`, from which the noise comes. (`getstate()` returns its state, `setstate(state)` sets it.)

`old` may go on afterwards: neither run must notice the other.
""",
    starter="""
def resume(old, new):
    ...
""",
    reference=source("drill/tasks/resume.py", "resume"),
    probes=(
        _probe("a few steps later", "The resumed run against the one that was not interrupted.", 4, 5),
        _probe("far into the run", "Late, bias correction is nearly one, and the rate is no longer the first.", 40, 5),
        _probe("at the very start", "Nothing has happened yet: only weights and noise differ.", 0, 3),
        _probe("both go on", "Runs that share a list or a generator disturb each other.", 3, 4, both=True),
        _probe("a run that has begun", "What is left of the new run's own steps must be overwritten.", 6, 4, warm=3),
        by_lot(_drawn, runs=8),
    ),
    bugs=(
        Bug("weights-forgotten", "The weights are not taken over: only the optimizer's state is.", SAME,
            ((WEIGHTS, "    pass"),)),
        Bug("weights-rebound", "New lists are put in place of the old ones. The optimizer trains them, and the model "
            "keeps what it had.", MODEL, ((WEIGHTS, "    new.weights = [list(w) for w in old.weights]"),)),
        Bug("weights-shared", "The new run gets the very lists of the old one: two runs train the same weights, and "
            "the model sees none of it.", APART, ((WEIGHTS, "    new.weights = old.weights"),)),
        Bug("everything-shared", "The new run gets the attributes of the old one, not copies: they are one run with "
            "two names, and the model holds other lists.", APART, ((WEIGHTS, "    new.__dict__ = old.__dict__"),),
            others=(((WEIGHTS, "    new.__dict__.update(old.__dict__)"), (MOMENTS, "pass"), (COUNTERS, "pass"),
                     (RNG, "pass")),)),
        Bug("moments-forgotten", "The moments start at zero while the count goes on: the correction does not fit.",
            SAME, ((MOMENTS, "new.m, new.v = [[0.0] * len(m) for m in old.m], [[0.0] * len(v) for v in old.v]"),)),
        Bug("m-forgotten", "The first moment is not taken over.", SAME,
            ((MOMENTS, "new.v = [list(v) for v in old.v]"),)),
        Bug("v-forgotten", "The second moment is not taken over: the next steps are far too long.", SAME,
            ((MOMENTS, "new.m = [list(m) for m in old.m]"),)),
        Bug("moments-swapped", "First and second moment are swapped.", SAME,
            ((MOMENTS, "new.v, new.m = [[abs(x) for x in m] for m in old.m], [list(v) for v in old.v]"),)),
        Bug("moments-shared", "Both runs hold the same lists of moments (a shallow copy shares the inner ones too): "
            "each step of one changes the other.", APART, ((MOMENTS, "new.m, new.v = list(old.m), list(old.v)"),)),
        Bug("count-forgotten", "The number of steps is not taken over: full moments are corrected as if they were "
            "young, and the next steps have the wrong length.", SAME,
            ((COUNTERS, "new.lr, new.position = old.lr, old.position"),)),
        Bug("count-off-by-one", "The number of steps is one too large: the checkpoint is read as *the next step*.",
            SAME, ((COUNTERS, COUNTERS.replace("= old.t", "= old.t + 1")),)),
        Bug("rate-forgotten", "The learning rate starts anew: after the restart the steps are as long as at first.",
            SAME, ((COUNTERS, "new.t, new.position = old.t, old.position"),)),
        Bug("data-from-start", "The place in the data is forgotten: the epoch begins again, and its first examples are "
            "seen more often.", SAME, ((COUNTERS, "new.t, new.lr = old.t, old.lr"),)),
        Bug("data-skipped", "The place in the data is one too far: a batch is skipped at each restart.", SAME,
            ((COUNTERS, COUNTERS + " + 1"),)),
        Bug("generator-forgotten", "The state of the random generator is not taken over: other noise, other dropout "
            "masks.", SAME, ((f"    {RNG}\n", ""),)),
        Bug("generator-reseeded", "The generator is seeded, not restored: it repeats numbers that were drawn already.",
            SAME, ((RNG, "new.rng.seed(1)"),)),
        Bug("generator-shared", "Both runs draw from one generator: each takes numbers away from the other.", APART,
            ((RNG, "new.rng = old.rng"),)),
        Bug("a-new-run", "A copy is made and returned, but the run that was handed over is not changed.", SAME,
            ((WEIGHTS, "    import copy\n\n    new = copy.deepcopy(old)\n" + WEIGHTS),)),
        Bug("moments-kept", "The moments are not taken over: those of the new run stay.", SAME, ((MOMENTS, "pass"),)),
        Bug("m-and-v-exchanged", "m is taken for v and v for m.", SAME,
            ((MOMENTS, "new.v, new.m = [list(m) for m in old.m], [list(v) for v in old.v]"),)),
        Bug("seeded-with-count", "The generator is seeded with the number of steps: other numbers than the old run's.",
            SAME, ((RNG, "new.rng.seed(old.t)"),)),
    ),
    hints=(
        "Write down everything that the next step reads.",
        "Weights in place, moments as copies, three numbers, one generator.",
        rf"${SAME}$",
        "`for mine, theirs in zip(new.weights, old.weights): mine[:] = theirs`",
    ),
    explanation="""
The next step depends on more than the weights. Forgetting the moments or the count is seen as a bump of the loss
after each restart; forgetting the data or the generator is seen by nobody, and the run can never be repeated. Test
it as it is done here: an interrupted run must equal the unbroken one to the last digit. In a framework the same list
is: model, optimizer, scheduler, loss scaler, sampler, generators.
""",
    variants=(
        "Write to a file such that a crash in the middle of writing does not cost the previous checkpoint.",
        "Resume on another number of workers: which parts of the state must change?",
    ),
    next="warmup_cosine",
    in_place=True,
    weak=(_probe("right after", "The usual example.", 4, 0),),
    order=10,
)  # fmt: skip
