"""The workbench of the book: surfaces, recorded runs, real data, torch as referee, one figure style.

Needs matplotlib; torch only where a comparison asks for it.
"""

from ..lazy_names import on_demand as _on_demand

_HOMES = {
    "Surface": "surfaces",
    "quadratic": "surfaces",
    "rosenbrock": "surfaces",
    "beale": "surfaces",
    "saddle": "surfaces",
    "Run": "runs",
    "descend": "runs",
    "feed": "runs",
    "MLP": "networks",
    "Data": "networks",
    "Trial": "networks",
    "digits": "networks",
    "train": "networks",
    "tune": "networks",
    "best_lr": "networks",
    "parity": "comparison",
    "use_style": "style",
    "look": "style",
    "PALETTE": "style",
    "WIDTH": "style",
    "plot_paths": "style",
    "plot_runs": "style",
    "plot_tuning": "style",
    "plot_seeds": "style",
    "Markdown": "display",
    "show_rule": "display",
    "card": "cards",
    "table": "display",
    "fold": "display",
    "power_of_ten": "display",
    "live": "live_figures",
    "examine": "wind_tunnel.examination",
    "choose": "chooser",
}
"""Public name: the module that it is in."""

__all__ = [*_HOMES]

__getattr__, __dir__ = _on_demand(globals(), _HOMES)
