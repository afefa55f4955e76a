"""A figure becomes panels: text of one size in the page's letters and colors, few bytes and always the same ones."""

import re
from unittest import mock
from xml.etree import ElementTree

import drawings
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from matplotlib import font_manager
from site_helpers import ROOT

import optedu
from optedu import lab
from optedu.lab.figures import drawing, in_words, labels, layout, panels
from optedu.lab.figures.inks import DARK, INKS, ink

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def style():
    plt.switch_backend("agg")
    with plt.rc_context():
        lab.use_style()
        yield
    plt.close("all")


def two_curves(**more):
    fig, axes = plt.subplots(1, 2, figsize=(lab.WIDTH, 3.4), **more)
    t = np.arange(1, 101)
    for ax in axes:
        for k, color in enumerate(lab.PALETTE[:2]):
            ax.loglog(t, t ** (-0.5 - k), color=color, label=f"slope {k}")
    axes[0].set(title="one", xlabel="step", ylabel="loss")
    axes[0].legend()
    return fig


def parsed(fig):
    text = drawing(fig)
    root = ElementTree.fromstring(text)
    return text, root, [e for e in root if e.get("class") == "panel"]


def texts(panel):
    return ["".join(e.itertext()) for e in panel.iter(f"{SVG}text")]


def test_each_axes_is_a_panel_343_px_wide_in_the_grid_of_the_chapter():
    _, root, found = parsed(two_curves())
    assert [(p.get("width"), p.get("data-row"), p.get("data-column")) for p in found] == [
        ("343", "0", "0"), ("343", "0", "1")]  # fmt: skip
    assert root.get("data-columns") == "2" and len({p.get("height") for p in found}) == 1


def test_a_mosaic_says_how_many_columns_a_panel_takes():
    bowl = lab.quadratic(10)
    run = lab.descend(lambda w: optedu.SGD(w, lr=0.1), bowl, 20, label="GD")
    _, _, found = parsed(lab.plot_runs(bowl, [run]))
    assert [p.get("data-span") for p in found] == ["2", "1", "1"]


def test_a_panel_that_shared_its_axes_says_itself_what_they_are():
    fig = two_curves(sharex=True, sharey=True)
    _, _, (left, right) = parsed(fig)
    for panel in (left, right):
        assert {"loss", "step", "100", "0.01"} <= set(texts(panel))


def test_letters_are_of_one_size_and_belong_to_the_page():
    text, root, _ = parsed(two_curves())
    assert root.get("font-size") == "11" and "Source Sans 3" in root.get("font-family")
    assert not re.findall(r"<text[^>]*font-(?:size|family)", text)
    assert "<style" not in text and "DejaVu" not in text and "Figure Sans" not in text


def test_formulas_are_as_large_except_for_what_stands_below_the_line():
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3])
    ax.set_xlabel(r"step $t$ and $\theta_1$", fontsize=8)
    sizes = set(re.findall(r'font-size="([\d.]+)"', drawing(fig))) - {"11"}
    assert sizes == {"7.7"}


def test_numbers_along_a_logarithmic_axis_have_no_exponent_above_the_line():
    fig, ax = plt.subplots()
    ax.semilogy(10.0 ** -np.arange(9))
    found = texts(parsed(fig)[2][0])
    assert {"1", "0.01", "1e−6"} <= set(found), found


def test_every_color_of_the_style_is_a_variable_of_the_page():
    text, _, _ = parsed(two_curves())
    assert set(re.findall(r"(?:fill|stroke)[=:]\"?(#\w+)", text)) <= {"#fff"}
    assert {"blue", "orange", "grid", "muted"} <= set(re.findall(r"var\(--figure-(\w+),#\w{6}\)", text))


@pytest.mark.parametrize(
    ("color", "name"),
    [("#0072B2", "blue"), ("#000000", "black"), ("#777777", "muted"), ("#999999", "faint"), ("#dddddd", "grid")],
)
def test_a_color_is_called_by_its_name(color, name):
    assert ink(color).startswith(f"var(--figure-{name},")


def test_white_is_paper_where_it_fills_and_stays_white_as_a_line_on_a_map():
    assert ink("#ffffff", fills=True).startswith("var(--figure-paper") and ink("#ffffff") == "#ffffff"


def test_dark_letters_stay_dark_on_a_map():
    """Its colors are the same on dark paper, where black letters turn light."""
    assert ink(DARK) == DARK and ink("#000000").startswith("var(--figure-black")
    cells = [c for path in (ROOT / "book").rglob("*.ipynb") for c in nbformat.read(path, as_version=4).cells]
    maps = [c.source for c in cells if c.cell_type == "code" and "imshow(" in c.source and ".text(" in c.source]
    assert len(maps) >= 2 and all(DARK in one and '"black"' not in one for one in maps)


def test_a_color_of_ones_own_is_mixed_with_the_ink_of_the_page_unless_it_fills():
    assert ink("#1f9f88") == "color-mix(in srgb,#1f9f88 60%,var(--figure-black,#23282f))"
    assert ink("#7fceb6", fills=True) == "#7fceb6"
    fig, ax = plt.subplots()
    ax.plot([1, 2, 3], color="#7fceb6")
    assert 'stroke="#7fceb6" style="stroke:color-mix' in drawing(fig), "for those who cannot mix"


def contrast(a, b):
    def luminance(color):
        channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return np.dot(linear, [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", [n for n in INKS if n not in ("grid", "shade", "paper")])
def test_contrast_is_enough_on_both_papers_and_in_jupyter(name):
    light, dark = INKS[name]
    least = 3 if name == "faint" else 4.5
    assert min(contrast(light, "#fdfcfa"), contrast(light, "#ffffff"), contrast(dark, "#14181d")) >= least


@pytest.mark.parametrize("color", [*(f"#{c:02x}{c:02x}ff" for c in (0, 128, 254)), "#440154", "#95d840", "#fde725"])
def test_a_color_of_ones_own_is_legible_on_both_papers(color):
    percent, black = re.fullmatch(rf"color-mix\(in srgb,{color} (\d+)%,var\(--figure-(\w+),.*", ink(color)).groups()
    for mixed_with, paper in zip(INKS[black], ("#fdfcfa", "#14181d"), strict=True):
        parts = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (color, mixed_with)]
        mixture = np.round(np.average(parts, 0, [int(percent), 100 - int(percent)])).astype(int)
        assert contrast("#{:02x}{:02x}{:02x}".format(*mixture), paper) >= 4.5


def test_the_style_sheet_has_these_colors():
    assert drawings.sheet() in (ROOT / "book/_static/figures.css").read_text("utf8")


def test_the_same_figure_is_the_same_bytes_and_no_date_is_in_them():
    first, second = drawing(two_curves()), drawing(two_curves())
    assert first == second and not re.search(r"\b20\d\d-\d\d", first)
    other = two_curves()
    other.axes[0].set_title("another")
    assert set(re.findall(r'id="(f\w+)-', drawing(other))).isdisjoint(re.findall(r'id="(f\w+)-', first))


def test_a_figure_drawn_twice_is_drawn_alike():
    fig = two_curves()
    assert drawing(fig) == drawing(fig)


def test_coordinates_have_one_decimal():
    fig, ax = plt.subplots()
    ax.plot(np.sin(np.arange(50) / 7), "o-", label="a")
    ax.set(title="$x^2$", xlabel="x")
    for value in re.findall(r' (?:d|x|y|transform|points)="([^"]*)"', drawing(fig)):
        assert not re.search(r"\.\d\d", value), value


def test_a_figure_of_noise_and_a_cloud_stay_small():
    rng = np.random.default_rng(0)
    fig, (top, low) = plt.subplots(2, 1)
    for k in range(3):
        top.plot(rng.standard_normal(6000).cumsum() + rng.standard_normal(6000), label=str(k))
    low.plot(*rng.standard_normal((2, 5000)), "o", markersize=2)
    assert len(drawing(fig)) <= 60_000


def test_lines_that_differ_only_in_color_get_dashes_and_keep_them_in_the_whole_figure():
    fig = two_curves()
    _, _, found = parsed(fig)
    dashed = [{e.get("style"): e.get("stroke-dasharray") for e in p.iter(f"{SVG}path") if "stroke-width" in e.attrib
               and re.search("blue|orange", e.get("style", ""))} for p in found]  # fmt: skip
    assert dashed[0] == dashed[1] and len(set(dashed[0].values())) == 2


def test_dashes_that_mean_something_are_left_alone():
    fig, ax = plt.subplots()
    for k, color in enumerate(lab.PALETTE[:2]):
        ax.plot(np.arange(9) * (k + 1), color=color, label=f"{k} measured")
        ax.plot(np.arange(9) * (k + 1.5), "--", color=color, label=f"{k} predicted")
    ax.legend()
    drawing(fig)
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", "--"]


def test_lines_far_apart_are_named_where_they_are():
    _, _, (left, right) = parsed(two_curves())
    for panel in (left, right):
        named = ["".join(e.itertext()).strip() for e in panel.iter(f"{SVG}g") if e.get("class") == "beside"]
        assert sorted(named) == ["slope 0", "slope 1"], "a neighbor's legend is this panel's, too"


def test_a_label_is_nearer_to_its_line_than_to_any_other():
    fig, ax = plt.subplots()
    lines = [ax.plot(np.arange(20) * slope, label=f"slope {slope}")[0] for slope in (1, 2, 3)]
    ax.legend()
    list(layout.laid_out(fig))
    placed = labels.beside_lines(fig, ax, [(line, line.get_label()) for line in lines])
    assert len(placed) == 3
    for one in placed:
        box = np.array([[one.x, one.y, one.x + labels.text_width(fig, one.text), one.y + 8]])
        near = {line: labels.distances(box, [(labels.points_of(ax, line), 0)])[0] for line in lines}
        assert min(near, key=near.get) is one.line


def test_a_letter_that_reaches_below_the_line_of_writing_does_not_touch_the_curve():
    fig, ax = plt.subplots()
    line, other = (ax.plot([0, 1, 2], [y] * 3, label=label)[0] for y, label in ((1, "typing"), (2, "others")))
    ax.set_ylim(0, 3)
    list(layout.laid_out(fig))
    by_text = {one.text: one for one in labels.beside_lines(fig, ax, [(line, "typing"), (other, "others")])}
    for one, below in ((by_text["typing"], labels.DESCENT), (by_text["others"], 0)):
        box = np.array([[one.x, one.y - below, one.x + labels.text_width(fig, one.text), one.y + 8]])
        curve = labels.points_of(ax, one.line), labels.half_thickness(one.line)
        assert labels.distances(box, [curve])[0] >= labels.NEAR


def test_lines_that_lie_on_each_other_are_named_in_a_legend_above_the_plot():
    fig, ax = plt.subplots()
    for label in ("first of two", "second of two"):
        ax.plot(np.arange(20.0), label=label)
    ax.legend(loc="center")
    _, _, (panel,) = parsed(fig)
    clip = next(e for e in panel.iter(f"{SVG}rect") if e.get("x"))
    rows = [float(e.get("y")) for e in panel.iter(f"{SVG}text") if "of two" in "".join(e.itertext())]
    assert len(rows) == 2 and max(rows) < float(clip.get("y")), "it covers the data"


def test_no_line_is_empty_where_only_a_neighbor_has_a_legend_above_the_plot():
    fig, axes = plt.subplots(1, 2, figsize=(lab.WIDTH, 3.4), sharey=True)
    t = np.arange(1, 101)
    for ax, apart in zip(axes, (1, 0), strict=True):
        for k, label in enumerate(("first of two", "second of two")):
            ax.loglog(t, t ** (-0.5 - k * apart), color=lab.PALETTE[k], label=label)
        ax.set(title="title", ylabel="loss")
        ax.legend()
    _, _, found = parsed(fig)
    heights = [{"".join(e.itertext()): float(e.get("y") or 0) for e in p.iter(f"{SVG}text")} for p in found]
    left, right = heights
    assert right["first of two"] < right["title"] < right["loss"], "the legend above the title"
    assert left["title"] == right["title"] and left["loss"] == right["loss"], "side by side"
    assert left["loss"] - left["title"] < 1.5 * layout.LINE, "and no line between them"


def test_an_entry_that_would_pass_the_edge_begins_a_row():
    fig, ax = plt.subplots()
    texts = ["convolution, text", "convolution, digits"]
    for text in texts:
        ax.plot([0, 1], "o", label=text)
    ax.legend()
    for first in range(60, 220):  # the room that the entries before the last one take
        room = {"": 0, texts[0]: first, texts[1]: 100}
        with mock.patch.object(layout, "text_width", lambda _, text, room=room: room[text]):
            panel = panels.Panel([ax], [], 0, 0, 1, 1, entries=[(line, line.get_label()) for line in ax.lines])
            for row in layout.rows_of(fig, panel):
                at, _, text = row[-1]
                assert at + 28 + room[text] <= panels.WIDTH, "its text is written 28 px from where its sign begins"


def test_nothing_sticks_out_of_a_panel():
    fig, ax = plt.subplots()
    ax.barh(["a rather long name of something", "b"], [1, 2])
    ax.set_xlabel("share of the whole")
    _, _, (panel,) = parsed(fig)
    assert all(0 <= float(e.get("x")) <= 343 for e in panel.iter(f"{SVG}text"))


def test_the_words_say_what_is_drawn_and_change_with_it():
    fig = two_curves()
    said = in_words(fig)
    assert said.splitlines()[0] == "panel 1: one, loss over step, x log, y log"
    assert "slope 1: 100 points (1, 1), (25, 0.008), (50, 0.0028), (75, 0.0015), (100, 0.001)" in said
    fig.axes[0].lines[1].set_ydata(np.arange(1, 101) ** -1.4)
    assert in_words(fig) != said


def test_words_do_not_hang_on_the_last_bit():
    def said(bit):
        fig, ax = plt.subplots()
        ax.plot([0.125 + bit, 1 + bit, 7e-17 * bit])
        return in_words(fig)

    assert said(0.0) == said(1e-16) == said(-1e-16)


def test_words_keep_quiet_about_what_is_chaos():
    def said(end):
        fig, ax = plt.subplots()
        ax.plot([1, 2, end], label="wild")[0].chaotic = True
        return in_words(fig)

    assert said(3) == said(4) and "wild: 3 points that rounding errors decide" in said(3)


def test_nbval_compares_the_words_and_not_the_drawing():
    from nbval.plugin import get_sanitize_patterns

    (pattern, word), *_ = get_sanitize_patterns((ROOT / "tests/nbval.cfg").read_text("utf8"))
    assert re.sub(pattern, word, drawing(two_curves())) == "DRAWING"
    assert re.sub(pattern, word, in_words(two_curves())) == in_words(two_curves())


def test_the_letters_are_measured_with_the_fonts_of_the_site():
    for weight, style in (("normal", "normal"), ("bold", "normal"), ("normal", "italic")):
        asked = font_manager.FontProperties(family="Figure Sans", weight=weight, style=style)
        file = font_manager.findfont(asked, fallback_to_default=False)
        assert (ROOT / "optedu/lab/figures/fonts").as_posix() in file
        assert {ord(c) for c in "aZ9−×±²γθκλμσΣ"} <= set(font_manager.get_font(file).get_charmap())


# ── In the page ──────────────────────────────────────────────────────────────────────


def test_a_page_gets_the_panels_in_line_with_names_of_its_own():
    text = drawing(two_curves())
    html = drawings.inlined(text, 'two "curves"', "d1")
    root = ElementTree.fromstring(html.replace("<div", '<div xmlns:xlink="http://www.w3.org/1999/xlink"', 1))
    assert root.get("role") == "img" and root.get("aria-label") == 'two "curves"'
    assert [e.tag for e in root] == ["svg", "svg"] and 'figure-paper,#ffffff)" width' not in html
    names = re.findall(r'id="([^"]+)"', html)
    assert len(names) == len(set(names)) and all(name.startswith("d1-") for name in names)
    asked = set(re.findall(r'(?:url\(#|href="#)([^")]+)', html))
    assert asked <= set(names) and asked, "a name that nothing has"
    assert set(names).isdisjoint(re.findall(r'id="([^"]+)"', drawings.inlined(text, "the same", "d2")))


def test_a_wide_panel_adds_no_column_where_there_is_room_for_one():
    bowl = lab.quadratic(10)
    run = lab.descend(lambda w: optedu.SGD(w, lr=0.1), bowl, 20, label="GD")
    html = drawings.inlined(drawing(lab.plot_runs(bowl, [run]).figure), "a bowl", "d1")
    assert re.findall(r"grid-column: ([^\"]+)", html) == ["1 / -1"]


def test_what_is_no_drawing_is_left_alone():
    assert drawings.is_drawing(drawing(two_curves()))
    assert not drawings.is_drawing((ROOT / "book/_static/logo.svg").read_text("utf8"))


def test_jupyter_shows_the_drawing_and_no_picture(monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    lab.use_style()
    data, _ = shell.display_formatter.format(two_curves())
    assert set(data) == {"image/svg+xml", "text/plain"}
    assert drawings.is_drawing(data["image/svg+xml"]) and data["text/plain"] == in_words(two_curves())


def test_a_figure_without_axes_is_refused():
    with pytest.raises(ValueError, match="no axes"):
        drawing(plt.figure())


def test_letters_are_15_px_high_where_a_panel_is_widest():
    assert panels.SIZE * 468 / panels.WIDTH <= 15.05
    assert "max-width: 468px" in (ROOT / "book/_static/figures.css").read_text("utf8")
