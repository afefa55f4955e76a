"""optedu: neural-network optimizers as pure rules. Needs NumPy and nothing else.

Public names stand in the order in which the book meets them.
"""

from . import lr_scheduler as lr_scheduler
from .core.optimizer import Optimizer
from .gradients import clip_grad_norm_, clip_grad_value_
from .optim.adagrad import Adagrad
from .optim.adam import Adam, AdamW
from .optim.rmsprop import RMSprop
from .optim.sgd import SGD

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Adagrad",
    "RMSprop",
    "Adam",
    "AdamW",
    "clip_grad_norm_",
    "clip_grad_value_",
    "Optimizer",
]
