"""Edges that the tasks allow: each has a probe, and a mistake that this probe alone brings to light."""

import pytest

from optedu.drill.grader.comparison import same
from optedu.drill.grader.exercise_form import edited, exercise
from optedu.drill.grader.sandbox import define, run

LOADED = "self.state = copy.deepcopy(saved)"
STEP = "        pairs = [(p, group)"
NEVER = "        if not self.state and all(g is None for g in grads):\n            self.param_groups = []\n"
SLY = {
    # exercise, the probe that sees it: edits of the reference
    ("accumulate", "equal micro-batches"): (("k == len(batches)", "(g, n) == batches[-1]"),),
    ("accumulate", "nothing"): (("return steps", "return steps or [[]]"),),
    ("clip_norm", "just below the limit"): (
        ("min(1.0, max_norm / (norm + 1e-6))", "max_norm / (norm + 1e-6) if norm >= max_norm else 1.0"),
    ),
    ("clip_value", "nothing is left"): (("    return ", "    limit = limit or 1.0\n    return "),),
    ("galore_project", "an old basis, wider"): (
        ("    low = g @", "    basis = basis[:, : min(g.shape)]\n    low = g @"),
    ),
    ("hyperball", "steps at the edge"): (("/ length * step", "/ (length + 1e-120) * step"),),
    ("hyperball", "steps at the other edge"): (("/ length * step", "/ min(length, 1e100) * step"),),
    ("hyperball", "tiny weights"): (("return radius / norm(q) * q", "return radius / (norm(q) + 1e-60) * q"),),
    ("hyperball", "huge weights"): (("return radius / norm(q) * q", "return min(radius, 1e50) / norm(q) * q"),),
    ("hyperball", "one number"): (("    q = ", "    if p.ndim == 0:\n        return -p\n    q = "),),
    ("int8_blocks", "the smallest and the largest"): (("        if scale:", "        if scale > 1e-202:"),),
    ("kahan_add", "nothing to add"): (("new = p + due", "new = p + due if due.any() else p"),),
    ("layerwise_decay", "more than a hundred blocks"): (('name.split(".")[1])', 'name.split(".")[1][:2])'),),
    ("layerwise_decay", "no names"): (("for name in names}", "for name in names} or None"),),
    ("loss_scaler", "a scale of 1"): (("    good += 1\n", "    good += any(any(g) for g in grads)\n"),),
    ("loss_scaler", "a huge scale"): (("scale * growth, 0", "min(scale * growth, 2.0**24), 0"),),
    ("loss_scaler", "a tiny scale"): (("scale * backoff, 0", "max(scale * backoff, 1e-6), 0"),),
    ("lr_finder", "huge losses"): (('float("inf")', "1e9"),),
    ("lr_finder", "ties"): (("falls.index(max(falls))", "len(falls) - 1 - falls[::-1].index(max(falls))"),),
    ("newton_schulz", "a large eps"): (("max(size, eps)", "(max(size, eps) if size else size)"),),
    ("normuon", "nothing to do"): (("(norm(w) + eps)", "(norm(w) + eps * (norm(w) > 0))"),),
    ("param_groups", "no parameters"): (("    rest = ", "    if not shapes:\n        return None\n    rest = "),),
    ("plateau", "huge losses"): (('float("inf")', "1e9"),),
    ("plateau", "at the bound"): (
        ("loss < best * (1 - threshold)", "loss <= best * (1 - threshold) and loss < best"),
    ),
    ("warmup_cosine", "a constant"): (("(peak - floor)", "((peak - floor) or peak)"),),
    ("trust_ratio", "tiny norms"): (("if p_norm and pull", "if p_norm > 1e-12 and pull > 1e-12"),),
    ("wsd", "a high floor"): (("peak * (t + 1) / warmup", "max(floor, peak * (t + 1) / warmup)"),),
    ("wsd", "a constant"): (("(floor - peak)", "((floor - peak) or -peak)"),),
    ("z_loss", "texts of several runs"): (
        ("coefficient / log_z.size", "coefficient / (log_z.size if logits.ndim < 4 else logits.shape[0])"),
    ),
    ("z_loss", "far apart"): (("top = logits.max(", "top = logits.mean("),),
    ("adam", "a long run"): (("m / (1 - b1**t)", "m / (1 - b1**min(t, 100))"),),
    ("adagrad", "a long run"): (("(t - 1) * lr_decay", "(min(t, 50) - 1) * lr_decay"),),
    ("adam", "large numbers"): (("    return p, m, v", "    return maximum(-100, p), m, v"),),
    ("lion", "large numbers"): (("    m = b2 * m", "    g = maximum(-100, g)\n    m = b2 * m"),),
    ("schedule_free", "a state of zero later"): (("if z is None:", "if not z:"),),
}  # fmt: skip
CLASSES = {
    ("a setting of zero is the default", "groups that say a part"): (
        ("{**settings, **group}", "{**settings, **{k: v for k, v in group.items() if k == 'params' or v}}"),
    ),
    ("what changes later is not read", "groups that say a part"): (
        (
            "            settings = {key: group[key]",
            "            first = self.__dict__.setdefault(str(id(group)), dict(group))\n"
            "            settings = {key: (group if key in ('lr', 'weight_decay') else first)[key]",
        ),
    ),
    ("loading keeps what is not saved", "saved early"): ((LOADED, "self.state.update(copy.deepcopy(saved))"),),
    ("a first step without gradients ends it", "no gradients at first"): (
        (STEP, NEVER + STEP),
    ),
}  # fmt: skip


def seen_by(form, edits):
    """The probes that tell the reference from what it becomes by these edits."""
    right, other = (define(edited(form.reference, e), (form.name,)) for e in ((), edits))
    return {probe.name for probe in form.probes
            if probe.applies(right) and not same(run(probe, right), run(probe, other))}  # fmt: skip


@pytest.mark.parametrize("name, probe", SLY)
def test_an_edge_is_seen_by_its_probe_alone(name, probe):
    assert seen_by(exercise(name), SLY[name, probe]) == {probe}


@pytest.mark.parametrize("what, probe", CLASSES)
@pytest.mark.parametrize("name", ["adamw", "momentum", "adagrad"])
def test_an_edge_of_a_class_is_seen_by_its_probe_alone(name, what, probe):
    assert seen_by(exercise(name).as_class, CLASSES[what, probe]) == {probe}
