"""Live figures: pictures of a derivation whose quantities a reader moves.

``lab.live("heavy_ball")`` is shown by Jupyter as a picture and by the site as a figure to drag. What it draws
comes from the package's rules and from functions of numbers beside it; `tables.script` writes both as JavaScript.
"""

import importlib

from .page import Live, check

FIGURES = (
    "heavy_ball",
    "gradient_descent",
    "quadratic",
    "bias_correction",
    "decoupled_decay",
    "nesterov",
    "clipping",
    "schedules",
    "stochastic_gradients",
    "gradient_stream",
    "lion",
    "muon",
    "ravine",
    "running_average",
    "three_rules",
    "hovering",
    "belief",
    "units",
    "forgetting",
    "two_sizes",
    "first_steps",
    "rescaled_layers",
    "rprop",
    "sparse",
    "row_and_column",
    "equilibrium",
    "new_batch",
    "checkpoint",
    "own_rates",
    "attention_logits",
    "adapter",
    "cooldown",
    "outlier",
    "mean_of_points",
    "turned_valley",
    "never_zeroed",
    "micro_batches",
    "rare_word",
    "budget",
    "shards",
    "local_steps",
    "lost_updates",
    "decayed_bias",
    "fading",
    "gradient_check",
    "turned_axes",
    "two_orders",
    "schedule_free",
    "newton_box",
    "whitener",
    "hyperbola",
    "usable_rates",
    "calls_and_bytes",
    "stalled",
    "width",
    "drawn_gradients",
    "one_average",
    "old_basis",
)
"""All there are; each is the constant FIGURE of the module of its name."""


def live(name: str, **state: float) -> Live:
    """A live figure.

    Parameters
    ----------
    name : str
        One of `FIGURES`.
    **state : float
        Quantities that do not begin with the value that the figure gives them.

    Raises
    ------
    ValueError
        If there is no such figure or quantity, or the value is outside of its limits.
    """
    if name not in FIGURES:
        raise ValueError(f"no live figure is called {name!r}; there are {', '.join(FIGURES)}")
    figure = importlib.import_module(f".{name}", __name__).FIGURE
    check(figure)
    return Live(name, figure, **state)
