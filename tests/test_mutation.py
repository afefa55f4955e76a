"""The checks bite: a rule broken on purpose turns the hand-worked numbers, the comparison with torch and a chapter red.

Each mutant is put into a copy of the package. Run the chapters' half alone with ``-k notebook``,
the quick half with ``-k "not notebook"``.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

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


ADAM = dict(file="optim/adam.py", hand="Adam", torch="test_grid and Adam- and quadratic and not float32")
SGD = dict(file="optim/sgd.py", hand="SGD", torch="test_grid and SGD- and quadratic and not float32")
ADAGRAD = dict(file="optim/adagrad.py", hand="Adagrad", torch="test_grid and Adagrad- and quadratic and not float32")
RMSPROP = dict(file="optim/rmsprop.py", hand="RMSprop", torch="test_grid and RMSprop- and quadratic and not float32")

MUTANTS = [
    Mutant(
        "Adam: eps inside the root", **ADAM, chapter="adam/bias_correction",
        old="(sqrt(v_hat) + eps)", new="sqrt(v_hat + eps)",
    ),
    Mutant(
        "Adam: no correction", **ADAM, chapter="adam/bias_correction",
        old="""\
    m_hat = m / (1 - b1**t)
    v_hat = (v if v_max is None else v_max) / (1 - b2**t)
""",
        new="""\
    m_hat = m
    v_hat = v if v_max is None else v_max
""",
    ),
    Mutant(
        "Adam: first moment not corrected", **ADAM, chapter="adam/bias_correction",
        old="m / (1 - b1**t)", new="m",
    ),
    Mutant(
        "Adam: second moment not corrected", **ADAM, chapter="adam/bias_correction",
        old="(v if v_max is None else v_max) / (1 - b2**t)", new="v if v_max is None else v_max",
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
        "AdamW: coupled decay", **{**ADAM, "hand": "AdamW", "torch": ADAM["torch"].replace("Adam-", "AdamW-")},
        chapter="adam/decoupled_decay",
        old="""\
    p = p - lr * weight_decay * p
    return adam(g, p, m, v, v_max, t=t, lr=lr, betas=betas, eps=eps, weight_decay=0)
""",
        new="    return adam(g, p, m, v, v_max, t=t, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)\n",
    ),
    Mutant(
        "AMSGrad: maximum after the correction", **ADAM, chapter="adam/amsgrad",
        old="""\
        v_max = maximum(v_max, v)
    m_hat = m / (1 - b1**t)
    v_hat = (v if v_max is None else v_max) / (1 - b2**t)
""",
        new="""\
        v_max = maximum(v_max, v / (1 - b2**t))
    m_hat = m / (1 - b1**t)
    v_hat = v / (1 - b2**t) if v_max is None else v_max
""",
    ),
    Mutant(
        "SGD: dampening on the first step", **SGD, chapter="momentum/heavy_ball",
        old="buf = g if buf is None else", new="buf = (1 - dampening) * g if buf is None else",
    ),
    Mutant(
        # torch agrees as long as the learning rate stays what it is
        "SGD: lr inside the velocity", **{**SGD, "torch": "changes_mid_run and SGD-lr"}, chapter="momentum/heavy_ball",
        old="""\
        buf = g if buf is None else momentum * buf + (1 - dampening) * g
        g = g + momentum * buf if nesterov else buf
""",
        new="""\
        buf = lr * g if buf is None else momentum * buf + (1 - dampening) * lr * g
        return p - (lr * g + momentum * buf if nesterov else buf), buf
""",
    ),
    Mutant(
        "SGD: Nesterov without look-ahead", **SGD, chapter="momentum/nesterov",
        old="g + momentum * buf if nesterov else buf", new="buf",
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

CHAPTERS = sorted({mutant.chapter for mutant in MUTANTS})

each_mutant = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)


def copy_of_package(where, mutant=None):
    """The package, with what its tests need, below `where`; with one text replaced."""
    for folder in ("optedu", "tests"):
        shutil.copytree(ROOT / folder, where / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", where)
    if mutant:
        path = where / "optedu" / mutant.file
        source = path.read_text()
        assert source.count(mutant.old) == 1, f"{mutant.file} does not contain exactly once:\n{mutant.old}"
        path.write_text(source.replace(mutant.old, mutant.new))
    return where


def run_in(where, *command):
    """A Python process that sees the copy, and not the installed package."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
    environment = {**kept, "PYTHONPATH": str(where), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([sys.executable, *command], cwd=where, env=environment, capture_output=True, text=True)


def run_tests(where, *what):
    """pytest in the copy, without the project's options."""
    options = ["-q", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", "--rootdir", str(where)]
    done = run_in(where, "-m", "pytest", *options, *what)
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 5 means that nothing was selected
    return done


def run_both(where, *mutants):
    """The tests that have to notice these mutants, in both files."""
    chosen = {f"(test_rules and {m.hand}) or (test_parity and {m.torch})" for m in mutants}
    return run_tests(where, "tests/test_rules.py", "tests/test_parity.py", "-k", " or ".join(sorted(chosen)))


@each_mutant
def test_mutant_is_noticed(mutant, tmp_path):
    """By the numbers worked out by hand, and by torch."""
    done = run_both(copy_of_package(tmp_path, mutant), mutant)
    for suite in ("test_rules", "test_parity"):
        assert f"FAILED tests/{suite}.py::" in done.stdout, f"{suite} did not notice\n{done.stdout}"


def test_unchanged_copy_passes(tmp_path):
    """Otherwise a failure would prove nothing."""
    done = run_both(copy_of_package(tmp_path), *MUTANTS)
    assert done.returncode == 0 and " passed" in done.stdout, done.stdout


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
    return run_tests(where, "-x", "--nbval-lax", str(target))


@each_mutant
def test_mutant_is_noticed_by_notebook(mutant, tmp_path):
    done = execute(copy_of_package(tmp_path, mutant), mutant.chapter)
    assert done.returncode == 1 and "Cell execution caused an exception" in done.stdout, done.stdout


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_unchanged_copy_passes_notebook(chapter, tmp_path):
    done = execute(copy_of_package(tmp_path), chapter)
    assert done.returncode == 0, done.stdout
