# Made from the table in __init__.py: run `make generated`.

from . import lr_scheduler as lr_scheduler
from . import training as training
from .optim.sgd import SGD as SGD
from .optim.adagrad import Adagrad as Adagrad
from .optim.rmsprop import RMSprop as RMSprop
from .optim.adadelta import Adadelta as Adadelta
from .optim.rprop import Rprop as Rprop
from .optim.adam import Adam as Adam
from .optim.adam import AdamW as AdamW
from .optim.adamax import Adamax as Adamax
from .optim.nadam import NAdam as NAdam
from .optim.radam import RAdam as RAdam
from .optim.sparse_adam import SparseAdam as SparseAdam
from .optim.sparse_adam import SparseGrad as SparseGrad
from .optim.adabelief import AdaBelief as AdaBelief
from .optim.yogi import Yogi as Yogi
from .optim.lion import Lion as Lion
from .optim.lars import LARS as LARS
from .optim.lamb import LAMB as LAMB
from .optim.adafactor import Adafactor as Adafactor
from .optim.muon import Muon as Muon
from .optim.shampoo import Shampoo as Shampoo
from .optim.soap import SOAP as SOAP
from .optim.kron import Kron as Kron
from .optim.schedule_free import SGDScheduleFree as SGDScheduleFree
from .optim.schedule_free import AdamWScheduleFree as AdamWScheduleFree
from .optim.schedule_free import RAdamScheduleFree as RAdamScheduleFree
from .optim.prodigy import Prodigy as Prodigy
from .optim.sophia import Sophia as Sophia
from .optim.ademamix import AdEMAMix as AdEMAMix
from .optim.mars import MARS as MARS
from .optim.adopt import ADOPT as ADOPT
from .optim.adamw_8bit import AdamW8bit as AdamW8bit
from .optim.galore import GaLore as GaLore
from .optim.wrapper import SAM as SAM
from .optim.cautious import Cautious as Cautious
from .optim.hyperball import Hyperball as Hyperball
from .optim.lbfgs import LBFGS as LBFGS
from .optim.asgd import ASGD as ASGD
from .training.averaging import EMA as EMA
from .training.averaging import SWA as SWA
from .optim.wrapper import Lookahead as Lookahead
from .training.gradients import clip_grad_norm_ as clip_grad_norm_
from .training.gradients import clip_grad_value_ as clip_grad_value_
from .core.optimizer import Optimizer as Optimizer
from .core.engines import engine as engine
from .explaining import explain as explain
from .exporting.writing import export as export

__version__: str
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
    "Kron",
    "SGDScheduleFree",
    "AdamWScheduleFree",
    "RAdamScheduleFree",
    "Prodigy",
    "Sophia",
    "AdEMAMix",
    "MARS",
    "ADOPT",
    "AdamW8bit",
    "GaLore",
    "SAM",
    "Cautious",
    "Hyperball",
    "LBFGS",
    "ASGD",
    "EMA",
    "SWA",
    "Lookahead",
    "clip_grad_norm_",
    "clip_grad_value_",
    "Optimizer",
    "engine",
    "explain",
    "export",
]
