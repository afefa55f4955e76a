"""optedu: neural-network optimizers as pure rules. Needs NumPy and nothing else.

Public names stand in the order in which the book meets them. What is behind a name is loaded
when it is first asked for (PEP 562): importing optedu costs next to nothing.
"""

from . import moved as _moved
from .lazy_names import on_demand as _on_demand

__version__ = "0.2.0"

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
    "Kron": "optim.kron",
    "SGDScheduleFree": "optim.schedule_free",
    "AdamWScheduleFree": "optim.schedule_free",
    "RAdamScheduleFree": "optim.schedule_free",
    "Prodigy": "optim.prodigy",
    "Sophia": "optim.sophia",
    "AdEMAMix": "optim.ademamix",
    "MARS": "optim.mars",
    "ADOPT": "optim.adopt",
    "AdamW8bit": "optim.adamw_8bit",
    "GaLore": "optim.galore",
    "SAM": "optim.wrapper",
    "Cautious": "optim.cautious",
    "Hyperball": "optim.hyperball",
    "LBFGS": "optim.lbfgs",
    "ASGD": "optim.asgd",
    "EMA": "training.averaging",
    "SWA": "training.averaging",
    "Lookahead": "optim.wrapper",
    "clip_grad_norm_": "training.gradients",
    "clip_grad_value_": "training.gradients",
    "Optimizer": "core.optimizer",
    "engine": "core.engines",
    "explain": "explaining",
    "export": "exporting.writing",
}
"""Public name: the module that it is in."""

__all__ = [*_HOMES]

__getattr__, __dir__ = _on_demand(globals(), _HOMES, packages=("lr_scheduler", "training"))
_moved.install()
