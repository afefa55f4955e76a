"""One style sheet and one script for the whole site, of which every part is used somewhere.

The theme and its extensions bring a dozen of each, and 1.5 MB of icons. What all pages load is
put into `book.css` and `book.js`, in the order in which they loaded it; rules for classes that
occur nowhere are left out, and the icon fonts are cut down to the icons shown.
"""

import html
import re
from pathlib import Path

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont

SHEET = re.compile(r'\s*<link (?=[^>]*rel="stylesheet")[^>]*href="([^"?]+)[^"]*"[^>]*>')
SCRIPT = re.compile(r'<script (?P<other>[^>]*?)src="(?P<src>[^"?]+)[^"]*"(?P<rest>[^>]*)></script>')
PRELOAD = re.compile(r'\s*<link rel="preload" as="script"[^>]*>')
# The theme makes boxes that scroll reachable one by one, and so lays out the page for each; optedu.js does it at once.
TAB_STOPS = re.compile(
    r'(function \w+\(\)\{)const e=\(\)=>\{document\.querySelectorAll\("pre, [^;]*?e\.tabIndex=.*?,e\(\)\}'
)
SELF_NAMED = {"design-tabs.js"}  # reads attributes of its own tag
ICONS = {"solid": ("Font Awesome 6 Free", 900), "brands": ("Font Awesome 6 Brands", 400)}


def local(page, address):
    return (page.parent / address).resolve()


def common(pages, pattern, group):
    """The files that every page loads, in order."""
    each = [[local(p, m[group]) for m in pattern.finditer(text)] for p, text in pages.items()]
    return [file for file in each[0] if file.is_file() and all(file in files for files in each)]


def words_used(texts, scripts):
    """Classes, and every word of a script: it may set a class."""
    used = set()
    for text in texts:
        for names in set(re.findall(r'class="([^"]*)"', text)):
            used |= set(html.unescape(names).split())
    for script in scripts:
        used |= set(re.findall(r"[A-Za-z][\w-]*", script))
    return used


def matches(selector, used):
    """Whether some page may have what the selector asks for; alternatives and negations are not judged."""
    plain = re.sub(r":(?:not|is|where|has)\((?:[^()]|\([^()]*\))*\)", "", selector)
    return all(name.replace("\\", "") in used for name in re.findall(r"\.((?:[\w-]|\\.)+)", plain))


def purged(rules, used):
    """The text of those rules whose selectors may match."""
    kept = []
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = split_commas(rule.prelude)
            left = [s for s in selectors if matches(s, used)]
            if left:
                kept.append(",".join(left) + "{" + squeeze(rule.content) + "}")
        elif rule.type == "at-rule":
            head = f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude).rstrip()}"
            if rule.content is None:
                if rule.lower_at_keyword != "charset":
                    kept.append(head + ";")
            elif rule.lower_at_keyword in ("media", "supports", "layer"):
                inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
                if body := purged(inner, used):
                    kept.append(head + "{" + body + "}")
            elif not (rule.lower_at_keyword == "font-face" and "Awesome" in tinycss2.serialize(rule.content)):
                kept.append(head + "{" + squeeze(rule.content) + "}")
        elif rule.type == "error":
            raise ValueError(f"style sheet, line {rule.source_line}: {rule.message}")
    return "\n".join(kept)


def split_commas(tokens):
    parts = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            parts.append([])
        elif token.type != "comment":
            parts[-1].append(token)
    return [re.sub(r"\s+", " ", tinycss2.serialize(part)).strip() for part in parts]


def squeeze(tokens):
    """Declarations without comments and line breaks."""
    tokens = [t for t in tokens if t.type != "comment"]
    for token in tokens:
        if token.type == "whitespace":
            token.value = " "
    return tinycss2.serialize(tokens).strip()


def at_home(sheet, static):
    """The sheet with its addresses as seen from _static."""

    def moved(match):
        address = match[2]
        if re.match(r"[a-z]+:|#", address):
            return match[0]
        file, _, _ = address.partition("?")
        target = (sheet.parent / file).resolve()
        return (
            f'url("{target.relative_to(static.resolve()).as_posix()}")' if target.is_relative_to(static) else match[0]
        )

    text = re.sub(r"/\*# sourceMappingURL[^*]*\*/", "", sheet.read_text("utf8"))
    return re.sub(r"""url\((["']?)([^"')]+)\1\)""", moved, text)


def icon_fonts(static, css):
    """@font-face rules for fonts that hold the icons shown, and nothing else."""
    letters = re.findall(r'(?<![\w-])([\w-]+):\s*"([\ue000-\uf8ff])"', css)
    shown = {ord(letter) for name, letter in letters if name == "content" or f"var({name})" in css}
    if not shown:
        raise ValueError("no icon is left in the style sheets: has the theme changed how it writes them?")
    faces = []
    for name, (family, weight) in ICONS.items():
        (source,) = static.glob(f"vendor/fontawesome/*/webfonts/fa-{name}-*.ttf")
        font = TTFont(source)
        options = subset.Options(layout_features=[], notdef_outline=True, desubroutinize=True)
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=shown)
        cutter.subset(font)
        font.flavor = "woff"
        font.save(static / f"icons-{name}.woff")
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
            f'src:url("icons-{name}.woff") format("woff")}}'
        )
    return "\n".join(faces)


def bundle(out):
    """Rewrite every page of the site in `out`; returns the sizes of the two files."""
    static = (Path(out) / "_static").resolve()
    pages = {p: p.read_text("utf8") for p in sorted(Path(out).resolve().rglob("*.html")) if static not in p.parents}
    pages = {p: text for p, text in pages.items() if SHEET.search(text)}  # not: plain redirects
    sheets = common(pages, SHEET, 1)
    scripts = [s for s in common(pages, SCRIPT, "src") if s.name not in SELF_NAMED and "mathjax" not in s.parts]
    options = next(s for s in scripts if s.name == "documentation_options.js")
    scripts.remove(options)
    sources = [s.read_text("utf8") for s in scripts]
    every_script = [s.read_text("utf8", "replace") for s in static.rglob("*.js") if "vendor" not in s.parts]
    used = words_used(pages.values(), every_script)
    text = "\n".join(at_home(s, static) for s in sheets)
    css = purged(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), used)
    css = icon_fonts(static, css) + "\n" + css
    js, found = TAB_STOPS.subn(r"\1}", ";\n" + "\n;\n".join(re.sub(r"//# sourceMappingURL.*", "", s) for s in sources))
    if found != 1:
        raise ValueError(f"the theme's tab stops were found {found} times: has it changed how it sets them?")
    (static / "book.css").write_text(css, "utf8")
    (static / "book.js").write_text(js, "utf8")
    for page, was in pages.items():
        root = "../" * len(page.relative_to(Path(out).resolve()).parent.parts)
        first = {"css": f'\n<link rel="stylesheet" href="{root}_static/book.css" />'}
        first["js"] = f'<script defer="defer" src="{root}_static/book.js"></script>'

        def sheet(match, page=page, first=first):
            return first.pop("css", "") if local(page, match[1]) in sheets else match[0]

        def script(match, page=page, first=first):
            file = local(page, match["src"])
            if file == options:
                return f"<script>{options.read_text('utf8')}</script>"
            if file in scripts:
                return first.pop("js", "")
            return match[0] if "defer" in match[0] else match[0].replace("<script ", '<script defer="defer" ', 1)

        now = SCRIPT.sub(script, SHEET.sub(sheet, PRELOAD.sub("", was)))
        if first or not PRELOAD.search(was):
            raise ValueError(f"{page}: no place for {[*first]}, or no script is preloaded: has the theme changed?")
        page.write_text(now, "utf8")
    for file in [*sheets, *scripts]:
        file.unlink()
    for waste in [*static.rglob("*.map"), *static.glob("vendor/fontawesome/*/webfonts/*")]:
        waste.unlink()
    return len(css), len(js)
