"""The same walks with a class, and the mistakes that are not in the numbers but in the code around them."""

from collections.abc import Callable

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


def _live(rule: Rule) -> bool:
    return "lr" not in rule.only_class


def _aliasing(rule: Rule) -> bool:
    return "buf" in rule.returns


BUGS: tuple[tuple[Callable[[Rule], bool], Bug], ...] = (
    (_stateful, Bug(
        "one-state-for-all",
        "All parameters share one state. Each step mixes the gradients of different tensors.",
        r"s_t^{(i)} = f\bigl(s_{t-1}^{(i)}, g_t^{(i)}\bigr)\ \text{for each tensor}\ i",
        (("enumerate(zip(pairs, grads)):\n", "enumerate(zip(pairs, grads)):\n            i = 0\n"),),
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
    )),
    (_stateful, Bug(
        "state-not-restored",
        "Loading restores nothing: the run goes on with empty memory.",
        r"s_{t} = \text{saved}",
        (("self.state = copy.deepcopy(saved)", "pass"),),
    )),
)  # fmt: skip


def class_form(rule: Rule, name: str, reference: str, bugs: tuple[Bug, ...], state: str, function: str) -> ClassForm:
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

    around = [
        Bug(b.name, b.says, b.breaks, tuple((filled(old), filled(new)) for old, new in b.edits))
        for applies, b in BUGS if applies(rule)
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
    return f"""Write one step as a function:

`{name}({arguments}) -> {f"({returns})" if state else returns}`

`g` is the gradient and `p` the parameter, {what}. Settings come by keyword.{counted}{start}
Return the new values in this order.

{conventions.strip()}

Or write a class: `{cls}({"params, " + listed})` with `step(grads)`; all settings are handed over.
`params` is a list of NumPy arrays with one axis or more, changed in place. `grads` has one array for each, which is
not changed, or None: then the parameter{counted_too} stays as it is.
If it has `param_groups`, a list of dicts with `params` and the settings, then `params` may be a list of such dicts, in
which settings may be missing; `grads` follows their order, and what is written into a group later holds from then on.
If it has `state_dict` and `load_state_dict`, what is saved is a snapshot: no step changes it, nor does loading.
"""


def _words(rule: Rule) -> str:
    """The initial state in words."""
    values = rule.state({**rule.settings, "lr": "the learning rate"})
    return ", ".join(f"`{name} = {value}`" if not isinstance(value, str) else f"`{name}` = {value}"
                     for name, value in zip(rule.returns[1:], values, strict=True))  # fmt: skip
