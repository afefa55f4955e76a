"""The back of the cheat sheet: rules, formulas and numbers of large models."""

from collections.abc import Iterator

import numpy as np

from .short_rules import short

STATES: dict[str, dict[str, object]] = {  # as on the front
    "AdEMAMix": {}, "ADOPT": {}, "MARS": {}, "Kron": {}, "AdamW8bit": {}, "AdamWScheduleFree": {},
}  # fmt: skip
SHAPES = (  # adjust_lr_fn, its factor for n outputs and m inputs, what stays as a matrix grows
    ("None", "max(1, n / m) ** 0.5", "a row's length"),
    ("match_rms_adamw", "0.2 * max(n, m) ** 0.5", "RMS"),
    ("spectral_norm", "(n / m) ** 0.5", "gain"),
)
WIDTH = (  # of a tensor whose inputs are m times those of the base
    ("embedding, bias, gain", "1", "1", "1 / m"),
    ("hidden matrix", "1 / m ** 0.5", "1 / m", "1 / m"),
    ("readout", "1 / m", "1 / m", "1"),
)
BATCH = (  # k times as large, where noise dominates: the same course on the same tokens
    ("learning rate", "lr * k ** 0.5"),
    ("weight decay", "wd * k ** 0.5"),
    ("betas", "beta ** k"),
    ("epsilon", "eps / k ** 0.5"),
    ("warm-up, all steps", "steps / k"),
)
DECAY = (
    ("memory in steps", "1 / (lr * wd)"),
    ("memory in tokens", "batch / (lr * wd)"),
    ("AdamW's RMS in noise", "(lr / (2 * wd)) ** 0.5"),
    ("turn of a step, SGD", "(2 * lr * wd) ** 0.5"),
    ("turn of a step, AdamW", "(2 * lr * wd * (1 - b1) / (1 + b1)) ** 0.5"),
)
PRECISION = (
    ("master copy", "float32: bfloat16 loses steps < 2⁻⁹ p"),
    ("m and v", "8 bits, or bfloat16 if β₂ is 0.95"),
    ("products", "FP8 E4M3, scales by block"),
    ("kept wide", "sums, norms, softmax, router"),
)
AFTER = (  # published settings: learning rate, then what else
    ("SFT, Zephyr 7B", "2e-5", "QLoRA 2e-4"),
    ("SFT, Tülu 3 70B", "2e-6", "no decay, two epochs"),
    ("DPO, the paper", "1e-6", "β 0.1, RMSprop"),
    ("DPO, Zephyr 7B", "5e-7", "β 0.01, QLoRA 5e-6"),
    ("GRPO, DeepSeekMath", "1e-6", "KL 0.04, 64 samples"),
    ("GRPO, DAPO 32B", "1e-6", "KL 0, clip 0.2, 0.28"),
)
RUNS = (  # model, optimizer, peak learning rate, tokens of a batch
    ("GPT-3 175B", "Adam", "6e-5", "3.2M"),
    ("LLaMA 65B", "AdamW", "1.5e-4", "4M"),
    ("OLMo 2 7B", "AdamW", "3e-4", "4.2M"),
    ("DeepSeek-V3 671B", "AdamW", "2.2e-4", "62.9M"),
    ("Kimi K2 1T", "Muon", "2e-4", "67M"),
    ("GLM-4.5 355B", "Muon", "2.5e-4", "64M"),
    ("Apertus 70B", "AdEMAMix", "1e-5", "16.8M"),
)
SPIKE = (
    "Stop. Keep batch ids, the checkpoint before, logs.",
    "Replay on other devices. No spike: hardware, a race.",
    "Replay on other data. No spike: the batch.",
    "Else the state: rate, logits, a v that has faded.",
    "Restore weights, m, v, step together; skip the batch.",
    "Again? Lower β₂ or lr, QK-norm or QK-clip, z-loss.",
)
TRAPS = (
    "Muon for hidden matrices; AdamW for all others.",
    "Muon on query, key, value in one: split them.",
    "Muon on a shard is another method: gather first.",
    "Muon's factor belongs to its learning rate: name it.",
    "QK-clip by head, after the step, query and key.",
    "μP cannot tell a readout by its shape: name it.",
    "lr × c needs λ / c: the memory is 1/(lr·λ).",
    "Old β₂, new batch: another memory in tokens.",
    "One norm over all ranks, copies counted once.",
    "Schedule-free: train at y, evaluate at x.",
    "Hyperball: set the optimizer's decay to 0.",
    "Compare tuned runs at their end, not half way.",
)
FACTS = {  # id of a number: the few words for it
    "bytes-adamw-bfloat16-state": "AdamW, m and v in bfloat16: bytes each",
    "bytes-muon-mixed": "Muon, mixed precision: bytes each",
    "zero-1-of-64": "AdamW, ZeRO 1 on 64 ranks: bytes each",
    "seven-training-operations": "6ND: 7B on a trillion tokens: operations",
    "days-of-a-run": "1,000 devices at 400 TFLOP/s: days",
    "tokens-chinchilla": "20 tokens per parameter, 7B: tokens",
    "half-life-095": "half-life of β₂ 0.95: steps",
    "half-life-095-tokens": "in tokens, at a batch of 4M",
    "beta2-at-an-eighth": "β₂ of the same memory at half a million",
    "longest-step-095": "longest step of Adam, β 0.9, 0.95: × lr",
    "decay-memory-steps": "memory 1/(lr·λ) at 3e-4 and 0.1: steps",
    "muon-overhead": "Muon's 5n/B at 4096 and 4M: %",
    "critical-batch-20": "batch with 20% more steps: × noise scale",
    "wsd-three-models": "1, 2 and 4T from one trunk: T tokens",
    "e4m3-largest": "largest FP8 E4M3",
    "e5m2-largest": "largest FP8 E5M2",
    "nvfp4-bits": "NVFP4: bits per number",
    "bf16-update-3e-4": "bfloat16 loses 3e-4 from weights of",
    "clip-rms-7b": "7B clipped at norm 1: RMS of g",
    "qk-clip-400": "QK-clip at 100, logit 400: × query",
    "z-loss-10": "z-loss 1e-4·(log Z)² at log Z = 10",
    "lora-rate": "LoRA's 1/√(α·d), α 32, d 3e-4: × rate",
    "dpo-margin": "DPO, β 0.1: a tenth of the weight at nats",
    "grpo-silent-groups": "GRPO, 16 at 0.9: silent groups",
}


def _lines(lines: list[str], *beginnings: str) -> list[str]:
    """Those that begin so, in their order; those of a branch or loop whose head is left out as if it were not there."""
    kept: list[str] = []
    for line in lines:
        bare = line.lstrip()
        if bare.startswith(beginnings):
            inside = bool(kept) and kept[-1].endswith(":") or bool(kept) and kept[-1].startswith(" ")
            kept.append(line if inside and bare != line else bare)
    return kept


def rules() -> Iterator[tuple[str, str, list[str]]]:
    """Name, remark and lines of the rules on this side."""
    from ...optim.adamw_8bit import adamw_8bit
    from ...optim.ademamix import ademamix
    from ...optim.adopt import adopt
    from ...optim.cautious import cautious, cautious_decay
    from ...optim.galore import galore
    from ...optim.hyperball import hyperball
    from ...optim.kron import kron
    from ...optim.mars import mars
    from ...optim.muon import newton_schulz, rows_alike
    from ...optim.schedule_free import adamw_schedule_free, averaging, interpolate
    from ...optim.soap import soap
    from ...training.qk_clip import qk_clip_

    steps = ("m =", "v =", "u =", "rate =", "p =")
    yield "AdEMAMix", "α 5; α and β₃ warm up over the run", short(ademamix, t_alpha_beta3=None)
    yield "ADOPT", "the first g only starts v = g * g", _lines(short(adopt), "bound", *steps)
    yield "MARS", "last: the gradient before; then AdamW", _lines(short(mars), "c =", "p, m")
    yield (
        "Muon's newton_schulz",
        "x is wide, size its norm; 5 steps",
        _lines(short(newton_schulz, "wide"), "wide = wide /", "for", "gram", "even", "wide = a"),
    )
    yield "NorMuon", "after newton_schulz, β₂ 0.95", short(rows_alike, "u")
    yield (
        "QK-clip",
        "own: rows of a head; τ 100, power ½",
        [line.replace(": np.ndarray", "") for line in _lines(short(qk_clip_), "factors", "weight[")],
    )
    yield "SOAP", "rotate: into Shampoo's eigenvectors", _lines(short(soap), *steps)
    lines = _lines(short(kron), "m =", "factors = f", "u =", "p =")
    shaped = [line for line in lines if line != "u = u.reshape(p.shape)"]
    yield "Kron (PSGD)", "v: noise; rarely fitted; p last: matrices", shaped
    yield "8-bit AdamW", "n = 256 numbers share a scale", _lines(short(adamw_8bit, coded=True), "m", "v", "p, m")
    tall = short(galore, low=True, tall=True)
    yield "GaLore", "of g.T, every 200 steps; n ≥ m, scale ¼", _lines(tall, "basis", "g =", *steps)
    yield "Cautious", "around any step; its own decay is 0", short(cautious, "step")
    yield "Cautious decay", "p shrinks by lr·λ times this", short(cautious_decay, "decayed")
    yield "Hyperball", "lr is an angle; matrices", _lines(short(hyperball), "radius", "q", "p =")
    yield (
        "Schedule-free AdamW",
        "gradient at y, answer at x",
        [
            *_lines(short(averaging, "lr"), "w =", "weight_sum", "c ="),
            *_lines(short(adamw_schedule_free, "y"), "v", "u", "step"),
            *short(interpolate, "y"),
        ],
    )


def coefficient_rows() -> Iterator[tuple[str, str]]:
    """Where schedules of Muon's coefficients send singular values of [0.001, 1]."""
    from ...optim.muon import HYBRID, POLAR_EXPRESS, QUINTIC, each

    named = {"3.4445, −4.775, 2.0315": (QUINTIC, 5), "POLAR_EXPRESS": (POLAR_EXPRESS, 5), "HYBRID": (HYBRID, 10)}
    for name, (coefficients, steps) in named.items():
        x = np.geomspace(1e-3, 1, 20001)
        for a, b, c in each(coefficients, steps):
            x = a * x + b * x**3 + c * x**5
        yield f"{name}, {steps} steps", f"{x.min():.2f} … {x.max():.2f}"


def traffic() -> str:
    """What a rank receives in a step, in units of (N - 1)/N of the model."""
    from ...lab.sharding import received

    units = (part / (1 - 1 / 64) for part in received(1, 1, 64))
    return "; ".join(f"{name}: {unit:g}" for name, unit in zip(("DDP", "ZeRO 1 and 2", "ZeRO 3"), units, strict=True))
