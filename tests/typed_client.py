"""A program that uses optedu, for test_types.py: checkers read it, and refuse the lines marked WRONG."""

import numpy as np

import optedu
from optedu import lr_scheduler, training

w = np.zeros(3)
g = np.ones(3)
opt = optedu.AdamW([w], lr=1e-3, betas=(0.9, 0.99))
opt.step([g])
opt.step([None])
grouped = optedu.SGD([{"params": [w], "lr": 0.1}], momentum=0.9, nesterov=True)
grouped.load_state_dict(grouped.state_dict())
schedule: optedu.lr_scheduler.LRScheduler = lr_scheduler.CosineAnnealingLR(opt, T_max=10)
schedule.step()
rates: list[float] = schedule.get_last_lr()
wrapped = optedu.SAM(opt, rho=0.1)
lr_scheduler.StepLR(wrapped, step_size=2)
norm: float = training.clip_grad_norm_([g], 1.0)
scaler = training.LossScaler(growth_interval=100)
scaled: float = scaler.scale(1.0)
average = training.EMA([w], decay=0.99)
average.update()
arrays: list[np.ndarray] = opt.params
name: str = optedu.engine("numpy")
why: str = optedu.explain(optedu.AdamW).why_not
text: str = optedu.export(optedu.AdamW, to="torch", compile=True)
version: str = optedu.__version__

optedu.AdamW([w], lr="fast")  # WRONG
optedu.export(optedu.AdamW, to=1)  # WRONG
optedu.AdamW([w], momentum=0.9)  # WRONG
optedu.Adam([w], betas=0.9)  # WRONG
opt.step()  # WRONG
opt.step(g, 3)  # WRONG
optedu.SGD(3)  # WRONG
lr_scheduler.StepLR(opt, step_size="two")  # WRONG
lr_scheduler.StepLR([w], step_size=2)  # WRONG
training.LossScaler(grow=2)  # WRONG
optedu.Adamm([w])  # WRONG
training.clip_grad_norm([g], 1.0)  # WRONG
