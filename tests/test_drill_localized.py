"""Where and how an answer differs: what is said of a mistake without a name is so in the calls that were compared."""

import pytest

from optedu.drill.grader.exercise_form import edited, exercise, exercises
from optedu.drill.grader.localized import Event, _where, localized
from optedu.drill.grader.sandbox import define

FORMS = {form.name: form for e in exercises() for form in (e, e.as_class) if form}
SAID = {
    # form: edits, and what is to be said of it
    "adamw": (("p = p - lr * weight_decay * p", "p = p - 7 * weight_decay * p"), [
        "`m` and `v` are right in all", "Your answer is wrong only where `weight_decay` is not 0",
    ]),
    "momentum": (
        ("        buf = g\n", "        g = buf = (1 - dampening) * g\n"),
        ["wrong only where `buf` is None", "`(1 - dampening)` times"],
    ),
    "nadam": (("(1 - mu) / (1 - mu_product) * g", "(1 - mu) * g"), ["`mu_product`, `m` and `v` are right in all"]),
    "swa": (("(n + 1)", "min(n + 1, 2)"), ["wrong only where `n` is above 1"]),
    "loss_scaler": (("x / scale for x", "x / scale / growth for x"), [
        '"scale afterwards" is right in all', '"gradients" is `1/growth` times what it should be',
    ]),
    "int8_blocks": (
        ("            code = ", "            part = part * (len(part) in (block, flat.size))\n            code = "),
        ["only where the size of `x` and `block` leave a rest"],
    ),
    "galore_project": (("g.shape[0] >= g.shape[1]", "g.shape[0] > g.shape[1]"), ["wrong only where `g` is square"]),
    "clip_norm": (("min(1.0, max_norm / (norm + 1e-6))", "max_norm / (norm + 1e-6)"), [
        '"norm" is right in all', "wrong only where the norm of `grads` is below `max_norm`",
    ]),
    "wsd": (("min(1.0, max(0.0, done))", "max(0.0, done)"), ["wrong only where `t` is above `total`"]),
    "resume": (("[list(v) for v in old.v]", "[list(v) for v in old.m]"), ["only `new.v` and \"the model\" differ"]),
    "ADOPT": (("v = b2 * v + (1 - b2) * g * g", "v = g * g"), ["only where the array has had at least two gradients"]),
    "AdamW": (("self.state = copy.deepcopy(saved)", "self.state.update(copy.deepcopy(saved))"), [
        'seen in one alone, "saved early"',
    ]),
}  # fmt: skip


def said(form, *edits):
    right, answer = (define(edited(form.reference, e), (form.name,)) for e in ((), edits))
    return " ".join(localized(form.probes, right, answer))


@pytest.mark.parametrize("name", SAID)
def test_what_is_said_narrows_it_down(name):
    edit, words = SAID[name]
    found = said(FORMS[name], edit)
    assert all(word in found for word in words), found


@pytest.mark.parametrize("name", FORMS)
def test_of_what_is_right_nothing_is_said(name):
    assert said(FORMS[name]) == ""


def test_a_call_that_raises_is_wrong_and_the_others_are_compared():
    found = said(exercise("swa"), ("    return ", "    assert n < 2\n    return "))
    assert "wrong only where `n` is above 1" in found


def event(good, **conditions):
    return Event(
        {(f"it is {k}", f"it is not {k}"): v for k, v in conditions.items()}, {}, {"x": 1.0}, {"x": 1.0 * good}
    )


def test_a_condition_is_told_only_if_it_tells():
    few = [event(True, red=False)] * 4
    assert [*_where([event(False, red=True), *few], "calls")] == []
    wide = [event(False, red=True), *[event(True, red=True)] * 2, *few, *few]
    assert [*_where(wide, "calls")] == []
    both = [event(False, red=True, blue=True), *[event(True, red=True, blue=False)] * 2,
            *[event(True, red=False, blue=True)] * 2, *[event(True, red=False, blue=False)] * 9]  # fmt: skip
    (words,) = _where(both, "calls")
    assert words.startswith("Your answer is wrong only where it is red and it is blue: in the one case of this kind. ")
    assert words.endswith("The other 13 are right.")
