"""What an installed optedu has to be able to do; run by wheel.py, in an environment that has the wheel alone.

The names that it is given say what is installed besides: see ENVIRONMENTS there.
"""

import subprocess
import sys
import warnings
from importlib.metadata import metadata, version
from importlib.util import find_spec
from pathlib import Path

import numpy as np

import optedu
from optedu import lr_scheduler, training
from optedu.zoo import ZOO


def base() -> None:
    """With NumPy alone: every optimizer steps, schedules and what surrounds a step are there."""
    home = Path(optedu.__file__).parent
    assert home.is_relative_to(sys.prefix), home
    assert (home / "py.typed").is_file() and (home / "__init__.pyi").is_file()
    assert metadata("optedu")["License-Expression"] == "MIT AND CC-BY-4.0"
    assert version("optedu") == optedu.__version__
    for entry in ZOO.values():
        p = np.ones((2, 2))
        entry.after_a_step(p, {})
        assert np.isfinite(p).all(), entry.name
        assert (p != 1).all() or entry.waits, entry.name
    w = np.ones(3)
    opt = optedu.AdamW([w], lr=0.1)
    schedule = lr_scheduler.CosineAnnealingLR(opt, T_max=10)
    training.clip_grad_norm_([w], 1.0)
    opt.step([w])
    schedule.step()
    for name in (*optedu.__all__, *lr_scheduler.__all__):
        assert getattr(optedu, name, None) or getattr(lr_scheduler, name)


def without_extras() -> None:
    """What is missing is named, and nothing breaks."""
    if not find_spec("numba"):
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            assert optedu.engine("numba") == "numpy"
        assert "Numba" in str(said[0].message)
    if not find_spec("typer"):
        done = command("drill", "--list", expect=2)
        assert "typer" in done.stderr, done.stderr


def drill() -> None:
    """An answer is graded, the deck of cards is made."""
    from optedu.drill.grader.exercise_form import exercise

    reference = exercise("adamw").reference
    Path("right.py").write_text(reference)
    Path("wrong.py").write_text(reference.replace("weight_decay", "0 * weight_decay"))
    command("drill", "adamw", "right.py")
    command("drill", "adamw", "wrong.py", expect=1)
    command("deck", "cards.apkg")
    assert Path("cards.apkg").stat().st_size > 100_000
    command("quiz", "--help")


def lab() -> None:
    """Its names are there, and a sweep runs."""
    from optedu import lab
    from optedu.lab import sweeps

    for name in lab.__all__:
        assert getattr(lab, name)
    assert sweeps.sweep
    lab.use_style()
    lab.descend(optedu.SGD, lab.quadratic(), steps=3, lr=0.1)


def fast() -> None:
    """The compiled engine does the same as NumPy."""
    ends = []
    for engine in ("numpy", "numba"):
        assert optedu.engine(engine) == engine
        w = np.linspace(1, 2, 1000)
        opt = optedu.AdamW([w], lr=0.1)
        for _ in range(3):
            opt.step([np.cos(w)])
        ends.append(w)
    assert np.allclose(*ends, rtol=1e-12, atol=0)


def command(*words: str, expect: int = 0) -> "subprocess.CompletedProcess[str]":
    """``optedu ...words``, the script that pip has installed."""
    script = Path(sys.prefix, "Scripts" if sys.platform == "win32" else "bin", "optedu")
    done = subprocess.run([str(script), *words], capture_output=True, text=True)
    assert done.returncode == expect, (words, done.returncode, done.stdout, done.stderr)
    return done


if __name__ == "__main__":
    names = sys.argv[1:]
    base()
    without_extras()
    for name in names:
        {"drill": drill, "lab": lab, "fast": fast}.get(name, lambda: None)()
    print(f"{', '.join(names)}: Python {sys.version.split()[0]}, NumPy {np.__version__}, all is well", end="")
