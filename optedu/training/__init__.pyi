# Made from the table in __init__.py: run `make generated`.

from .gradients import clip_grad_norm_ as clip_grad_norm_
from .gradients import clip_grad_value_ as clip_grad_value_
from .gradients import clip_grad_adaptive_ as clip_grad_adaptive_
from .qk_clip import qk_clip_ as qk_clip_
from .monitor import Alarm as Alarm
from .monitor import GradientNormMonitor as GradientNormMonitor
from .accumulation import GradientAccumulator as GradientAccumulator
from .accumulation import gradient_noise_scale as gradient_noise_scale
from .groups import decay_groups as decay_groups
from .groups import layerwise_lr_groups as layerwise_lr_groups
from .groups import cross_groups as cross_groups
from .groups import grads_in_order as grads_in_order
from .averaging import EMA as EMA
from .averaging import SWA as SWA
from .precision import LossScaler as LossScaler
from .precision import bfloat16 as bfloat16
from .precision import stochastic_round as stochastic_round
from .precision import kahan_add as kahan_add
from .memory import TrainingBytes as TrainingBytes
from .memory import training_bytes as training_bytes
from .memory import transformer_activation_bytes as transformer_activation_bytes

__all__ = [
    "clip_grad_norm_",
    "clip_grad_value_",
    "clip_grad_adaptive_",
    "qk_clip_",
    "Alarm",
    "GradientNormMonitor",
    "GradientAccumulator",
    "gradient_noise_scale",
    "decay_groups",
    "layerwise_lr_groups",
    "cross_groups",
    "grads_in_order",
    "EMA",
    "SWA",
    "LossScaler",
    "bfloat16",
    "stochastic_round",
    "kahan_add",
    "TrainingBytes",
    "training_bytes",
    "transformer_activation_bytes",
]
