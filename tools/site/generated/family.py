"""The optimizers of the book on an axis of years, drawn as SVG.

Inlined in a page it takes the colors of the theme, and each box leads to its chapter.
"""

from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Member:
    """A method: when and by whom it was published, what it changed in its parents, and its lane in the picture.

    Of three or more authors the first stands for all.
    """

    name: str
    year: int
    authors: str
    change: str
    parents: tuple[str, ...]
    lane: int
    chapter: str


FAMILY = (
    Member("Gradient descent", 1847, "Cauchy", "step downhill", (), 1, "foundations/gradient_descent"),
    Member("SGD", 1951, "Robbins, Monro", "noisy gradients", ("Gradient descent",), 1,
           "foundations/stochastic_gradients"),
    Member("Momentum", 1964, "Polyak", "keep a velocity", ("Gradient descent",), 0, "momentum/heavy_ball"),
    Member("L-BFGS", 1980, "Nocedal", "learn curvature", ("Gradient descent",), 2, "classical/lbfgs"),
    Member("Nesterov", 1983, "Nesterov", "look ahead", ("Momentum",), 0, "momentum/nesterov"),
    Member("ASGD", 1992, "Polyak, Juditsky", "average weights", ("SGD",), 1, "classical/averaging"),
    Member("Rprop", 1993, "Riedmiller, Braun", "use signs alone", ("Gradient descent",), 2, "adaptive/rprop"),
    Member("AdaGrad", 2011, "Duchi et al.", "divide by the past", ("SGD",), 2, "adaptive/adagrad"),
    Member("Adadelta", 2012, "Zeiler", "match the units", ("AdaGrad",), 1, "adaptive/adadelta"),
    Member("RMSProp", 2012, "Hinton", "forget old ones", ("Rprop", "AdaGrad"), 2, "adaptive/rmsprop"),
    Member("Adam", 2015, "Kingma, Ba", "join, correct bias", ("Momentum", "RMSProp"), 1, "adam/bias_correction"),
    Member("Adamax", 2015, "Kingma, Ba", "take a maximum", ("Adam",), 2, "adam/variants"),
    Member("NAdam", 2016, "Dozat", "look ahead", ("Nesterov", "Adam"), 0, "adam/variants"),
    Member("LARS", 2017, "You et al.", "scale by layer", ("Momentum",), 0, "modern/lars_lamb"),
    Member("AMSGrad", 2018, "Reddi et al.", "never shrink v", ("Adam",), 0, "adam/amsgrad"),
    Member("Adafactor", 2018, "Shazeer, Stern", "factor v", ("Adam",), 1, "modern/adafactor"),
    Member("Shampoo", 2018, "Gupta et al.", "whole matrices", ("AdaGrad",), 2, "modern/shampoo_soap"),
    Member("Yogi", 2018, "Zaheer et al.", "move v in steps", ("Adam",), 0, "adam/second_moments"),
    Member("PSGD-Kron", 2018, "Li", "fit a whitener", ("SGD",), 2, "modern/kron"),
    Member("AdamW", 2019, "Loshchilov, Hutter", "decouple decay", ("Adam",), 1, "adam/decoupled_decay"),
    Member("RAdam", 2020, "Liu et al.", "start carefully", ("Adam",), 0, "adam/variants"),
    Member("LAMB", 2020, "You et al.", "scale by layer", ("LARS", "AdamW"), 1, "modern/lars_lamb"),
    Member("AdaBelief", 2020, "Zhuang et al.", "spread, not size", ("Adam",), 2, "adam/second_moments"),
    Member("SAM", 2021, "Foret et al.", "seek flat places", ("SGD",), 0, "modern/sam"),
    Member("8-bit AdamW", 2022, "Dettmers et al.", "states of a byte", ("AdamW",), 1, "practice/memory"),
    Member("Lion", 2023, "Chen et al.", "use signs alone", ("AdamW",), 1, "modern/lion"),
    Member("Schedule-Free", 2024, "Defazio et al.", "no schedule", ("ASGD", "AdamW"), 0, "modern/schedule_free"),
    Member("Sophia", 2024, "Liu et al.", "use the Hessian", ("AdamW",), 2, "modern/sophia"),
    Member("Prodigy", 2024, "Mishchenko, Defazio", "find the rate", ("Adam",), 0, "modern/schedule_free"),
    Member("Muon", 2024, "Jordan et al.", "orthogonal steps", ("Momentum", "Shampoo"), 2, "modern/muon"),
    Member("ADOPT", 2024, "Taniguchi et al.", "divide first", ("Adam",), 1, "modern/one_line"),
    Member("GaLore", 2024, "Zhao et al.", "low-rank states", ("Adam",), 0, "modern/low_rank"),
    Member("AdEMAMix", 2025, "Pagliardini et al.", "two memories", ("AdamW",), 1, "modern/two_memories"),
    Member("MARS", 2025, "Yuan et al.", "reduce variance", ("AdamW",), 1, "modern/two_memories"),
    Member("SOAP", 2025, "Vyas et al.", "Adam, turned", ("Shampoo", "Adam"), 2, "modern/shampoo_soap"),
)  # fmt: skip

WIDTH, AXIS, LANE, BOX, HEIGHT, ROW, GAP, SLOT = 360, 33, 109, 94, 36, 62, 24, 3.5
"""In pixels of a phone: the picture, the axis, a lane, a box; from row to row, for years without a method, and
between two edges side by side."""


def _rows() -> list[tuple[int, list[Member]]]:
    """From top to bottom: years, each with as many rows as it has methods in one lane."""
    rows: list[tuple[int, list[Member]]] = []
    for m in FAMILY:
        fits = rows and rows[-1][0] == m.year and m.lane not in {other.lane for other in rows[-1][1]}
        if fits and not {other.name for other in rows[-1][1]} & {*m.parents}:
            rows[-1][1].append(m)
        else:
            rows.append((m.year, [m]))
    return rows


def _places() -> tuple[dict[str, tuple[float, float]], list[tuple[int, float]], float]:
    """The center of each box, the height of each year, and that of the picture."""
    places, years, y, before = {}, [], HEIGHT / 2 + 2.0, 0
    for year, members in _rows():
        y += GAP if before and year > before + 3 else 0
        if year != before:
            years.append((year, y))
        for m in members:
            places[m.name] = (AXIS + (m.lane + 0.5) * LANE, y)
        y, before = y + ROW, year
    return places, years, y - ROW + HEIGHT / 2 + 2


def _side(places: dict[str, tuple[float, float]], parent: str, child: str) -> float | None:
    """The middle of the space between lanes in which an edge runs down; None for one that goes straight there."""
    (x0, y0), (x1, y1) = places[parent], places[child]
    between = any(x == x0 and y0 < y < y1 for x, y in places.values())
    if y1 - y0 <= ROW or (x0 == x1 and not between):
        return None
    return (max(x0, x1) if x0 != x1 else x0) - LANE / 2


def _slots(places: dict[str, tuple[float, float]]) -> dict[tuple[str, float], float]:
    """How far from the middle of a space the edges of a parent run, so that those of two parents never meet there."""
    runs: dict[tuple[str, float], tuple[float, float]] = {}
    for m in FAMILY:
        for parent in m.parents:
            if (side := _side(places, parent, m.name)) is not None:
                low, high = places[parent][1], places[m.name][1]
                runs[parent, side] = (low, max(high, runs.get((parent, side), (low, high))[1]))
    slots: dict[tuple[str, float], float] = {}
    for (parent, side), (low, high) in sorted(runs.items(), key=lambda run: run[1]):
        taken = {slots[other] for other, (a, b) in runs.items()
                 if other in slots and other[1] == side and a < high and low < b}  # fmt: skip
        slots[parent, side] = next(n for n in (0.0, -SLOT, SLOT, -2 * SLOT, 2 * SLOT) if n not in taken)
    return slots


def _edge(start: tuple[float, float], end: tuple[float, float], side: float | None) -> str:
    """From below a box to above another, down the space between two lanes."""
    (x0, y0), (x1, y1) = start, end
    y0, y1 = y0 + HEIGHT / 2, y1 - HEIGHT / 2
    if side is None:
        middle = (y0 + y1) / 2
        return f"M{x0:g},{y0:g} C{x0:g},{middle:g} {x1:g},{middle:g} {x1:g},{y1:g}"
    return (
        f"M{x0:g},{y0:g} C{x0:g},{y0 + 14:g} {side:g},{y0 + 4:g} {side:g},{y0 + 22:g} "
        f"V{y1 - 22:g} C{side:g},{y1 - 4:g} {x1:g},{y1 - 14:g} {x1:g},{y1:g}"
    )


def _box(m: Member, place: tuple[float, float], root: str) -> str:
    x, y = place
    said = f"{m.name}, {m.year}: {m.authors}" + (f", after {' and '.join(m.parents)}" if m.parents else "")
    return (
        f'<a href="{root}{m.chapter}.html"><title>{escape(said)}</title>'
        f'<rect x="{x - BOX / 2:g}" y="{y - HEIGHT / 2:g}" width="{BOX}" height="{HEIGHT}" rx="5"/>'
        f'<text class="name" x="{x:g}" y="{y - 3:g}">{escape(m.name)}</text>'
        f'<text x="{x:g}" y="{y + 12:g}">{escape(m.change)}</text></a>'
    )


def svg(root: str = "") -> str:
    """The timeline as one SVG element; `root` precedes the paths of the chapters."""
    places, years, height = _places()
    slots, edges = _slots(places), []
    for m in FAMILY:
        for parent in m.parents:
            side = _side(places, parent, m.name)
            run = None if side is None else side + slots[parent, side]
            edges.append(f'<path d="{_edge(places[parent], places[m.name], run)}" marker-end="url(#arrow)"/>')
    return "\n".join([
        f'<svg class="family" viewBox="0 0 {WIDTH} {height:g}" xmlns="http://www.w3.org/2000/svg" role="group" '
        'aria-label="Timeline of the optimizers; every box is a link to its chapter.">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" orient="auto">'
        '<path d="M0,0 L8,4 L0,8 z"/></marker></defs>',
        *(f'<path class="year" d="M{AXIS - 4},{y:g} H{WIDTH}"/>' for _, y in years),
        *(f'<text class="year" x="0" y="{y + 4:g}">{year}</text>' for year, y in years),
        *edges,
        *(_box(m, places[m.name], root) for m in FAMILY),
        "</svg>",
    ]) + "\n"  # fmt: skip
