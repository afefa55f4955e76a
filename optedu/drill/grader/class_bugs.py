"""The same walks with a class, and the mistakes that are not in the numbers but in the code around them."""

from collections.abc import Callable, Iterator

from . import class_probes
from .exercise_form import Bug, ClassForm
from .rule_probes import Rule

CLASS = """
import copy


class CLASS:
    def __init__(self, params, **settings):
        params = list(params)
        groups = params if isinstance(params[0], dict) else [{"params": params}]
        self.param_groups = [{**settings, **group} for group in groups]
        self.state = {}

    def step(self, grads):
        pairs = [(p, group) for group in self.param_groups for p in group["params"]]
        for i, ((p, group), g) in enumerate(zip(pairs, grads)):
            if g is None:
                continue
            settings = {key: group[key] for key in KEYWORDS}
            if i not in self.state:
                arrays = [np.full_like(p, x) if x is not None else None for x in STATE]
                self.state[i] = {"t": 0, "arrays": arrays}
            state = self.state[i]
            state["t"] += 1
            new_p, *new = RULE(g, p, *state["arrays"], COUNT**settings, NEUTRAL)
            state["arrays"] = [np.array(a) for a in new[: len(state["arrays"])]]
            p[...] = new_p

    def state_dict(self):
        return copy.deepcopy(self.state)

    def load_state_dict(self, saved):
        self.state = copy.deepcopy(saved)
"""
"""The class around a rule, without the checks of `optedu.Optimizer`: the text that the bugs below edit."""


# Which rules can have a bug


def _all(rule: Rule) -> bool:
    return True


def _stateful(rule: Rule) -> bool:
    return len(rule.returns) > 1


def _remembering(rule: Rule) -> bool:
    return _stateful(rule) and rule.name not in ("momentum", "lion")  # without memory these are other bugs of theirs


def _counting(rule: Rule) -> bool:
    return rule.counts


def _dampened(rule: Rule) -> bool:
    return "dampening" in rule.settings


def _correcting(rule: Rule) -> bool:
    return rule.counts and rule.name != "adagrad"  # whose count serves the rate alone


def _live(rule: Rule) -> bool:
    return "lr" not in rule.only_class


def _live_memory(rule: Rule) -> bool:
    return _live(rule) and _stateful(rule)


def _decoupled(rule: Rule) -> bool:
    return rule.name in ("adamw", "lion")


def _aliasing(rule: Rule) -> bool:
    return "buf" in rule.returns


# Arrays that each step writes into, in dicts of which a copy is new and the arrays are not
IN_PLACE = (
    '[np.array(a) for a in new[: len(state["arrays"])]]',
    '[np.array(a) if old is None else np.multiply(a, 1, out=old) for old, a in zip(state["arrays"], new)]',
)
SHALLOW_SAVED = ("return copy.deepcopy(self.state)", "return {i: dict(s) for i, s in self.state.items()}")
SHALLOW_LOADED = ("self.state = copy.deepcopy(saved)", "self.state = {i: dict(s) for i, s in saved.items()}")

BUGS: tuple[tuple[Callable[[Rule], bool], Bug], ...] = (
    (_stateful, Bug(
        "one-state-for-all",
        "All parameters share one state. Each step mixes the gradients of different tensors.",
        r"s_t^{(i)} = f\bigl(s_{t-1}^{(i)}, g_t^{(i)}\bigr)\ \text{for each tensor}\ i",
        (("enumerate(zip(pairs, grads)):\n", "enumerate(zip(pairs, grads)):\n            i = 0\n"),),
        others=((("enumerate(zip(pairs, grads)):\n", "enumerate(zip(pairs, grads)):\n            i = 0\n"),
                 ("            if i not in", '            if g.shape != getattr(self, "last", None):\n'
                  "                self.state = {}\n            self.last = g.shape\n            if i not in")),
                (("enumerate(zip(pairs, grads)):\n", "enumerate(zip(pairs, grads)):\n            i = p.shape\n"),)),
    )),
    (_remembering, Bug(
        "state-made-anew",
        "The state is created at every step, so nothing is remembered.",
        r"s_t = f(s_{t-1}, g_t),\ \text{with}\ s_0\ \text{only at}\ t = 1",
        (("if i not in self.state:", "if True:"),),
    )),
    (_counting, Bug(
        "counter-of-calls",
        "The counter counts calls of step. A parameter that had no gradient for a while is corrected as if it had.",
        r"t_i = \text{number of steps that tensor}\ i\ \text{has taken}",
        (("        pairs = [", '        self.t = getattr(self, "t", 0) + 1\n        pairs = ['),
         ('state["t"] += 1', 'state["t"] = self.t')),
        others=((("        pairs = [", '        self.t = getattr(self, "t", 0) + any(g is not None for g in grads)\n'
                  "        pairs = ["),
                 ('state["t"] += 1', 'state["t"] = self.t')),),
    )),
    (_counting, Bug(
        "counter-in-the-loop",
        "One counter grows with every parameter instead of every step: with n parameters it runs n times too fast.",
        r"t \leftarrow t + 1\ \text{once per step}",
        (('state["t"] += 1', 'self.t = state["t"] = getattr(self, "t", 0) + 1'),),
    )),
    (_all, Bug(
        "parameter-rebound",
        "The parameter's name is bound to a new array (`p = p - ...`). The caller's array, which the model uses, "
        "never moves. Write into it: `p -= ...` or `p[...] = ...`.",
        r"\theta\ \text{in place}",
        (("p[...] = new_p", "p = new_p"),),
    )),
    (_all, Bug(
        "gradient-changed",
        "The caller's gradient is changed in place. Clipping, logging or a second optimizer then see something else.",
        r"g\ \text{is read, never written}",
        (("            p[...] = new_p", "            p[...] = new_p\n            g *= 0"),),
    )),
    (_aliasing, Bug(
        "state-aliases-gradient",
        "The buffer is the gradient array itself, not a copy. When the caller fills that array again, "
        "the memory changes with it.",
        r"b_1 = \mathrm{copy}(g_1)",
        (("[np.array(a) for a in new[", "[a for a in new["),),
    )),
    (_stateful, Bug(
        "none-taken-for-zero",
        "A missing gradient is treated as zeros. The parameter still moves by its memory, and its state decays. "
        "None means: leave parameter, state and counter alone.",
        r"g = \text{None} \Rightarrow (\theta, s, t)\ \text{unchanged}",
        (("if g is None:\n                continue", "if g is None:\n                g = np.zeros_like(p)"),),
    )),
    (_all, Bug(
        "group-options-ignored",
        "The options of a group are overwritten by the defaults.",
        r"\text{group option} \succ \text{default}",
        (("{**settings, **group}", "{**group, **settings}"),),
    )),
    (_live, Bug(
        "last-group-for-all",
        "All groups are stepped with the settings of the last one.",
        r"\gamma_i = \gamma\bigl(\text{group of}\ i\bigr)",
        (("{key: group[key]", "{key: self.param_groups[-1][key]"),),
    )),
    (_all, Bug(
        "only-the-first-group",
        "Only the parameters of the first group are stepped.",
        r"\text{every group is stepped}",
        (("for group in self.param_groups for", "for group in self.param_groups[:1] for"),),
    )),
    (_live, Bug(
        "settings-read-once",
        "The settings are kept from the first step. A scheduler that writes `group['lr']` has no effect.",
        r"\gamma_t = \text{group}[\text{lr}]\ \text{at step}\ t",
        (("settings = {key: group[key] for key in KEYWORDS}",
          'settings = group.setdefault("first", {key: group[key] for key in KEYWORDS})'),),
    )),
    (_counting, Bug(
        "counter-not-restored",
        "The step counter starts anew after loading. The correction for the start at zero is applied to averages "
        "that are full already.",
        r"t\ \text{belongs to the state}",
        (("self.state = copy.deepcopy(saved)",
          "self.state = copy.deepcopy(saved)\n        for state in self.state.values():\n            "
          "state.update(t=0)"),),
        others=((("self.state = copy.deepcopy(saved)",
                  "own, self.state = self.state, copy.deepcopy(saved)\n        for i, state in self.state.items():\n"
                  '            state["t"] = own[i]["t"] if i in own else 0'),),),
    )),
    (_stateful, Bug(
        "state-not-restored",
        "Loading restores nothing: the run goes on with empty memory.",
        r"s_{t} = \text{saved}",
        (("self.state = copy.deepcopy(saved)", "pass"),),
        others=((("self.state = copy.deepcopy(saved)", "self.state = {}"),),),
    )),
    (_stateful, Bug(
        "saved-state-shared",
        "What is saved is the memory itself, not a copy: later steps change the checkpoint.",
        r"\text{saved} = \mathrm{copy}(s_t)",
        (("return copy.deepcopy(self.state)", "return self.state"),),
        others=((SHALLOW_SAVED, IN_PLACE), (SHALLOW_SAVED, IN_PLACE, SHALLOW_LOADED)),
    )),
    (_stateful, Bug(
        "loaded-state-shared",
        "Loading keeps what was handed over, not a copy: two optimizers then write to the same memory.",
        r"s_t = \mathrm{copy}(\text{saved})",
        (("self.state = copy.deepcopy(saved)", "self.state = saved"),),
        others=((("self.state = copy.deepcopy(saved)", "self.state = saved"),
                 ("return copy.deepcopy(self.state)", "return self.state")),
                (SHALLOW_LOADED, IN_PLACE)),
    )),
    (_all, Bug(
        "first-group-for-all",
        "All groups are stepped with the settings of the first one.",
        r"\gamma_i = \gamma\bigl(\text{group of}\ i\bigr)",
        (("{key: group[key]", "{key: self.param_groups[0][key]"),),
    )),
    (_stateful, Bug(
        "index-starts-again",
        "The place of the state is counted within each group, so the first arrays of two groups share one.",
        r"s^{(i)}\ \text{belongs to one tensor}",
        (("enumerate(zip(pairs, grads)):\n",
          'enumerate(zip(pairs, grads)):\n            i = [q is p for q in group["params"]].index(True)\n'),),
    )),
    (_all, Bug(
        "stops-at-none",
        "The loop ends at the first missing gradient: the parameters behind it are not stepped.",
        r"g = \text{None} \Rightarrow \text{go on with the next}",
        (("continue", "break"),),
    )),
    (_all, Bug(
        "gradients-close-up",
        "Missing gradients are dropped before the lists are paired: those behind them land at the wrong parameters.",
        r"(\theta_i, g_i)\ \text{by place}",
        (("zip(pairs, grads)", "zip(pairs, [g for g in grads if g is not None])"),),
    )),
    (_all, Bug(
        "gradients-begin-again",
        "The list of gradients is read from its beginning in every group: the second group gets those of the first.",
        r"(\theta_i, g_i)\ \text{by place, over all groups}",
        (("zip(pairs, grads)",
          'zip(pairs, [g for group in self.param_groups for _, g in zip(group["params"], grads)])'),),
    )),
    (_decoupled, Bug(
        "decay-without-gradient",
        "Parameters without a gradient are shrunk all the same.",
        r"g = \text{None} \Rightarrow (\theta, s, t)\ \text{unchanged}",
        (("                continue", '                p *= 1 - group["lr"] * group["weight_decay"]\n'
          "                continue"),),
    )),
    (_stateful, Bug(
        "reset-when-missing",
        "A missing gradient clears the memory of its parameter.",
        r"g = \text{None} \Rightarrow (\theta, s, t)\ \text{unchanged}",
        (("                continue", "                self.state.pop(i, None)\n                continue"),),
    )),
    (_live_memory, Bug(
        "reset-when-rate-changes",
        "A new learning rate clears the memory.",
        r"s_t\ \text{does not depend on}\ \gamma",
        (("            if i not in", '            i = i, group["lr"]\n            if i not in'),),
        others=((("            if i not in",
                  '            if self.state.get(i, {}).get("lr", group["lr"]) != group["lr"]:\n'
                  "                del self.state[i]\n            if i not in"),
                 ('state["t"] += 1', 'state["t"] += 1\n            state["lr"] = group["lr"]')),),
    )),
    (_dampened, Bug(
        "one-flag-for-all",
        "One flag tells the first step of the whole optimizer: a parameter whose first gradient comes later starts "
        "from a buffer of zeros.",
        r"b_1 = g_1\ \text{for each tensor}",
        (("            state = self.state[i]\n",
'            state = self.state[i]\n            if getattr(self, "begun", 0) and state["arrays"][0] is None:\n'
          '                state["arrays"][0] = np.zeros_like(p)\n'),
         ("    def state_dict", "        self.begun = 1\n\n    def state_dict")),
    )),
    (_counting, Bug(
        "memory-for-all",
        "All parameters share their averages (a list of one array, many times), though each has its own count.",
        r"s_t^{(i)} = f\bigl(s_{t-1}^{(i)}, g_t^{(i)}\bigr)\ \text{for each tensor}\ i",
        (('*state["arrays"]', '*getattr(self, "common", state["arrays"])'),
         ('state["arrays"] = [np.array(a)', 'self.common = state["arrays"] = [np.array(a)')),
    )),
    (_correcting, Bug(
        "counter-never-raised",
        "The counter stays at 1: every step is corrected as if it were the first.",
        r"t = 1, 2, \dots",
        (('state["t"] += 1', 'state["t"] = 1'),),
    )),
    (_correcting, Bug(
        "counter-one-ahead",
        "The counter is one too large: the first step is corrected as if it were the second.",
        r"t = 1, 2, \dots",
        (('{"t": 0,', '{"t": 1,'),),
    )),
)  # fmt: skip


def _of_each_state(rule: Rule) -> Iterator[Bug]:
    """Mistakes with one part of the state, and with some of the settings."""
    names = rule.returns[1:]
    for k, name in enumerate(names if len(names) > 1 else ()):
        yield Bug(
            f"{name}-not-restored".replace("_", "-"), f"`{name}` starts anew after loading; the rest is restored.",
            r"s_{t} = \text{saved}",
            (("self.state = copy.deepcopy(saved)",
              "self.state = copy.deepcopy(saved)\n        group = self.param_groups[0]\n        for state in "
              f'self.state.values():\n            state["arrays"][{k}] = STATE[{k}]'),),
            others=((("self.state = copy.deepcopy(saved)",
                      "own, self.state = self.state, copy.deepcopy(saved)\n        group = self.param_groups[0]\n"
                      "        for i, state in self.state.items():\n"
                      f'            state["arrays"][{k}] = own[i]["arrays"][{k}] if i in own else STATE[{k}]'),),),
        )  # fmt: skip
    for k, name in enumerate(names):
        if rule.state({**rule.settings, "lr": None})[k] == 0.0:
            yield Bug(
                f"{name}-starts-at-one".replace("_", "-"), f"`{name}` starts at one, not at zero.", f"{name}_0 = 0",
                (("for x in STATE]", f"for x in (*STATE[:{k}], 1.0, *STATE[{k + 1}:])]"),),
            )  # fmt: skip
    keys = [key for key in rule.settings if key not in rule.only_class]
    chosen = [(key,) for key in keys] + [tuple(k for k in keys if k not in ("lr", "weight_decay")),
                                         tuple(k for k in keys if k != "lr"), tuple(keys)]  # fmt: skip
    for some in dict.fromkeys(c for c in chosen if c):
        listed = " and ".join(f"`{key}`" for key in some)
        yield Bug(
            f"constructor-{'-'.join(some)}".replace("_", "-"),
            f"The constructor's {listed} {'is' if len(some) == 1 else 'are'} used in every group, whatever "
                f"stands there.",
            r"\text{group option} \succ \text{default}",
            (("        self.state = {}\n", "        self.state, self.fixed = {}, settings\n"),
             ("{key: group[key] for", f"{{key: self.fixed[key] if key in {some!r} else group[key] for")),
        )  # fmt: skip
        if len(some) < len(keys):
            yield Bug(
                f"first-group-{'-'.join(some)}".replace("_", "-"),
                f"{listed} of the first group {'is' if len(some) == 1 else 'are'} used in every group.",
                r"\gamma_i = \gamma\bigl(\text{group of}\ i\bigr)",
                (("{key: group[key] for", f"{{key: (self.param_groups[0] if key in {some!r} else group)[key] for"),),
            )  # fmt: skip


def class_form(
    rule: Rule, name: str, reference: str, bugs: tuple[Bug, ...], state: str, function: str,
    without: tuple[str, ...] = (),
) -> ClassForm:  # fmt: skip
    """The form of an exercise that asks for a class.

    Parameters
    ----------
    name : str
        Of the class.
    reference, function : str
        Text of the rule, and the function in it that is called.
    bugs : tuple of Bug
        Those of the rule; their edits hold here too.
    state : str
        Code for the initial values of the state; it may use ``group``.
    without : tuple of str
        Mistakes around a rule that give the numbers of another one here, or of none.
    """
    keywords = tuple(key for key in rule.settings if key not in rule.only_class)
    words = {
        "class CLASS": f"class {name}", "KEYWORDS": repr(keywords), "STATE": state, "RULE": function,
        "COUNT": 't=state["t"], ' if rule.counts else "",
        ", NEUTRAL": "".join(f", {key}={value!r}" for key, value in rule.neutral.items()),
    }  # fmt: skip

    def filled(text: str) -> str:
        for word, value in words.items():
            text = text.replace(word, value)
        return text

    def put(edits: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        return tuple((filled(old), filled(new)) for old, new in edits)

    around = [
        Bug(b.name, b.says, b.breaks, put(b.edits), others=tuple(map(put, b.others)))
        for b in (*(b for applies, b in BUGS if applies(rule)), *_of_each_state(rule))
        if b.name not in without
    ]  # fmt: skip
    return ClassForm(name, reference + filled(CLASS), tuple(class_probes.probes(rule)), (*bugs, *around))


def task(rule: Rule, name: str, cls: str, conventions: str) -> str:
    """What to write, in Markdown: the signature, what comes in and goes out, the conventions."""
    new, *state = rule.returns
    keywords = [key for key in rule.settings if key not in rule.only_class]
    arguments = ", ".join(["g", new, *state, "*", *(["t"] if rule.counts else []), *keywords])
    returns = ", ".join(rule.returns)
    what = "arrays of the whole tensor" if rule.whole else "numbers"
    counted = " `t` is the step of this parameter, counted from 1." if rule.counts else ""
    start = f" At first the state is {_words(rule)}." if state else ""
    counted_too = ", with its state" + (" and its count of steps," if rule.counts else ",") if state else ""
    listed = ", ".join(f"{key}=..." for key in rule.settings)
    zero = [f"`{key}`" for key in ("weight_decay", "dampening") if key in keywords]
    above = "they are above 0" + (f"; only {' and '.join(zero)} may be 0" if zero else "")
    return f"""Write one step as a function:

`{name}({arguments}) -> {f"({returns})" if state else returns}`

`g` is the gradient and `p` the parameter, {what}. Settings come by keyword, and {above}.{counted}{start}
Return the new values in this order.

{conventions.strip()}

Or write a class: `{cls}({"params, " + listed})` with `step(grads)`; all settings are handed over.

- `params` is a list of NumPy arrays with one axis or more, changed in place. `grads` has one array for each, which is
  not changed, or None: then the parameter{counted_too} stays as it is.
- If it has `param_groups`, a list of dicts with `params` and the settings, then `params` may be a list of such dicts,
  in which settings may be missing; `grads` follows their order, and what is written into a group later holds from then
  on.
- If it has `state_dict` and `load_state_dict`, what is saved is a snapshot: no step changes it, nor does loading. The
  settings may be in it, as in torch, or not: it is loaded only where the settings are the same, into an optimizer that
  is new or has begun.
- It may have torch's form, with `step()` in the place of `step(grads)`. Each array in `params` then has a `.grad`, an
  array or None, which `step` reads and leaves unchanged, and a `.data`, which may be changed in place or replaced.
  There is no torch, but methods such as `add_` and `mul_` work. If the class has `zero_grad()`, every `.grad` is None
  or zero afterwards.
"""


def _words(rule: Rule) -> str:
    """The initial state in words."""
    values = rule.state({**rule.settings, "lr": "the learning rate"})
    return ", ".join(f"`{name} = {value}`" if not isinstance(value, str) else f"`{name}` = {value}"
                     for name, value in zip(rule.returns[1:], values, strict=True))  # fmt: skip
