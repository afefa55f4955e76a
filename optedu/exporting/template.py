"""An update rule of your own.

    python -m optedu examine my_rule.py                    what it is, measured (--no-learn: in seconds)
    python -m optedu export my_rule.py > my_optimizer.py   for torch; --to jax for optax

What this file needs is NumPy and one function that begins with (g, p). Both commands read the rest from its signature:

    g, p    the gradient and the parameter: arrays of one shape, not to be written into
    m       each further argument by place is a state. It begins as zeros, of the shape of p
    t       if it is asked for, the number of the step: 1, 2, 3, ...
    lr ...  after the star, settings with their defaults

It returns the new parameter, and then the new states in the order of the arguments.
"""

import numpy as np


def my_rule(g, p, m, *, t, lr=1e-2, beta=0.9, limit=1.0):
    # The average of the gradients so far. It begins at zero, and so is too small in the first steps: this is corrected.
    m = beta * m + (1 - beta) * g
    mean = m / (1 - beta**t)
    # Functions of NumPy that act on each number by itself (sqrt, sign, where, maximum, ...) can be read and exported.
    step = np.clip(mean, -limit, limit)
    # The parameter first, then one value for each state. (For one state more, add an argument after m.)
    return p - lr * step, m
