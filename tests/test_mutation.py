"""The checks bite: a rule broken on purpose turns the hand-worked numbers, the comparison with torch and a chapter red.

Each mutant is put into a copy of the package. Run the chapters' half alone with ``-k notebook``,
the quick half with ``-k "not notebook"``. That the comparison with torch notices a mutant of a *rule* is
seen in test_mutants.py, in one process; here it is asked where the mistake is not in a rule. Of the
mutants of one chapter the first is tried in the gate, the others at night.
"""

import inspect
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import test_mutants
from sampling import one_in

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Mutant:
    """A mistake, and who has to notice it.

    `hand` and `torch` select tests of test_rules.py and test_parity.py (as ``-k`` does),
    `chapter` is a notebook below book/.
    """

    name: str
    file: str
    old: str
    new: str
    hand: str
    torch: str
    chapter: str


ADAM = dict(file="optim/adam.py", hand="Adam", torch="test_grid and Adam-quadratic and not (NAdam or RAdam or float32)")
SGD = dict(file="optim/sgd.py", hand="SGD", torch="test_grid and SGD-quadratic and not (ASGD or float32)")
ADAGRAD = dict(file="optim/adagrad.py", hand="Adagrad", torch="test_grid and Adagrad-quadratic and not float32")
RMSPROP = dict(file="optim/rmsprop.py", hand="RMSprop", torch="test_grid and RMSprop-quadratic and not float32")

MUTANTS = [
    Mutant(
        "Adam: eps inside the root", **ADAM, chapter="adam/bias_correction",
        old="(sqrt(v_hat) + eps)", new="sqrt(v_hat + eps)",
    ),
    Mutant(
        "Adam: no correction", **ADAM, chapter="adam/bias_correction",
        old="""\
    m_hat = m / (1 - b1**t)
    v_hat = v_used / (1 - b2**t)
""",
        new="""\
    m_hat = m
    v_hat = v_used
""",
    ),
    Mutant(
        "Adam: first moment not corrected", **ADAM, chapter="adam/bias_correction",
        old="m / (1 - b1**t)", new="m",
    ),
    Mutant(
        "Adam: second moment not corrected", **ADAM, chapter="adam/bias_correction",
        old="v_used / (1 - b2**t)", new="v_used",
    ),
    Mutant(
        "no t += 1", file="core/optimizer.py", chapter="adam/bias_correction", hand="Adam",
        torch=ADAM["torch"],
        old='            state["step"] += 1\n', new="            pass\n",
    ),
    Mutant(
        "t stays 1", file="core/optimizer.py", chapter="adam/bias_correction", hand="Adam",
        torch=ADAM["torch"],
        old='state["step"] += 1', new='state["step"] = 1',
    ),
    Mutant(
        "AdamW: coupled decay", **{**ADAM, "hand": "AdamW", "torch": "test_grid and AdamW-quadratic and not float32"},
        chapter="adam/decoupled_decay",
        old="""\
    p = p - lr * weight_decay * p
    return adam(
        g, p, m, v, v_max, t=t, lr=lr,
        betas=betas, eps=eps, weight_decay=0,
    )  # fmt: skip
""",
        new="    return adam(g, p, m, v, v_max, t=t, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)\n",
    ),
    Mutant(
        "AMSGrad: maximum after the correction", **ADAM, chapter="adam/amsgrad",
        old="""\
        v_max = maximum(v_max, v)
    v_used = v if v_max is None else v_max
    m_hat = m / (1 - b1**t)
    v_hat = v_used / (1 - b2**t)
""",
        new="""\
        v_max = maximum(v_max, v / (1 - b2**t))
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t) if v_max is None else v_max
""",
    ),
    Mutant(
        "SGD: dampening on the first step", **SGD, chapter="momentum/heavy_ball",
        old="buf = g\n", new="buf = (1 - dampening) * g\n",
    ),
    Mutant(
        # torch agrees as long as the learning rate stays what it is
        "SGD: lr inside the velocity", **{**SGD, "torch": "changes_mid_run and SGD-lr"}, chapter="momentum/heavy_ball",
        old="""\
        buf = g
    elif momentum:
        buf = momentum * buf + (1 - dampening) * g
    if momentum and nesterov:
        g = g + momentum * buf
    elif momentum:
        g = buf
""",
        new="""\
        buf = lr * g
    elif momentum:
        buf = momentum * buf + (1 - dampening) * lr * g
    if momentum:
        return p - (lr * g + momentum * buf if nesterov else buf), buf
""",
    ),
    Mutant(
        "SGD: Nesterov without look-ahead", **SGD, chapter="momentum/nesterov",
        old="g = g + momentum * buf", new="g = buf",
    ),
    Mutant(
        "Adagrad: eps inside the root", **ADAGRAD, chapter="adaptive/adagrad",
        old="(sqrt(total) + eps)", new="sqrt(total + eps)",
    ),
    Mutant(
        "Adagrad: lr_decay one step early", **ADAGRAD, chapter="adaptive/adagrad",
        old="(t - 1) * lr_decay", new="t * lr_decay",
    ),
    Mutant(
        "RMSprop: eps inside the root", **RMSPROP, chapter="adaptive/rmsprop",
        old="(sqrt(spread) + eps)", new="sqrt(spread + eps)",
    ),
    Mutant(
        "RMSprop: centered without subtraction", **RMSPROP, chapter="adaptive/rmsprop",
        old="spread = v - mean * mean", new="spread = v",
    ),
    Mutant(
        "RMSprop: lr inside the velocity", **{**RMSPROP, "torch": "changes_mid_run and RMSprop-lr"},
        chapter="adaptive/rmsprop",
        old="        step = buf = momentum * buf + step\n",
        new="        buf = momentum * buf + lr * step\n        return p - buf, v, buf, mean\n",
    ),
]  # fmt: skip


def with_one_mutant(file):
    """The texts of a file of the package, each with one of the mutants of test_mutants.py."""
    text = (ROOT / "optedu" / file).read_text()
    for name, pairs in test_mutants.MUTANTS.items():
        rule = inspect.getsource(test_mutants.function(name))
        yield from (text.replace(rule, rule.replace(old, new, 1)) for old, new in pairs if rule in text)


def mutated_text(mutant):
    source = (ROOT / "optedu" / mutant.file).read_text()
    assert source.count(mutant.old) == 1, f"{mutant.file} does not contain exactly once:\n{mutant.old}"
    return source.replace(mutant.old, mutant.new)


TORCH_NOTICES = [m for m in MUTANTS if mutated_text(m) in with_one_mutant(m.file)]
"""Those that test_mutants.py holds against torch."""
FIRST = {m.chapter: m for m in reversed(MUTANTS)}
"""Of each chapter."""


def copy_of_package(where, mutant=None):
    """The package, with what its tests need, below `where`; with one text replaced."""
    for folder in ("optedu", "tests"):
        shutil.copytree(ROOT / folder, where / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", where)
    (where / "tools/dev").mkdir(parents=True)
    for name in ("arithmetic.py", "arithmetic.env"):
        shutil.copy(ROOT / "tools/dev" / name, where / "tools/dev")
    if mutant:
        (where / "optedu" / mutant.file).write_text(mutated_text(mutant))
    return where


def environment(where):
    """A process with it sees the copy, and not the installed package; of pytest's plugins only those it names."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    own = {"PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return {**kept, **own}


def run_in(where, *command):
    """A Python process in the copy."""
    return subprocess.run([sys.executable, *command], cwd=where, env=environment(where), capture_output=True, text=True)


# Most of a run would be spent on importing torch: a process that has done so, and knows nothing of
# the package, divides itself for each copy, and says with what status pytest ended there.
DIVIDES = """\
import json, os, sys
import hypothesis, matplotlib.pyplot, numpy, pytest, torch
torch.optim.SGD([torch.zeros(1)])  # the first one imports the rest of torch
for line in sys.stdin:
    where, options = json.loads(line)
    if child := os.fork():
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
    else:
        os.chdir(where)
        sys.path.insert(0, where)
        said = os.open("said.txt", os.O_WRONLY | os.O_CREAT)
        os.dup2(said, 1), os.dup2(said, 2)
        status = pytest.main(options)
        sys.stdout.flush()
        os._exit(status)
"""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """The process that divides itself."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    pipes = dict(stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
    with subprocess.Popen([sys.executable, "-c", DIVIDES], cwd=nowhere, env=environment(nowhere), **pipes) as process:
        yield process
        process.stdin.close()


def pytest_options(where):
    """Not the project's own."""
    return ["-q", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", str(where)]


def run_suites(process, where, suites, *mutants):
    """What the tests that have to notice these mutants, in these files, say in the copy; and the exit status."""
    chosen = {f"(test_rules and {m.hand}) or (test_parity and {m.torch})" for m in mutants}
    files = [f"tests/{suite}.py" for suite in suites]
    options = [*pytest_options(where), *files, "-k", " or ".join(sorted(chosen))]
    print(json.dumps([str(where), options]), file=process.stdin)
    status, said = int(process.stdout.readline()), (where / "said.txt").read_text()
    assert status in (0, 1), said  # 5 means that nothing was selected
    return status, said


@pytest.mark.parametrize("mutant", one_in(2, [pytest.param(m, id=m.name) for m in MUTANTS]))
def test_mutant_is_noticed(mutant, tmp_path, imported):
    """By the numbers worked out by hand, and by torch."""
    suites = ("test_rules", "test_parity") if mutant not in TORCH_NOTICES else ("test_rules",)
    _, said = run_suites(imported, copy_of_package(tmp_path, mutant), suites, mutant)
    for suite in suites:
        assert f"FAILED tests/{suite}.py::" in said, f"{suite} did not notice\n{said}"


def test_unchanged_copy_passes(tmp_path, imported):
    """Otherwise a failure would prove nothing."""
    status, said = run_suites(imported, copy_of_package(tmp_path), ("test_rules", "test_parity"), *MUTANTS)
    assert status == 0 and " passed" in said, said


def test_copy_is_what_runs(tmp_path):
    where = copy_of_package(tmp_path)
    done = run_in(where, "-c", "import optedu.zoo; print(optedu.__file__)")
    assert Path(done.stdout.strip()) == where / "optedu" / "__init__.py", done.stderr


def test_missing_text_is_an_error(tmp_path):
    with pytest.raises(AssertionError, match="exactly once"):
        copy_of_package(tmp_path, Mutant("", "zoo.py", "no such text", "", "", "", ""))


# The chapters


def execute(where, chapter):
    """Run a notebook against the copy; outputs are not compared: red means that a cell raised."""
    source = ROOT / "book" / f"{chapter}.ipynb"
    assert source.exists(), f"book/{chapter}.ipynb is missing: no chapter notices this mistake"
    target = where / "book" / f"{chapter}.ipynb"
    target.parent.mkdir(parents=True)
    shutil.copy(source, target)
    done = run_in(where, "-m", "pytest", *pytest_options(where), "-p", "nbval.plugin", "-x", "--nbval-lax", str(target))
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done


@pytest.mark.parametrize("mutant", [
    pytest.param(m, id=m.name, marks=[] if m in [*FIRST.values()][::4] else [pytest.mark.nightly]) for m in MUTANTS
])  # fmt: skip
def test_mutant_is_noticed_by_notebook(mutant, tmp_path):
    done = execute(copy_of_package(tmp_path, mutant), mutant.chapter)
    assert done.returncode == 1 and "Cell execution caused an exception" in done.stdout, done.stdout


def test_unchanged_copy_passes_notebook(tmp_path):
    """One chapter stands for all: that the others pass is tested in place."""
    done = execute(copy_of_package(tmp_path), "foundations/quadratic")
    assert done.returncode == 0, done.stdout
