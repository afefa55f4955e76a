"""optedu: neural-network optimizers as pure rules. Needs NumPy and nothing else.

Public names stand in the order in which the book meets them.
"""

from . import lr_scheduler as lr_scheduler
from .averaging import EMA, SWA
from .core.optimizer import Optimizer
from .core.sweep import engine
from .gradients import clip_grad_norm_, clip_grad_value_
from .optim.adabelief import AdaBelief
from .optim.adadelta import Adadelta
from .optim.adafactor import Adafactor
from .optim.adagrad import Adagrad
from .optim.adam import Adam, AdamW
from .optim.adamax import Adamax
from .optim.asgd import ASGD
from .optim.lamb import LAMB
from .optim.lars import LARS
from .optim.lbfgs import LBFGS
from .optim.lion import Lion
from .optim.muon import Muon
from .optim.nadam import NAdam
from .optim.prodigy import Prodigy
from .optim.radam import RAdam
from .optim.rmsprop import RMSprop
from .optim.rprop import Rprop
from .optim.schedule_free import AdamWScheduleFree, SGDScheduleFree
from .optim.sgd import SGD
from .optim.shampoo import Shampoo
from .optim.soap import SOAP
from .optim.sophia import Sophia
from .optim.sparse_adam import SparseAdam, SparseGrad
from .optim.wrapper import SAM, Lookahead
from .optim.yogi import Yogi

__version__ = "0.1.0"

__all__ = [
    "SGD",
    "Adagrad",
    "RMSprop",
    "Adadelta",
    "Rprop",
    "Adam",
    "AdamW",
    "Adamax",
    "NAdam",
    "RAdam",
    "SparseAdam",
    "SparseGrad",
    "AdaBelief",
    "Yogi",
    "Lion",
    "LARS",
    "LAMB",
    "Adafactor",
    "Muon",
    "Shampoo",
    "SOAP",
    "SGDScheduleFree",
    "AdamWScheduleFree",
    "Prodigy",
    "Sophia",
    "SAM",
    "LBFGS",
    "ASGD",
    "EMA",
    "SWA",
    "Lookahead",
    "clip_grad_norm_",
    "clip_grad_value_",
    "Optimizer",
    "engine",
]
