"""What surrounds a step of training.

Clipping (of gradients, and of attention), accumulation, groups, monitoring, precision, averages, memory.
"""

from ..lazy_names import on_demand as _on_demand

_HOMES = {
    "clip_grad_norm_": "gradients",
    "clip_grad_value_": "gradients",
    "clip_grad_adaptive_": "gradients",
    "qk_clip_": "qk_clip",
    "Alarm": "monitor",
    "GradientNormMonitor": "monitor",
    "GradientAccumulator": "accumulation",
    "gradient_noise_scale": "accumulation",
    "decay_groups": "groups",
    "layerwise_lr_groups": "groups",
    "cross_groups": "groups",
    "grads_in_order": "groups",
    "EMA": "averaging",
    "SWA": "averaging",
    "LossScaler": "precision",
    "bfloat16": "precision",
    "stochastic_round": "precision",
    "kahan_add": "precision",
    "TrainingBytes": "memory",
    "training_bytes": "memory",
    "transformer_activation_bytes": "memory",
}
"""Public name: the module that it is in."""

__all__ = [*_HOMES]

__getattr__, __dir__ = _on_demand(globals(), _HOMES)
