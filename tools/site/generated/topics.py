"""The page that says where the book treats what."""

import json
from pathlib import Path

TOPICS: dict[str, dict[str, tuple[str, ...]]] = {
    "Foundations": {
        "What an optimizer does; the optimizers of `torch.optim`": ("foundations/gradient_descent", "reference/zoo"),
        "Full-batch gradient descent, its cost, its one rate, the limit 2/L": (
            "foundations/gradient_descent", "foundations/quadratic",
        ),
        "Mini-batches: a noisy estimate, steps per epoch, what noise does": ("foundations/stochastic_gradients",),
        "Stability limits with momentum": ("momentum/heavy_ball", "foundations/quadratic"),
    },
    "Rules": {
        "Momentum: the recursion, its expansion, the ball, valleys": ("momentum/heavy_ball",),
        "Momentum conventions: sum, average, dampening": ("momentum/heavy_ball", "reference/conventions"),
        "Nesterov's look-ahead": ("momentum/nesterov",),
        "AdaGrad: the sum, sparse features, the shrinking rate": ("adaptive/adagrad", "adam/sparse"),
        "RMSProp: the average, its history, momentum in it, the first step": ("adaptive/rmsprop",),
        "Adadelta and units": ("adaptive/adadelta",),
        "Rprop and signs": ("adaptive/rprop",),
        "Adam: two moments and a quotient; default settings": ("adam/bias_correction",),
        "Bias correction": ("adam/bias_correction",),
        "The place of epsilon": ("adam/bias_correction", "reference/conventions"),
        "L2 regularization and decoupled decay; AdamW, from scratch and its limit points": ("adam/decoupled_decay",),
        "AMSGrad, and where Adam does not converge": ("adam/amsgrad",),
        "Adamax, NAdam, RAdam": ("adam/variants",),
        "AdaBelief, Yogi": ("adam/second_moments",),
        "Weight decay as dynamics: equilibrium norm, rotation, memory in tokens": (
            "large_models/decay_dynamics", "adam/decoupled_decay",
        ),
        "Hyperparameters that transfer: μP, coordinate check, depth, laws for rate and batch": (
            "large_models/transfer", "practice/choosing",
        ),
        "Schedules without a horizon: cooldown, bound of the last iterate, re-warming": (
            "large_models/no_horizon", "practice/schedules",
        ),
        "FP8 and FP4: formats with blocks, states in 8 and 4 bits, rounding of averages": (
            "large_models/low_precision", "practice/mixed_precision",
        ),
        "Sparse gradients and embeddings": ("adam/sparse",),
        "Lion, sign updates, its tuning and memory": ("modern/lion",),
        "LARS, LAMB, trust ratios, large batches": ("modern/lars_lamb",),
        "Adafactor": ("modern/adafactor",),
        "GaLore, APOLLO, Adam-mini: states of low rank": ("modern/low_rank", "practice/memory"),
        "Muon": ("modern/muon", "large_models/muon_at_scale"),
        "Shampoo, SOAP": ("modern/shampoo_soap",),
        "PSGD-Kron: a whitening that is fitted": ("modern/kron",),
        "Schedule-Free, Prodigy": ("modern/schedule_free",),
        "AdEMAMix, MARS; a slow average, variance reduction": ("modern/two_memories",),
        "Sophia, SAM, flat and sharp minima": ("modern/sophia", "modern/sam", "practice/sgd_or_adam"),
        "ADOPT, cautious steps and decay, Hyperball": ("modern/one_line",),
        "L-BFGS and line search": ("classical/lbfgs",),
        "Averages: ASGD, SWA, EMA, Lookahead": ("classical/averaging",),
        "Optimizers as chains of transformations": ("classical/chains",),
    },
    "Training": {
        "The order of a training step; `zero_grad`": ("practice/training_step",),
        "Checkpoints and resuming": ("practice/training_step", "practice/instruments"),
        "Schedules: step, cosine, linear, inverse root, one cycle, warm-up, restarts, plateau": ("practice/schedules",),
        "Why warm up": ("practice/schedules", "adam/variants"),
        "Clipping by norm, by value, adaptive; thresholds; non-finite gradients": ("practice/clipping",),
        "Monitoring gradient norms": ("practice/clipping",),
        "Parameter groups, rates per group, which parameters decay": ("practice/parameter_groups",),
        "Layer-wise rates, backbone and head, fine-tuning BERT": ("practice/parameter_groups", "practice/choosing"),
        "Gradient accumulation and its pitfalls": ("practice/batch_size", "practice/training_step"),
        "Batch size, scaling of the rate, gradient noise scale": ("practice/batch_size",),
        "Betas, epsilon and decay at another batch; batch ramps": ("large_models/batch_and_betas",),
        "Learning-rate sensitivity, ranges of rates": ("practice/sensitivity", "practice/choosing"),
        "Comparing optimizers on one task, fairly": ("adam/which_rule", "practice/sensitivity", "large_models/compared"),
        "Optimizer benchmarks for language models; speed-ups, tuned baselines, intermediate checkpoints": ("large_models/compared",),
        "SGD or Adam; the generalization gap": ("practice/sgd_or_adam", "adam/which_rule"),
        "Choosing an optimizer; recipes; typical learning rates": ("practice/choosing",),
        "When training goes wrong": ("practice/trouble", "practice/instruments", "large_models/stability"),
        "Attention logits, QK-norm, z-loss; spikes of large runs, faults of machines": ("large_models/stability",),
        "Fine-tuning and forgetting; LoRA's learning rate, LoRA+, rsLoRA; settings of DPO, PPO and GRPO": (
            "large_models/after_pretraining",
        ),
    },
    "Resources": {
        "Optimizer memory, LLaMA-7B, a memory estimator": ("practice/memory",),
        "Bytes per parameter of every optimizer": ("practice/memory", "reference/zoo"),
        "Activations, checkpointing, 8-bit states, LoRA, GaLore, offloading": ("practice/memory",),
        "Speed of a step: bytes moved, foreach, fused, compiled": ("practice/speed", "reference/speed"),
        "Mixed precision, loss scaling, master weights": ("practice/mixed_precision",),
        "ZeRO, FSDP and data-parallel training": ("practice/sharding", "large_models/distributed"),
        "Who has which gradient; norms, experts, and matrices on shards; DiLoCo": ("large_models/distributed",),
    },
    "Interview": {
        "Which optimizers does PyTorch have; how do SGD, Adam, AdamW differ?": ("adam/which_rule", "reference/zoo"),
        "SGD, momentum, RMSProp and Adam: which one when?": ("adam/which_rule", "practice/choosing"),
        "How does Adam combine momentum and RMSProp?": ("adam/bias_correction",),
        "What is AdamW, and why not Adam with L2?": ("adam/decoupled_decay",),
        "Why can SGD with momentum generalize better than Adam?": ("practice/sgd_or_adam",),
        "What does bias correction do?": ("adam/bias_correction",),
        "Which optimizer and rate for fine-tuning BERT?": ("practice/choosing", "practice/parameter_groups"),
        "Adam stalls on a ResNet, and BERT needs Adam: why?": ("practice/sgd_or_adam",),
        "What is often said and wrong": ("interview/claims",),
        "Writing an optimizer from memory, with its edge cases": ("interview/write_it", "adam/bias_correction", "adam/decoupled_decay"),
    },
    "Look up": {
        "Names, defaults and conventions of torch, Keras and optax": ("reference/conventions",),
        "Designing an optimizer: invariances, counterexamples, a rule of your own": (
            "practice/design", "reference/write_your_own", "reference/anatomy",
        ),
        "A rule as an optimizer for torch, JAX or Triton": ("reference/export", "practice/design"),
        "What each optimizer is, measured: invariances, units, responses": ("reference/anatomy",),
        "How far each optimizer is from its reference implementation": ("reference/conformance",),
        "Optimizers, learning rates, batches and schedules of published large models": ("reference/labs",),
        "Every public name": ("reference/api",),
        "Terms": ("reference/glossary",),
    },
}  # fmt: skip
"""Part, topic, and the pages that treat it, the first one in depth."""


def titles(book: Path) -> dict[str, str]:
    """The first heading of every page below ``book/``."""
    found = {}
    for path in book.rglob("*.md"):
        found[path] = path.read_text("utf8")
    for path in book.rglob("*.ipynb"):
        cells = json.loads(path.read_text("utf8"))["cells"]
        found[path] = "".join(cells[0]["source"])
    return {
        path.relative_to(book).with_suffix("").as_posix(): text.splitlines()[0].removeprefix("# ").strip()
        for path, text in found.items()
        if text.startswith("# ")
    }


def page(book: Path) -> str:
    """The page of topics in Markdown; a topic without a page, or with one that is not there, is an error."""
    title = titles(book)
    lines = [
        "# Topics",
        "",
        "What the book covers, and where. The first page of a row treats the topic in depth.",
    ]
    for part, topics in TOPICS.items():
        lines += ["", f"## {part}", "", "| topic | where |", "| --- | --- |"]
        for topic, pages in topics.items():
            if not pages or set(pages) - set(title):
                raise ValueError(f"topic {topic!r}: no such page among {pages}")
            links = [f"[{title[p]}](../{p}.{'md' if (book / f'{p}.md').exists() else 'ipynb'})" for p in pages]
            lines.append(f"| {topic} | {', '.join(links)} |")
    return "\n".join(lines) + "\n"
