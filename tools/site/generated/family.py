"""The family tree of the book, drawn as SVG.

Inlined in a page it takes the colors of the theme, and each box leads to its chapter.
"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Member:
    """A method, or two of one chapter: where it stands in the picture, and what it changed in each of its parents.

    `authors` and `years` name the same works in the same order; of three or more authors the first stands for all.
    """

    name: str
    years: str
    authors: str
    chapter: str
    column: int
    row: int
    parents: dict[str, str]


FAMILY = (
    Member("Gradient descent", "1847", "Cauchy", "foundations/gradient_descent", 1, 0, {}),
    Member("L-BFGS", "1980", "Nocedal", "classical/lbfgs", 0, 1, {"Gradient descent": "curvature"}),
    Member(
        "SGD", "1951", "Robbins, Monro", "foundations/stochastic_gradients", 1, 1, {"Gradient descent": "one batch"},
    ),
    Member("Rprop", "1993", "Riedmiller, Braun", "adaptive/rprop", 2, 1, {"Gradient descent": "signs"}),
    Member("ASGD", "1992", "Polyak, Juditsky", "classical/averaging", 0, 2, {"SGD": "average"}),
    Member("Momentum", "1964", "Polyak", "momentum/heavy_ball", 1, 2, {"SGD": "keep a velocity"}),
    Member("AdaGrad", "2011", "Duchi et al.", "adaptive/adagrad", 2, 2, {"SGD": "divide by the past"}),
    Member("Nesterov", "1983", "Nesterov", "momentum/nesterov", 0, 3, {"Momentum": "look ahead"}),
    Member("RMSProp", "2012", "Hinton", "adaptive/rmsprop", 2, 3, {"AdaGrad": "forget"}),
    Member(
        "Shampoo, SOAP", "2018, 2025", "Gupta; Vyas et al.", "modern/shampoo_soap", 3, 3,
        {"AdaGrad": "whole matrices"},
    ),
    Member(
        "Adam", "2015", "Kingma, Ba", "adam/bias_correction", 1, 4,
        {"Momentum": "average", "RMSProp": "correct the start"},
    ),
    Member("Adadelta", "2012", "Zeiler", "adaptive/adadelta", 2, 4, {"RMSProp": "mend the units"}),
    Member("Muon", "2024", "Jordan et al.", "modern/muon", 3, 4, {"Shampoo, SOAP": "no averages"}),
    Member("NAdam, RAdam", "2016, 2020", "Dozat; Liu et al.", "adam/variants", 0, 5, {"Adam": "vary it"}),
    Member("AdamW", "2019", "Loshchilov, Hutter", "adam/decoupled_decay", 1, 5, {"Adam": "decouple decay"}),
    Member("Adafactor", "2018", "Shazeer, Stern", "modern/adafactor", 2, 5, {"Adam": "factor v"}),
    Member("AMSGrad", "2018", "Reddi et al.", "adam/amsgrad", 3, 5, {"Adam": "never shrink v"}),
    Member("Lion", "2023", "Chen et al.", "modern/lion", 0, 6, {"AdamW": "only signs"}),
    Member("LAMB", "2020", "You et al.", "modern/lars_lamb", 1, 6, {"AdamW": "layer norms"}),
    Member("Schedule-Free", "2024", "Defazio et al.", "modern/schedule_free", 2, 6, {"AdamW": "no schedule"}),
    Member("Yogi", "2018", "Zaheer et al.", "adam/second_moments", 3, 6, {"AMSGrad": "small moves"}),
    Member("Sophia", "2024", "Liu et al.", "modern/sophia_sam", 0, 7, {"Lion": "add curvature"}),
)  # fmt: skip

WIDTH, BOX, HEIGHT, COLUMN, ROW = 452, 106, 56, 113, 104


def _place(m: Member) -> tuple[float, float]:
    """Center of a box."""
    return WIDTH / 2 + (m.column - 1.5) * COLUMN, 35 + m.row * ROW


def _edge(parent: Member, child: Member, label: str) -> str:
    (x0, y0), (x1, y1) = _place(parent), _place(child)
    top = y1 - HEIGHT / 2
    start, bend = y0 + HEIGHT / 2, (y0 + y1) / 2
    curve = f"M{x0:g},{start:g} C{x0:g},{bend:g} {x1:g},{bend:g} {x1:g},{top:g}"
    at = (x1, top - 20 if x0 != x1 or top - start < ROW else bend)  # siblings' labels stand side by side
    return (
        f'<path d="{curve}" marker-end="url(#arrow)"/>'
        f'<text class="label" x="{at[0]:g}" y="{at[1] + 4:g}">{escape(label)}</text>'
    )


def _box(m: Member, root: str) -> str:
    x, y = _place(m)
    corner = f'x="{x - BOX / 2:g}" y="{y - HEIGHT / 2:g}"'
    return (
        f'<a href="{root}{m.chapter}.html"><rect {corner} width="{BOX}" height="{HEIGHT}" rx="7"/>'
        f'<text class="name" x="{x:g}" y="{y - 9:g}">{escape(m.name)}</text>'
        f'<text class="note" x="{x:g}" y="{y + 6:g}">{escape(m.authors)}</text>'
        f'<text class="note" x="{x:g}" y="{y + 20:g}">{m.years}</text></a>'
    )


def svg(root: str = "") -> str:
    """The tree as one SVG element; `root` precedes the paths of the chapters."""
    by_name = {m.name: m for m in FAMILY}
    edges = [_edge(by_name[p], m, label) for m in FAMILY for p, label in m.parents.items()]
    height = 70 + ROW * max(m.row for m in FAMILY)
    return "\n".join([
        f'<svg class="family" viewBox="0 0 {WIDTH} {height}" xmlns="http://www.w3.org/2000/svg" role="group" '
        'aria-label="Family tree of the optimizers; every box is a link to its chapter.">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
        *edges,
        *(_box(m, root) for m in FAMILY),
        "</svg>",
    ]) + "\n"  # fmt: skip
