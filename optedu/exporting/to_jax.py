"""A rule written out as a `GradientTransformation` of optax: one file that needs jax and optax."""

from .parts import TAB, Parts, Starts, about, choice, heading, literal, packed, parts, quoted, signature
from .rewriting import CHOOSE
from .spelling import Jax
from .subject import Subject

TESTED = (
    "Tested: in float64, over 100 steps of two groups with a schedule, eager and under jit, files written so\n"
    "differ from optedu's own steps by at most 1e-11."
)

_CHOOSE = f'''\
def {CHOOSE}(condition, yes, no):
    """What one of two branches returns; data decide which."""
    pairs = zip(yes, no, strict=True)
    return tuple(y if y is n else jnp.where(condition, y, n) for y, n in pairs)'''


class _Starts(Starts):
    by_rule = "jnp.zeros_like(p)"

    def fill(self, value: str) -> str:
        return "jnp.zeros_like(p)" if value in ("0.0", "0") else f"jnp.full_like(p, {value})"

    def number(self, value: str) -> str:
        return f"jnp.asarray({value}, float)"

    def copy(self, p: str) -> str:
        return f"jnp.array({p})"


def jax_file(subject: Subject, tested: bool) -> str:
    """The text of the file.

    Parameters
    ----------
    subject : Subject
    tested : bool
        Whether our tests hold for it, so that the file may say so.

    Raises
    ------
    NotExported
        If something in the rule has no counterpart in JAX.
    """
    dialect = Jax(traced=True)
    found = parts(subject, dialect, _Starts())
    choosing = found.chooses or any(state.by_rule for state in subject.states)
    blocks = [heading(subject, "jax and optax", TESTED if tested else "")]
    imports = sorted({*found.imports, "from typing import Any, NamedTuple"}, key=lambda s: (s.startswith("from"), s))
    blocks.append("\n".join([*imports, "", "import jax", "import jax.numpy as jnp", "import optax"]))
    if found.constants:
        blocks.append("\n".join(found.constants))
    functions = [*([_CHOOSE] if choosing else []), *found.functions, *([found.initial] if found.initial else [])]
    functions += [*found.checks, _state(subject), _transformation(subject, dialect, found)]
    if subject.kind == "schedule_free":
        functions.append(_evaluation(subject))
    return "\n".join([*(f"{block}\n" for block in blocks), *(f"\n{text}\n" for text in functions)])


def _state(subject: Subject) -> str:
    return "\n".join([
        f"class {subject.name}State(NamedTuple):",
        f'{TAB}"""The count of steps, and by name a tree like the parameters for each entry of the state."""',
        "",
        f"{TAB}count: jax.Array",
        f"{TAB}states: dict[str, Any]",
    ])  # fmt: skip


def _transformation(subject: Subject, dialect: Jax, found: Parts) -> str:
    scheduled = any(p.name == "lr" for p in subject.signature)
    words = (
        ["", "A callable `lr` is a schedule: it is given the count of the steps that were taken."] if scheduled else []
    )
    example = ["", "Example", "-------", f">>> optimizer = {subject.name}({_example(subject)})",
               ">>> state = optimizer.init(params)",
               ">>> updates, state = optimizer.update(grads, state, params)",
               ">>> params = optax.apply_updates(params, updates)"]  # fmt: skip
    lines = [
        *signature(subject, [], f"def {subject.name}", ":", ""),
        quoted(about(subject, "", [*words, *example]), TAB),
    ]
    values = [f"{p.name}={p.name}" for p in subject.signature if p.name != "lr"]
    values += [f"{name}={literal(value)}" for name, value in subject.constants.items()]
    lines += packed(f"{TAB}fixed = dict(", values, ")", TAB)
    if "check" in {text.removeprefix("def ").partition("(")[0] for text in found.checks}:
        now = '{**fixed, "lr": 0.0 if callable(lr) else lr}' if scheduled else "fixed"
        lines.append(f"{TAB}check({now})")
    if subject.states:
        lines.append(f"{TAB}names = {_names(subject)}")
    lines += ["", *(TAB + line if line else "" for line in [*_init(subject, found, scheduled), "",
                                                          *_update(subject, dialect, scheduled)])]  # fmt: skip
    lines += ["", f"{TAB}return optax.GradientTransformation(init, update)"]
    return "\n".join(lines)


def _example(subject: Subject) -> str:
    first = subject.signature[0] if subject.signature else None
    needed = [f"{p.name}=0.01" for p in subject.signature if p.default is p.empty]
    return ", ".join(needed) or (f"{first.name}={literal(first.default)}" if first else "")


def _init(subject: Subject, found: Parts, scheduled: bool) -> list[str]:
    lines = ["def init(params):"]
    if found.parameter:
        lines += [
            "    for path, p in jax.tree_util.tree_leaves_with_path(params):",
            '        check_parameter(f"params{jax.tree_util.keystr(path)}", p)',
        ]
    if not subject.states:
        return [*lines, f"    return {subject.name}State(jnp.zeros([], jnp.int32), {{}})"]
    settings = "fixed"
    if scheduled:
        lines.append('    settings = {**fixed, "lr": lr(0) if callable(lr) else lr}')
        settings = "settings"
    return [
        *lines,
        "    leaves, tree = jax.tree.flatten(params)",
        f"    begun = [initial_state(p, {settings}) for p in leaves]",
        "    states = {name: tree.unflatten([b[name] for b in begun]) for name in names}",
        f"    return {subject.name}State(jnp.zeros([], jnp.int32), states)",
    ]


def _names(subject: Subject) -> str:
    names = ", ".join(f'"{state.name}"' for state in subject.states)
    return f"({names},)" if len(subject.states) == 1 else f"({names})"


def _update(subject: Subject, dialect: Jax, scheduled: bool) -> list[str]:
    settings = ["t=t"] * subject.asks
    settings += ["lr=rate" if name == "lr" else f'{name}=fixed["{name}"]' for name in subject.given]
    climbs = "maximize" in subject.settings
    rule = choice(subject, dialect, "fixed")
    lines = [
        "def update(grads, state, params=None):",
        "    if params is None:",
        '        raise ValueError("params is missing: update(grads, state, params)")',
        "    t = 1.0 * (state.count + 1)  # a float that takes on the precision of what it meets",
    ]
    if scheduled:
        lines.append("    rate = lr(state.count) if callable(lr) else lr")
    if subject.choice is not None:
        lines.append(f"    rule = {rule}")
        rule = "rule"
    lines += ["", "    def one(g, p, *states):"]
    if climbs:
        lines += ['        if fixed["maximize"]:', "            g = -g"]
    call = packed(f"        results = {rule}(", ["g", "p", "*states", *settings], ")", "        ", 4)
    if any(state.by_rule for state in subject.states):
        nothing = [
            "None" if state.by_rule else f"states[{k}]" for k, state in enumerate(subject.states)
        ]  # fmt: skip
        first = packed(f"        first = {rule}(", ["g", "p", *nothing, *settings], ")", "        ", 4)
        lines += [*first, *call, f"        results = {CHOOSE}(t == 1, first, results)"]
    else:
        lines += call
    given, made = "(params,)", "{}"
    if subject.states:  # (a dict that has been through JAX is sorted by name)
        given, made = "(params, *(state.states[name] for name in names))", "dict(zip(names, new, strict=True))"
    lines += [
        "        kept = [jax.tree.map(lambda old, new: jnp.asarray(new, old.dtype), *pair)",
        "                for pair in zip(states, results[1:], strict=True)]",
        "        return jnp.asarray(results[0] - p, p.dtype), *kept",
        "",
        "    leaves, tree = jax.tree.flatten(grads)",
        f"    beside = [tree.flatten_up_to(x) for x in {given}]",
        "    rows = [one(g, *row) for g, *row in zip(leaves, *beside, strict=True)]",
        "    columns = zip(*rows, strict=True) if rows else [()] * len(beside)",
        "    updates, *new = [tree.unflatten(column) for column in columns]",
        f"    return updates, {subject.name}State(state.count + 1, {made})",
    ]
    return lines


def _evaluation(subject: Subject) -> str:
    momentum = "momentum" in subject.settings
    name = "momentum" if momentum else "betas"
    default = next(p.default for p in subject.signature if p.name == name)
    return f'''\
def evaluation(params, state, {name}={literal(default)}):
    """x, the average to evaluate and to save; `params` hold y, where gradients are taken."""
    beta = {name if momentum else "betas[0]"}
    return jax.tree.map(lambda y, z: (y - (1 - beta) * z) / beta, params, state.states["z"])'''
