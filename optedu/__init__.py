"""optedu: neural-network optimizers as pure rules. Needs NumPy and nothing else.

Public names stand in the order in which the book meets them. What is behind a name is loaded
when it is first asked for (PEP 562): importing optedu costs next to nothing.
"""

from importlib import import_module as _module

__version__ = "0.1.0"

_HOMES = {
    "SGD": "optim.sgd",
    "Adagrad": "optim.adagrad",
    "RMSprop": "optim.rmsprop",
    "Adadelta": "optim.adadelta",
    "Rprop": "optim.rprop",
    "Adam": "optim.adam",
    "AdamW": "optim.adam",
    "Adamax": "optim.adamax",
    "NAdam": "optim.nadam",
    "RAdam": "optim.radam",
    "SparseAdam": "optim.sparse_adam",
    "SparseGrad": "optim.sparse_adam",
    "AdaBelief": "optim.adabelief",
    "Yogi": "optim.yogi",
    "Lion": "optim.lion",
    "LARS": "optim.lars",
    "LAMB": "optim.lamb",
    "Adafactor": "optim.adafactor",
    "Muon": "optim.muon",
    "Shampoo": "optim.shampoo",
    "SOAP": "optim.soap",
    "SGDScheduleFree": "optim.schedule_free",
    "AdamWScheduleFree": "optim.schedule_free",
    "Prodigy": "optim.prodigy",
    "Sophia": "optim.sophia",
    "SAM": "optim.wrapper",
    "LBFGS": "optim.lbfgs",
    "ASGD": "optim.asgd",
    "EMA": "averaging",
    "SWA": "averaging",
    "Lookahead": "optim.wrapper",
    "clip_grad_norm_": "gradients",
    "clip_grad_value_": "gradients",
    "Optimizer": "core.optimizer",
    "engine": "core.engines",
    "explain": "explaining",
}
"""Public name: the module that it is in."""

__all__ = [*_HOMES]


def __getattr__(name: str):
    if name == "lr_scheduler":
        return _module(".lr_scheduler", __name__)
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = found  # the next time it is simply there
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
