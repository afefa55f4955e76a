"""An SVG of matplotlib's in few bytes: names of colors, one decimal, no point that lies on the way."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np

from .inks import ink
from .panels import SIZE

FLAT = 0.12  # px that a line may be moved by leaving points out
NOISE = 3000  # bytes of a line that is all noise
NO_MOVE = re.compile(r"\s*(?:rotate\(-?0(?: [\d. -]+)?\)|translate\(0 0\)|scale\(1 1\))")
CLOUD = 150  # signs of one kind that are no longer looked at one by one
SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
# What matplotlib writes although it is so anyway.
DEFAULTS = {("stroke-linecap", "butt"), ("stroke-linejoin", "round"), ("stroke-miterlimit", "10"),
            ("fill-opacity", "1"), ("stroke-opacity", "1"), ("opacity", "1"), ("stroke-width", "1"),
            ("stroke", "none"), ("stroke-dashoffset", "0"), ("fill-rule", "nonzero")}  # fmt: skip


def short(x: float) -> str:
    """A coordinate in px with one decimal."""
    return f"{round(float(x), 1):g}"


def compact(root: ElementTree.Element, flat: float) -> tuple[float, str]:
    """Height of a panel, and its elements in few bytes. ``§3`` stands for its third name."""
    names: dict[str, str] = {}
    signs = {e.get("id", ""): style_of(e) for e in root.iter(f"{SVG}path") if e.get("id")}
    for kind in ("path", "rect"):  # what is black anyway, matplotlib leaves out
        for element in root.iter(f"{SVG}{kind}"):
            if element.get("style") and not element.get("id") and "fill" not in style_of(element):
                element.set("style", element.get("style") + ";fill:#000000")
    for group in root.iter(f"{SVG}g"):
        dotted(group, root)
    for element in root.iter(f"{SVG}use"):  # a sign says itself what its uses repeat
        style = style_of(element)
        style.setdefault("fill", "#000000")
        own = signs.get(element.get(LINK, "").lstrip("#"), {})
        element.set("style", ";".join(f"{k}:{v}" for k, v in style.items() if own.get(k) != v))
    for element in root.iter():
        for value in (element.get(LINK, ""), style_of(element).get("clip-path", ""), element.get("clip-path", "")):
            for name in re.findall(r"#([\w-]+)", value):
                names.setdefault(name, f"§{len(names) + 1}")
    for element in root.iter(f"{SVG}path"):
        whole = element.attrib.setdefault("whole", element.get("d", ""))
        if dots := element.attrib.pop("dots", None):
            element.attrib["whole"] = whole = dots
        if "h0" in whole:
            element.set("d", whole)
            continue
        short_d = path(whole, FLAT)
        element.set("d", path(whole, flat) if len(short_d) > NOISE else short_d)
    body = "".join(written(child, names) for child in root)
    return float(root.get("viewBox", "0 0 0 0").split()[3]), body


def dotted(group: ElementTree.Element, root: ElementTree.Element) -> None:
    """Turn a cloud of signs into one path of dots: a line of no length has the form of its ends."""
    uses = [child for child in group if child.tag == f"{SVG}use"]
    if len(uses) < CLOUD or len({(child.get(LINK), child.get("style")) for child in uses}) > 1:
        return
    sign = next(e for e in root.iter(f"{SVG}path") if e.get("id") == uses[0].get(LINK, "").lstrip("#"))
    width = 2 * max(abs(float(x)) for x in re.findall(r"-?[\d.]+", sign.get("d", "")))
    style, own = style_of(uses[0]), style_of(sign)
    ends = "round" if "C" in sign.get("d", "") else "square"
    style = {"stroke": style.get("fill", "#000000"), "stroke-opacity": style.get("fill-opacity", "1"), "fill": "none",
             "stroke-width": short(width), "stroke-linecap": ends}  # fmt: skip
    if style["stroke"] == "none":
        style["stroke"] = own.get("stroke", "#000000")
    fine = 2 if len(uses) < 500 else 1  # to half a px, or to one
    places = sorted({tuple(round(fine * float(e.get(k, 0))) / fine for k in "yx") for e in uses})
    moves = zip([(0.0, 0.0), *places], places, strict=False)
    dots = "".join(f"m{x - x0:g} {y - y0:g}h0" for (y0, x0), (y, x) in moves)
    for child in uses:
        group.remove(child)
    css = ";".join(f"{k}:{v}" for k, v in style.items())
    group.append(ElementTree.Element(f"{SVG}path", {"dots": dots, "style": css}))


def style_of(element: ElementTree.Element) -> dict[str, str]:
    pairs = (one.split(":", 1) for one in element.get("style", "").split(";") if ":" in one)
    return {key.strip(): value.strip() for key, value in pairs}


def written(element: ElementTree.Element, names: dict[str, str], inherited: frozenset = frozenset()) -> str:
    """An element and what it holds."""
    tag = element.tag.removeprefix(SVG)
    if tag in ("metadata", "style") or "metadata" in element.tag:
        return ""
    style = style_of(element)
    if element.get("id", "").startswith("halo"):
        return f'<g class="beside">{"".join(written(child, names) for child in element)}</g>\n'
    if tag == "g" and len(element) > 1:  # what all of them say is said once
        for key, value in style_of(element[0]).items():
            if all(style_of(child).get(key) == value for child in element) and not key.startswith(("font", "text")):
                style[key] = value
    said = frozenset((k, v) for k, v in style.items())
    attributes = attributes_of(element, tag, {k: v for k, v in style.items() if (k, v) not in inherited}, names)
    if attributes is None:
        return ""
    inner = "".join(written(child, names, said | inherited if tag == "g" else frozenset()) for child in element)
    text = escaped(element.text) if tag in ("text", "tspan") and element.text else ""
    if tag in ("g", "defs") and not inner:
        return ""
    if tag == "g" and not attributes:
        return inner
    content = text + inner
    end = "\n" if tag in ("g", "text", "path") and len(content) + len(attributes) > 60 else ""
    return (f"<{tag}{attributes}>{content}</{tag}>" if content else f"<{tag}{attributes}/>") + end


def escaped(text: str) -> str:
    return re.sub(r"\s+", " ", text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attributes_of(element: ElementTree.Element, tag: str, style: dict[str, str], names: dict[str, str]) -> str | None:
    """The attributes of an element; None where it draws nothing."""
    given = dict(element.attrib)
    for key in ("style", "whole"):
        given.pop(key, None)
    found = {}
    if (name := given.pop("id", None)) in names:
        found["id"] = names[name]
    for key, value in given.items():
        key = "xlink:href" if key == LINK else key
        found[key] = re.sub(r"#([\w-]+)", lambda m: "#" + names.get(m[1], m[1]), value)
    if found.get("d") == "":
        return None
    for key in ("x", "y", "width", "height"):
        if key in found and tag != "image":
            found[key] = " ".join(short(one) for one in found[key].split())
    if "transform" in found:
        moved = found.pop("transform")
        if tag != "image":
            moved = re.sub(r"-?[\d.]+(?:e-?\d+)?", lambda m: short(m[0]), moved)
        if moved := NO_MOVE.sub("", moved):
            found["transform"] = moved
    if "id" in found and tag == "path":
        return join(found, painted("sign", style))  # filled by its uses
    paint = painted(tag, style)
    return None if paint.get("fill") == "none" and "stroke" not in paint else join(found, paint)


def join(found: dict[str, str], paint: dict[str, str]) -> str:
    plain = {k: v for k, v in paint.items() if "var(" not in v}
    # Who cannot mix colors takes the one that is mixed.
    plain |= {k: v[18:25] for k, v in paint.items() if v.startswith("color-mix(in srgb,")}
    colors = ";".join(f"{k}:{v}" for k, v in paint.items() if "var(" in v)
    every = {**found, **plain, **({"style": colors} if colors else {})}
    return "".join(f' {key}="{value}"' for key, value in every.items())


def painted(tag: str, style: dict[str, str]) -> dict[str, str]:
    """Colors, dashes and letters of an element, as the page understands them."""
    found = {}
    font = " ".join(style.pop(key, "") for key in list(style) if key.startswith("font"))
    if "italic" in font:
        found["font-style"] = "italic"
    if re.search(r"\b(600|700|bold|semibold)\b", font):
        found["font-weight"] = "600"
    if (size := re.search(r"([\d.]+)px", font)) and abs(float(size[1]) - SIZE) > 0.05:
        found["font-size"] = short(float(size[1]))
    for key, value in style.items():
        if (key, value) in DEFAULTS:
            continue
        if key in ("fill", "stroke") and value.startswith("#"):
            value = ink(value, fills=key == "fill" and tag not in ("text", "tspan", "g"))
        elif key in ("stroke-width", "opacity", "fill-opacity", "stroke-opacity"):
            value = f"{float(value):.2f}".rstrip("0").rstrip(".")
        elif key == "stroke-dasharray":
            value = " ".join(short(one) for one in re.split(r"[ ,]+", value))
        found[key] = value
    if tag in ("text", "tspan") and found.get("text-anchor") == "start":
        del found["text-anchor"]
    return found


COMMAND = re.compile(r"([MLQCZz])([^MLQCZz]*)")


def path(d: str, flat: float) -> str:
    """The same path with one decimal and without points that lie on the way."""
    out, run = [], []

    def flush() -> None:
        for k, (x, y) in enumerate(straightened(run, flat)):
            out.append(f"{'M' if k == 0 else 'L' if k == 1 else ' '}{x} {y}")
        run.clear()

    for kind, numbers in COMMAND.findall(d):
        values = [float(one) for one in numbers.split()]
        if kind == "M":
            flush()
            run.append((values[0], values[1]))
        elif kind == "L" and (run or not out):
            run.append((values[0], values[1]))
        else:
            flush()
            out.append(kind + " ".join(map(short, values)))
    flush()
    return "".join(out) if len(out) > 1 else ""


def straightened(points: list[tuple[float, float]], flat: float) -> Iterator[tuple[str, str]]:
    """Points of a line, rounded, less those that lie within `flat` of it."""
    if len(points) < 3:
        kept = points
    else:
        xy = np.array(points)
        keep = np.zeros(len(xy), bool)
        keep[[0, -1]] = True
        spans = [(0, len(xy) - 1)]
        while spans:  # Ramer, Douglas and Peucker: keep the farthest point, and look at both sides of it
            a, b = spans.pop()
            if b - a < 2:
                continue
            along, off = xy[b] - xy[a], xy[a + 1 : b] - xy[a]
            length = np.hypot(*along)
            far = np.abs(along[0] * off[:, 1] - along[1] * off[:, 0]) / length if length else np.hypot(*off.T)
            k = int(far.argmax())
            if far[k] > flat:
                keep[a + 1 + k] = True
                spans += [(a, a + 1 + k), (a + 1 + k, b)]
        kept = xy[keep].tolist()
    last = None
    for x, y in kept:
        now = short(x), short(y)
        if now != last:
            yield now
        last = now
