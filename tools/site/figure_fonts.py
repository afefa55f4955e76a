"""Write the fonts of the figures, optedu/lab/figures/fonts, from those of the site. Needs `brotli`, once, not in .venv.

    python tools/site/figure_fonts.py

matplotlib measures text with them and writes none of it: a page draws the letters with its own Source Sans 3. They
have one weight each, Latin and Greek together, and no features; the license wants another name for what is changed.
"""

from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).resolve().parents[2]
SITE, FIGURES = ROOT / "book/_static/vendor/fonts", ROOT / "optedu/lab/figures/fonts"
FAMILY = "Figure Sans"
FACES = {"Regular": ("normal", 400), "SemiBold": ("normal", 600), "Italic": ("italic", 400)}
NAMES = {1: FAMILY, 4: f"{FAMILY} {{face}}", 6: f"{FAMILY.replace(' ', '')}-{{face}}", 16: FAMILY, 17: "{face}"}


def still(path, weight):
    """One weight of a variable font, without features and hints."""
    font = instancer.instantiateVariableFont(TTFont(path), {"wght": weight})
    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 13, 14])
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "STAT", "BASE"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    font.flavor = None
    return font


def face(name, slope, weight, folder):
    """Latin and Greek in one file. (There is no italic Greek: formulas take it upright.)"""
    parts = [("latin", slope), ("greek", "normal")]
    files = []
    for script, kind in parts:
        files.append(folder / f"{script}.ttf")
        still(SITE / f"source-sans-3-{script}-wght-{kind}.woff2", weight).save(files[-1])
    font = merge.Merger().merge([str(file) for file in files])
    for file in files:
        file.unlink()
    for number, text in NAMES.items():
        font["name"].setName(text.format(face=name), number, 3, 1, 0x409)
    font["name"].setName("Italic" if name == "Italic" else "Bold" if weight > 500 else "Regular", 2, 3, 1, 0x409)
    font["OS/2"].usWeightClass = 700 if weight > 500 else weight  # what matplotlib asks for, and any fallback has
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False  # the same font is the same file
    return font


def main():
    FIGURES.mkdir(exist_ok=True)
    for name, (slope, weight) in FACES.items():
        target = FIGURES / f"FigureSans-{name}.ttf"
        face(name, slope, weight, FIGURES).save(target)
        print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
