"""The colors of the figures: what a chapter says, and what that is on light and on dark paper.

A drawing names its colors by CSS variables (``var(--figure-blue, #0a58a8)``), so that the page chooses; where nobody
sets them, as in Jupyter, the light ones stand. Letters and lines have a contrast of at least 4.5 to 1 in both schemes,
contours of at least 3 to 1; shades and the grid are meant to be looked through.
"""

# Okabe and Ito's (2008) palette: distinct for all common kinds of colour blindness.
BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK = (
    "#222222", "#E69F00", "#56B4E9", "#009E73", "#C9B400", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
MUTED, FAINT, SHADE, GRID, WHITE = "#555d68", "#999999", "#cccccc", "#dddddd", "#ffffff"
DARK = "#14181d"  # of letters on a map, whose colors are the same in both schemes: these or white

INKS: dict[str, tuple[str, str]] = {
    "black": ("#23282f", "#e4e8ec"),
    "orange": ("#9f6500", "#efab3a"),
    "sky": ("#1a7aab", "#74c4f2"),
    "green": ("#007f5c", "#2fc293"),
    "yellow": ("#736a00", "#d9c84a"),
    "blue": ("#0a58a8", "#7d9ff5"),
    "red": ("#b03600", "#ff8b52"),
    "pink": ("#ae4f86", "#e59ac6"),
    "muted": ("#555d68", "#a3adb8"),
    "faint": ("#888c92", "#6f7984"),
    "shade": ("#d3cec4", "#3b4550"),
    "grid": ("#e6e2d9", "#272f38"),
    "paper": ("#ffffff", "#14181d"),
}
"""What each name is on light and on dark paper."""

NAMES = dict(
    zip(
        map(str.lower, (BLACK, ORANGE, SKY, GREEN, YELLOW, BLUE, RED, PINK, MUTED, FAINT, SHADE, GRID)),
        INKS,
        strict=False,
    )
)
CONTRAST, PAGES = 4.5, ("#fdfcfa", "#14181d")
"""What letters and lines have at least, and the light and the dark page on which they have it."""

GRAYS = [(0x40, "black"), (0x80, "muted"), (0xB8, "faint"), (0xD4, "shade"), (0xFE, "grid")]
"""Up to which brightness a gray is called so."""


def ink(color: str, fills: bool = False) -> str:
    """What a drawing writes for a color ``#rrggbb``.

    `fills` says that it fills an area: white is then the paper, a light gray need not be told from it, and a color that
    is not of the palette (that of a map, say) stays as it is. A line or letter of such a color is mixed with the page's
    ink, which is darker on light paper and lighter on dark, so far that it is legible on both.
    """
    color = color.lower()
    name = NAMES.get(color)
    if name is None and len({color[1:3], color[3:5], color[5:7]}) == 1:
        brightness = int(color[1:3], 16)
        name = next((name for limit, name in GRAYS if brightness <= limit), "paper" if fills else None)
    if name == "shade" and not fills:
        name = "faint"
    if name is not None:
        return f"var(--figure-{name},{INKS[name][0]})"
    return color if fills or color in (WHITE, DARK) else f"color-mix(in srgb,{color} {share(color)}%,{ink(BLACK)})"


def share(color: str) -> int:
    """How many percent of a color its mixture with the page's ink keeps: 60, or what is legible in both schemes."""

    def legible(percent: int) -> bool:
        pages = zip(INKS["black"], PAGES, strict=True)
        return all(contrast(mixed(color, black, percent / 100), page) >= CONTRAST for black, page in pages)

    return next(percent for percent in range(60, -1, -5) if legible(percent))


def mixed(color: str, other: str, part: float) -> str:
    """Two colors ``#rrggbb`` as ``color-mix`` mixes them."""
    both = zip(bytes.fromhex(color[1:]), bytes.fromhex(other[1:]), strict=True)
    return "#" + bytes(round(part * a + (1 - part) * b) for a, b in both).hex()


def contrast(a: str, b: str) -> float:
    """Of two colors ``#rrggbb``, as the Web Content Accessibility Guidelines define it."""

    def luminance(color: str) -> float:
        parts = [c / 255 for c in bytes.fromhex(color[1:])]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(k * c for k, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted(map(luminance, (a, b)))
    return (light + 0.05) / (dark + 0.05)
