"""The numbers to know are computed, asked in plain words, and judged by their tolerance."""

import math
import re

import pytest
from site_helpers import ROOT

from optedu.drill.questions import numbers_to_know as module
from optedu.drill.questions.numbers_to_know import Number, numbers, run, show_numbers, shown, topics, typeset

BY_ID = {n.id: n for n in numbers()}


def longest_step(b1, b2):
    """Of Adam, by Cauchy and Schwarz: |m| ≤ √v times the root of Σ (weight in m)² / (weight in v)."""
    return sum(((1 - b1) * b1**k) ** 2 / ((1 - b2) * b2**k) for k in range(400)) ** 0.5


# Worked out here once more, another way.
KNOWN = {
    "bytes-adamw-float32": 4 * 4,
    "bytes-adamw-mixed": 2 + 2 + 3 * 4,
    "state-adam-8bit": 2 * (1 + 4 / 256),
    "state-adafactor-matrix": 2 * 4096,
    "seven-adamw-mixed": 7 * 16,
    "seven-zero-1": 7 * (4 + 12 / 8),
    "seven-zero-2": 7 * (2 + 14 / 8),
    "seven-zero-3": 7 * 16 / 8,
    "first-step-adam": 1e-3,
    "first-step-adam-uncorrected": 10**0.5,
    "first-step-rmsprop": 10,
    "first-step-adadelta": 1e-5**0.5,
    "adagrad-step-100": 0.1,
    "uncorrected-peak-step": 12,
    "radam-first-adaptive-step": 6,
    "momentum-best-100": 81 / 121,
    "fp16-largest": (2 - 2**-10) * 2**15,
    "fp16-smallest": 2**-24,
    "fp16-counter": 2**11,
    "fp32-counter": 2**24,
    "bf16-spacing": 2**-7,
    "bf16-lost-update": 2**-8,
    "loss-scale-first": 2**16,
    "inverse-sqrt-at-4w": 0.5,
    "lora-share": 1 / 256,
    "clip-factor": 1 / 8,
    "zero-1-of-64": 2 + 2 + 12 / 64,
    "bytes-adamw-bfloat16-state": 2 + 4 + 4 + 2 + 2,
    "bytes-muon-mixed": 2 + 2 + 4 + 4,
    "state-ademamix": 3 * 4,
    "state-soap-square": 6 * 4,
    "state-galore-4096": 3 * 4096 * 128,
    "ring-64": 63 / 32,
    "two-sites-all-reduce": 112,
    "tokens-chinchilla": 1.4e11,
    "half-life-095": math.log(0.5, 0.95),
    "half-life-095-tokens": 4e6 * math.log(0.5, 0.95),
    "half-life-0999-tokens": 4e6 * math.log(0.5, 0.999),
    "beta2-at-an-eighth": math.exp(math.log(0.95) / 8),
    "longest-step-095": longest_step(0.9, 0.95),
    "decay-memory-llama": 4 / 21,
    "turn-sgd": math.acos(1 - 0.1 * 5e-4),
    "rms-adamw-noise": 0.0015**0.5,
    "rms-adamw-step": 0.1 * sum(0.81**k for k in range(200)) ** 0.5,
    "mup-hidden-rate": 1 / 16,
    "muon-overhead": 500 * 4096 / 4e6,
    "critical-batch-20": 1.2 - 1,
    "wsd-three-models": 4 - 0.8 + 0.8 + 0.4 + 0.2,
    "e4m3-largest": 2**8 * (1 + 6 / 8),
    "e5m2-largest": 2**15 * (1 + 3 / 4),
    "nvfp4-bits": 4.5,
    "bf16-update-3e-4": 2**-3,
    "eps-tiny-gradient": 1 / 101,
    "qk-clip-400": 0.5,
    "qk-norm-bound": 128**0.5,
    "sharpness-adam": 38000,
    "lora-attention-7b": 2**24,
    "dpo-margin": math.log(19) * 10,
    "grpo-silent-groups": 0.9**16 + 0.1**16,
    "grpo-rare-success": 63**0.5,
}


@pytest.mark.parametrize("id_", KNOWN)
def test_value(id_):
    assert BY_ID[id_].value == pytest.approx(KNOWN[id_], rel=1e-5)


def test_there_are_enough_and_ids_are_unique():
    assert len(BY_ID) == len(numbers()) >= 35
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", id_) for id_ in BY_ID)
    assert len({n.question for n in numbers()}) == len(numbers())


@pytest.mark.parametrize("n", numbers(), ids=lambda n: n.id)
def test_reads_as_plain_text(n):
    assert not re.match("And |The same|With ", n.question), "it stands alone on its card"
    assert "$" not in n.question + n.trick and n.question.endswith("?") and n.trick.endswith(".")
    # A tolerance is a whole percentage, or none: for an exact answer the value must be short.
    assert n.tolerance == round(n.tolerance, 2) and (n.tolerance or float(shown(n.value).replace(",", "")) == n.value)


@pytest.mark.parametrize("n", numbers(), ids=lambda n: n.id)
def test_the_code_computes(n):
    """A bare number would be a value that nobody computed."""
    assert not re.fullmatch(r"[\d_.e+-]+", n.code.strip())


@pytest.mark.parametrize("n", numbers(), ids=lambda n: n.id)
def test_judges_an_estimate(n):
    assert n.right(n.value) and not n.right(-n.value) and not n.right(n.value * (1.02 + n.tolerance))
    if n.tolerance:
        assert n.right(n.value * (1 + 0.9 * n.tolerance)) and n.right(n.value * (1 - 0.9 * n.tolerance))


@pytest.mark.parametrize("answer", ["16", None, True])
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(TypeError, match="answer must be a number"):
        numbers()[0].right(answer)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (16.0, "16"), (9.999999999, "10"), (3.16228, "3.162"), (0.0031623, "0.003162"), (26.25, "26.25"),
        (6931.12, "6,931"), (65504.0, "65,504"), (2.0**24, "16,777,216"), (5.96e-8, "5.96 × 10⁻⁸"),
        (4.2e22, "4.20 × 10²²"),
    ],
)  # fmt: skip
def test_is_shown_as_one_says_it(value, text):
    assert shown(value) == text


def test_a_percent_sign_stands_close_to_its_number():
    percents = [str(n) for n in numbers() if n.unit == "%"]
    assert percents and all(re.fullmatch(r"[\d.]+%", one) for one in percents)
    assert all(str(n).endswith(" bytes") for n in numbers() if n.unit == "bytes")


def test_a_number_is_not_broken_at_its_hyphen():
    assert typeset("rate 1.5e-4, of 1e5 x_1e-4") == 'rate <span class="unbroken">1.5e-4</span>, of 1e5 x_1e-4'
    assert (
        "white-space: nowrap"
        in re.search(r"^\.unbroken\b.*$", (ROOT / "book/_static/optedu.css").read_text("utf8"), re.M)[0]
    )


def test_an_exponent_is_raised_on_the_page():
    assert typeset("1 − β₂ᵗ < 2⁻²⁴ = 5.96 × 10⁻⁸") == "1 − β₂<sup>t</sup> &lt; 2<sup>−24</sup> = 5.96 × 10<sup>−8</sup>"
    assert not [n.id for n in numbers() if "^" in n.question + n.trick + str(n)]
    raised = "".join(show_numbers(topic).text for topic in topics())
    assert raised.count("<sup>") >= 20 and not set("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵗ") & set(raised)


def test_code_whose_last_line_says_nothing_is_refused():
    assert run("x = 2\nx + 1") == 3
    with pytest.raises(ValueError, match="last line"):
        run("x = 2")


@pytest.mark.parametrize(("change", "message"), [({"unti": "m"}, "unti"), ({"trick": None}, "trick")])
def test_a_malformed_number_is_refused(change, message):
    good = {"id": "a", "question": "?", "unit": "", "tolerance": 0, "trick": "t", "code": "1 + 1"}
    assert module.read_number("t", good) == Number("a", "t", "?", "", 0, "t", "1 + 1", 2.0)
    entry = {k: v for k, v in {**good, **change}.items() if v is not None}
    with pytest.raises(ValueError, match=message):
        module.read_number("t", entry)


def test_are_shown_by_topic_with_the_value_behind_a_fold():
    texts = [show_numbers(topic).text for topic in topics()]
    assert sum(text.count("<details>") for text in texts) == len(numbers())
    for n in numbers():
        summary = f"<summary>{typeset(n.question)}</summary>"
        _, body = next(t for t in texts if summary in t).split(summary)
        assert f"**{typeset(str(n))}**" in body and n.code.strip() in body
    with pytest.raises(ValueError, match="horizons"):
        show_numbers("nothing")
