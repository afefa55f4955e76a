# Made from the table in __init__.py: run `make generated`.

from .surfaces import Surface as Surface
from .surfaces import quadratic as quadratic
from .surfaces import rosenbrock as rosenbrock
from .surfaces import beale as beale
from .surfaces import saddle as saddle
from .runs import Run as Run
from .runs import descend as descend
from .runs import feed as feed
from .networks import MLP as MLP
from .networks import Data as Data
from .networks import Trial as Trial
from .networks import digits as digits
from .networks import train as train
from .networks import tune as tune
from .networks import best_lr as best_lr
from .comparison import parity as parity
from .style import use_style as use_style
from .style import look as look
from .style import PALETTE as PALETTE
from .style import WIDTH as WIDTH
from .style import plot_paths as plot_paths
from .style import plot_runs as plot_runs
from .style import plot_tuning as plot_tuning
from .style import plot_seeds as plot_seeds
from .display import Markdown as Markdown
from .display import show_rule as show_rule
from .cards import card as card
from .display import table as table
from .display import fold as fold
from .display import power_of_ten as power_of_ten
from .live_figures import live as live
from .wind_tunnel.examination import examine as examine
from .chooser import choose as choose

__all__ = [
    "Surface",
    "quadratic",
    "rosenbrock",
    "beale",
    "saddle",
    "Run",
    "descend",
    "feed",
    "MLP",
    "Data",
    "Trial",
    "digits",
    "train",
    "tune",
    "best_lr",
    "parity",
    "use_style",
    "look",
    "PALETTE",
    "WIDTH",
    "plot_paths",
    "plot_runs",
    "plot_tuning",
    "plot_seeds",
    "Markdown",
    "show_rule",
    "card",
    "table",
    "fold",
    "power_of_ten",
    "live",
    "examine",
    "choose",
]
