"""The cheat sheet: two sides, as HTML and PDF, made from the rules, the zoo and the numbers to know."""

import html
import inspect
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import Any

from ..questions.numbers_to_know import Number, numbers, shown, typeset
from . import second_side as back
from .short_rules import short

TITLE = "Optimizers on one sheet"
PAGE = re.compile(rb"/Type\s*/Page\b")
"""A page of a PDF as Chromium writes it."""

SCALES = (1, 0.95, 0.9, 0.85, 0.8, 0.75)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"

STATES: dict[str, dict[str, Any]] = {  # settings under which state is counted; where none are named, the defaults
    "SGD": {"momentum": 0.9}, "Adagrad": {}, "RMSprop": {}, "Adadelta": {}, "Rprop": {}, "Adam": {}, "AdamW": {},
    "Lion": {}, "LAMB": {}, "Muon": {}, "SOAP": {}, "LBFGS": {},
}  # fmt: skip
SYMBOLS = {
    "weight_decay": "λ", "momentum": "μ", "betas": "β", "b1": "β₁", "alpha": "α", "gamma": "γ", "rho": "ρ",
}  # fmt: skip
STARTS = (
    ("", "vision", "fine-tuning", "transformer"),
    ("optimizer", "SGD, Nesterov", "AdamW", "AdamW"),
    ("betas", "0.9", "0.9, 0.999", "0.9, 0.95"),
    ("peak rate", "0.1 per 256 images", "2e-5 … 5e-5", "3e-4 at 7B"),
    ("schedule", "cosine to 0", "linear to 0", "cosine to 10%"),
    ("warm-up", "5 epochs if batch > 256", "10%", "2000 steps"),
    ("decay", "1e-4", "0.01", "0.1"),
    ("clip", "none", "1.0", "1.0"),
)
CHOICES = (
    ("pretrained", "AdamW, small lr, warm-up, linear"),
    ("transformer", "AdamW β₂ 0.95, cosine or WSD, clip 1"),
    ("convolutions", "SGD, Nesterov 0.9, cosine, decay"),
    ("huge matrices", "Muon for them, AdamW for the rest"),
    ("memory is short", "Adafactor, Lion, 8-bit state, ZeRO"),
    ("rare rows", "SparseAdam or Adagrad"),
    ("policy gradients", "Adam with ε = 1e-5, clip 0.5"),
    ("small, full batch", "LBFGS with line search"),
)
QUADRATIC = (
    ("GD", "lr &lt; 2/L", "(κ − 1)/(κ + 1)"),
    ("heavy ball", "lr &lt; 2(1 + μ)/L", "(√κ − 1)/(√κ + 1)"),
    ("noise", "floor ∝ lr·σ²/B", "SGD: lr ∝ B, Adam: lr ∝ √B"),
)
CONVENTIONS = (
    ("ε in Adam", "paper, torch: outside, corrected; TensorFlow: ε̂, uncorrected"),
    ("momentum", "torch: buf = μ·buf + g; an average has (1 − μ)·g"),
    ("λ default", "torch AdamW 0.01, Keras 0.004, optax 1e-4"),
    ("Nesterov", "torch: g + μ·buf at the point reached"),
    ("no decay", "biases, norm gains: by ndim &lt; 2, not by name"),
)
SCHEDULES = (  # t from 0; s is the share of the decay that is done
    ("warm-up", "(t + 1) / W"),
    ("cosine", "low + (1 - low) * (1 + cos(pi * s)) / 2"),
    ("line, end of WSD", "1 + (low - 1) * s"),
    ("inverse root", "min((t + 1) / W, (W / (t + 1)) ** 0.5)"),
)
AVERAGES = (
    ("gradient s steps old", "(1 - b) * b ** s"),
    ("sum of all weights", "1 - b ** t"),
    ("Adam uncorrected, × lr", "(1 - b1 ** t) / sqrt(1 - b2 ** t)"),
    ("variance of noise", "(1 - b) / (1 + b)"),
)
WRITE_IT = (
    ("clip", "g * min(1, c / (norm + 1e-6)), one norm for all"),
    ("accumulate", "sum of losses / size of the whole batch, one step"),
    ("EMA", "ema = ema + (1 - d) * (p - ema)"),
    ("loss scale", "inf or NaN: skip, halve; 2000 good steps: double"),
)
STEP = ("zero_grad", "forward", "backward", "unscale_", "clip", "step", "scaler.update", "scheduler.step")
TRAPS = (
    "t starts at 1. With 0 the first correction divides by zero.",
    "ε stands outside the root, after the correction. Test with gradients near ε.",
    "L2 in the gradient is not weight decay: Adam divides it by √v.",
    "AdamW shrinks by lr·λ: a schedule on lr is a schedule on decay.",
    "torch's momentum is a sum, not an average: lr acts 1/(1 − μ) times.",
    "No gradient (None) skips state and counter. A zero gradient does not.",
    "Clip after unscaling and accumulation, all tensors by one factor.",
    "AMSGrad takes the maximum of v before the correction.",
    "A checkpoint holds moments, counters, schedule, scaler and data order.",
    "Tune the rate of every method, then compare; several seeds, spread shown.",
)
SYMPTOMS = (
    ("NaN after growth", "rate too high: halve, warm up"),
    ("NaN at once", "log 0, 0/0, bad input: first bad tensor"),
    ("loss stays at ln C", "do weights move? dead units? labels?"),
    ("spike, gradient jumped", "bad batch: clip or skip it, lower β₂"),
    ("spike, gradient faded", "v decayed too: larger ε, lower rate"),
    ("jump on resume", "moments or schedule lost"),
    ("slow on resume", "counter lost: steps too short"),
    ("decay has no effect", "is it in the group? lr·λ·steps ≪ 1?"),
)
FACTS = {  # id of a number: the few words for it
    "bytes-adamw-mixed": "AdamW, mixed precision: bytes per parameter",
    "seven-activations": "activations, 32 layers, 2048 tokens: GB",
    "adamw-traffic": "bytes moved per parameter and step",
    "horizon-second-moment": "horizon 1/(1 − β) of 0.999: steps",
    "half-life-second-moment": "half-life ln 2/(1 − β): steps",
    "first-step-adam-uncorrected": "uncorrected first step of Adam: × lr",
    "uncorrected-peak": "its peak, at step 12: × lr",
    "correction-gone": "within 1% from step",
    "radam-first-adaptive-step": "RAdam adaptive (ρ > 5) from step",
    "momentum-final-speed": "final speed of μ = 0.9: × first step",
    "gd-steps-per-digit": "GD, κ = 100: steps per digit",
    "momentum-steps-per-digit": "best momentum √κ: steps per digit",
    "momentum-best-100": "best μ for κ = 100",
    "fp16-largest": "largest float16",
    "fp16-smallest": "smallest float16",
    "bf16-spacing": "bfloat16: spacing at 1",
    "warmup-untuned": "warm-up 2/(1 − β₂): steps",
    "cosine-at-90": "cosine at 90%: × peak",
}


def rules() -> Iterator[tuple[str, str, list[str]]]:
    """Name, remark and lines of the rules on the sheet."""
    from ...optim.adagrad import adagrad
    from ...optim.adam import adam, adamw
    from ...optim.lion import lion
    from ...optim.muon import muon
    from ...optim.radam import radam
    from ...optim.rmsprop import rmsprop
    from ...optim.sgd import sgd

    off: dict[str, Any] = {"weight_decay": 0}
    adam_lines = short(adam, v_max=None, **off)
    yield "SGD with momentum", "first buf = g", short(sgd, buf=0, momentum=0.9, nesterov=False, **off)
    yield "Nesterov", "", short(sgd, buf=0, momentum=0.9, nesterov=True, **off)
    yield "AdaGrad", "never forgets", short(adagrad, **off)
    yield "RMSProp", "", short(rmsprop, momentum=0, centered=False, **off)
    yield "Adam, AdamW", "the first line: AdamW alone", [short(adamw)[0], *adam_lines]
    yield (
        "RAdam",
        "ρ ≤ 5: lr * m_hat alone",
        [line for line in short(radam, rho=9, **off) if line[:3] in ("rho", "r =", "rat", "p =")],
    )
    yield "Lion", "lr a third to a tenth, λ larger", short(lion)
    yield "Muon", "matrices only", short(muon, v=None, nesterov=True, adjust_lr_fn=None)


def zoo_rows(states: dict[str, dict[str, Any]] = STATES) -> Iterator[tuple[str, ...]]:
    """Optimizer, state, bytes of it in float32, defaults."""
    from ...training.memory import training_bytes
    from ...zoo import ZOO

    for name, settings in states.items():
        entry = ZOO[name]
        parameters = inspect.signature(entry.cls).parameters
        keys = [
            k for k in ("lr", "betas", "b1", "alpha", "gamma", "rho", "momentum", "weight_decay") if k in parameters
        ]
        given = {k: settings.get(k, parameters[k].default) for k in keys}
        defaults = ", ".join(f"{SYMBOLS.get(k, k)}\N{NO-BREAK SPACE}{_bare(v)}" for k, v in given.items() if v)
        held, wide = (training_bytes([shape], name, **settings) for shape in ((64, 64), (64, 128)))
        note = f" ({parameters[entry.grows_with].default} pairs)" if entry.grows_with else ""
        if held.per_parameter != wide.per_parameter:
            note += " (square)"
        size = sum(held.state.values()) / held.numbers
        yield (
            name,
            ", ".join(held.state).replace("prev_flat_grad, old_dirs, old_stps", "…"),
            f"{size:g}" + note,
            defaults,
        )


def seven_rows() -> Iterator[tuple[str, str]]:
    """GB of a run with 7 billion parameters, term by term and sharded."""
    from ...training.memory import training_bytes

    half: dict[str, Any] = {"parameter": "bfloat16", "master": "float32"}
    shapes = [(7_000_000_000,)]
    one = training_bytes(shapes, **half)
    yield "terms", ", ".join(f"{name} {size / 1e9:g}" for name, size in one.terms().items())
    yield "all", f"{one.total / 1e9:g} = 7 × {one.per_parameter:g} bytes"
    sharded = [training_bytes(shapes, **half, stage=k, ranks=8).total / 1e9 for k in (1, 2, 3)]
    yield "ZeRO 1, 2, 3", ", ".join(f"{size:g}" for size in sharded) + " on each of 8 ranks"
    small: dict[str, dict[str, Any]] = {
        "8-bit state": {**half, "state": "int8"},
        "all bfloat16": {"parameter": "bfloat16"},
    }
    yield "instead", ", ".join(f"{n} {training_bytes(shapes, **s).total / 1e9:.3g}" for n, s in small.items())


def body() -> str:
    """The sheet without its frame, as HTML."""
    sides = ("", front()), ("Large models", second())
    return "".join(
        f'<div class="side">{f"<h2 class=side-title>{title}</h2>" if title else ""}'
        f"<div class=columns>{''.join(f'<section><h2>{name}</h2>{text}</section>' for name, text in sections.items())}"
        "</div></div>"
        for title, sections in sides
    )


def front() -> dict[str, str]:
    """Headings of the first side, and what stands below them."""
    return {
        "Rules": "".join(map(_rule, rules())),
        "State and defaults": _table(zoo_rows(), ("optimizer", "state", "bytes", "defaults")),
        "Which one": _table(CHOICES),
        "Starting values": _table(STARTS[1:], STARTS[0]),
        "Schedules, as a share of the peak": _formulas(SCHEDULES),
        "One training step": "<ol class=step>" + "".join(f"<li>{s}</li>" for s in STEP) + "</ol>",
        "7B with AdamW, mixed precision, in GB": _table(seven_rows()),
        "Ten traps": "<ol class=traps>" + "".join(f"<li>{t}</li>" for t in TRAPS) + "</ol>",
        "When it goes wrong": _table(SYMPTOMS),
        "Conventions": _table(CONVENTIONS),
        "Averages": _formulas(AVERAGES),
        "Said in a line": _formulas(WRITE_IT),
        "On a quadratic": _table(QUADRATIC, ("", "stable", "error per step, best lr")),
        "Numbers to know": _facts(FACTS),
    }


def second() -> dict[str, str]:
    """Headings of the second side, and what stands below them."""
    return {
        "Rules at scale": "".join(map(_rule, back.rules())),
        "Muon's factor for the shape n × m": _table(
            ((name, f"<code>{factor}</code>", stays) for name, factor, stays in back.SHAPES),
            ("adjust_lr_fn", "scale", "keeps"),
        ),
        "Singular values of [0.001, 1] after": _table(back.coefficient_rows()),
        "More state and defaults": _table(
            ((name, size, defaults) for name, _, size, defaults in zoo_rows(back.STATES)), ("", "bytes", "defaults")
        ),
        "Wider by m: μP for Adam": _table(
            ((name, *(f"<code>{factor}</code>" for factor in factors)) for name, *factors in back.WIDTH),
            ("× the base", "deviation", "lr", "ε"),
        ),
        "Batch larger by k, AdamW": _formulas(back.BATCH),
        "Weight decay as a clock": _formulas(back.DECAY),
        "Received in a step, × (N − 1)/N of the model": f"<p>{back.traffic()}</p>",
        "Precision": _table(back.PRECISION),
        "What runs used": _table(back.RUNS, ("", "rule", "peak lr", "batch")),
        "After pre-training": _table(back.AFTER, ("", "lr", "")),
        "A spike": "<ol>" + "".join(f"<li>{s}</li>" for s in back.SPIKE) + "</ol>",
        "Twelve traps at scale": "<ol class=traps>" + "".join(f"<li>{t}</li>" for t in back.TRAPS) + "</ol>",
        "Numbers at scale": _facts(back.FACTS),
    }


def _facts(words: dict[str, str]) -> str:
    facts = {n.id: n for n in numbers()}
    return _table(((said, _value(facts[i])) for i, said in words.items()), kind="numbers")


def _rule(named: tuple[str, str, list[str]]) -> str:
    name, remark, lines = named
    code = "\n".join(html.escape(line) for line in lines)
    return f"<h3>{name} <small>{remark}</small></h3><pre>{code}</pre>"


def _formulas(rows: Iterable[tuple[str, str]]) -> str:
    return _table((words, f"<code>{html.escape(formula)}</code>") for words, formula in rows)


def _value(n: Number) -> str:
    """A number in bold, a power of ten raised."""
    return f"<b>{typeset(shown(n.value)).replace('-', '−')}</b>"


def _bare(value: Any) -> str:
    return "\N{NO-BREAK SPACE}".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _table(rows: Iterable[Iterable[str]], header: Iterable[str] = (), kind: str = "") -> str:
    head = "".join(f"<th>{h}</th>" if h else "<td></td>" for h in header)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    named = f' class="{kind}"' if kind else ""
    return f"<table{named}>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{lines}</tbody></table>"


def page(more: str = "") -> str:
    """The whole page; it loads nothing. `more` is style that brings fonts; else the letters are the system's."""
    style = (files(__package__) / "cheat_sheet.css").read_text("utf8")
    foot = "Lines of code are read off the package; numbers are computed. optedu.github.io/optedu"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{more}{style}</style></head>\n<body><header><h1>{TITLE}</h1><p>g gradient, p parameter, "
        f"t step from 1, m and v averages of g and g²</p></header>\n<main>{body()}</main>\n"
        f"<footer>{foot}</footer></body></html>\n"
    )


def write_html(path: str | PathLike[str]) -> None:
    """Write the sheet as one HTML file.

    Raises
    ------
    ValueError
        If the name does not end in ``.html``.
    """
    _ending(path, ".html").write_text(page(), "utf8")


def write_pdf(path: str | PathLike[str]) -> None:
    """Write the sheet as a PDF of two A4 pages; a Chromium prints it.

    Raises
    ------
    ValueError
        If the name does not end in ``.pdf``.
    FileNotFoundError, RuntimeError
        As `printed`.
    """
    path = _ending(path, ".pdf")
    for scale in SCALES:  # the letters of this system may be wider than those of the book
        made = printed(page(f":root {{ --scale: {scale}; }} "))
        if len(PAGE.findall(made)) == 2:
            break
    path.write_bytes(made)


def printed(text: str) -> bytes:
    """An HTML page as a PDF.

    Raises
    ------
    FileNotFoundError
        If there is no Chromium on the path or in the environment's ``CHROMIUM``.
    RuntimeError
        If it does not print.
    """
    browser = browser_program()
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "sheet.html", Path(folder) / "sheet.pdf"
        source.write_text(text, "utf8")
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        quiet = ["--headless", *root, "--disable-gpu", "--no-pdf-header-footer", f"--user-data-dir={folder}/profile"]
        command = [browser, *quiet, f"--print-to-pdf={made}", source.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if not made.exists():
            raise RuntimeError(f"{browser} printed no PDF: {done.stderr.strip()[-300:]}")
        return made.read_bytes()


def browser_program() -> str:
    named = os.environ.get("CHROMIUM")
    found = shutil.which(named) if named else next(filter(None, map(shutil.which, (*BROWSERS, MAC))), None)
    if not found:
        raise FileNotFoundError("a PDF needs a Chromium: install one, or name it in CHROMIUM=/path/to/it")
    return found


def _ending(path: str | PathLike[str], suffix: str) -> Path:
    path = Path(path)
    if path.suffix != suffix:
        raise ValueError(f"path must end in {suffix}, got {str(path)!r}")
    return path
