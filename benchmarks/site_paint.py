"""Input to paint: how long one waits for what a drag or a key changes in live figures and in the race. For site.py.

From the moment when the browser was given an event to the end of the frame that shows what it changed, in a Chromium
without a GPU. The events are real: pointers are moved, keys pressed, entries chosen. Where to, a seeded generator says.
"""

import random
import re
import statistics

from site_scripts import RACE, RACERS, table

GOAL = 50  # milliseconds, at the 95th percentile
WIDTHS = (1440, 390)
MOVES = 16  # of each drag
KEYS = ("ArrowRight", "ArrowUp", "Shift+ArrowRight", "ArrowLeft", "ArrowDown", "End", "Home")
WILD = "quadratic;steps=2000;at=2000/" + "/".join(f"{one.split(';')[0]};lr=1" for one in RACERS.split("/"))
ALIVE = re.compile(r'<figure [^>]*\bdata-live=|class="optedu-race"')
# The first event of each frame is timed, until a task after that frame: script, style, layout and paint are in it.
TIMED = """window.took = [];
window.long = 0;
new PerformanceObserver((seen) => { long += seen.getEntries().length; }).observe({ type: "longtask" });
let first = 0;
for (const kind of ["pointerdown", "pointermove", "keydown", "input", "change", "click"]) {
    addEventListener(kind, ({ timeStamp }) => {
        if (first) return;
        first = timeStamp;
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { took.push(performance.now() - first); first = 0; };
        requestAnimationFrame(() => port2.postMessage(0));
    }, { capture: true, passive: true });
}"""
REST = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
OPENED = "e => { for (let d = e; d = d.closest('details:not([open])'); ) d.open = true; }"
SPENT = {"busy": "TaskDuration", "script": "ScriptDuration"}


class Meter:
    """What inputs of one kind took: milliseconds of each frame; the thread's own time and long tasks of all of them."""

    def __init__(self, page, session):
        self.page, self.session = page, session
        self.took, self.spent, self.long = [], dict.fromkeys(SPENT, 0.0), 0

    def now(self):
        found = {m["name"]: m["value"] for m in self.session.send("Performance.getMetrics")["metrics"]}
        return {name: 1000 * found[key] for name, key in SPENT.items()}

    def measure(self, act):
        """Does something, and times every frame with an input until all is shown."""
        self.page.wait_for_function("!document.querySelector('.race-racers[aria-busy]')")  # a race may be seeking rates
        self.page.evaluate(REST)
        self.page.evaluate("took = [], long = 0")
        before = self.now()
        act()
        self.page.evaluate(REST)
        after = self.now()
        self.took += self.page.evaluate("took")
        self.long += self.page.evaluate("long")
        for name in SPENT:
            self.spent[name] += after[name] - before[name]

    def press(self, place, keys=KEYS):
        place.focus()
        self.measure(lambda: [self.page.keyboard.press(key) for key in keys])

    def drag(self, where, box, seed=0):
        """The mouse goes down at a place, and goes to others in a box."""
        rng, mouse = random.Random(seed), self.page.mouse
        x, y, width, height = (box[name] for name in ("x", "y", "width", "height"))
        mouse.move(*where)
        mouse.down()
        places = [(x + rng.uniform(0.04, 0.96) * width, y + rng.uniform(0.04, 0.96) * height) for _ in range(MOVES)]
        self.measure(lambda: [mouse.move(*place) for place in places])
        mouse.up()

    def numbers(self):
        """(inputs, median, 95th percentile, worst, busy, script, long tasks)."""
        if not self.took:
            raise RuntimeError(f"no input was seen on {self.page.url}")
        ordered = sorted(self.took)
        late = ordered[min(int(0.95 * len(ordered)), len(ordered) - 1)]
        each = [self.spent[name] / len(ordered) for name in SPENT]
        return len(ordered), statistics.median(ordered), late, ordered[-1], *each, self.long


def opened(browser, url, width, wait):
    """A page at rest, and a session that counts the time of its thread, not that of a busy machine."""
    page = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(TIMED)
    page.goto(url)
    page.wait_for_selector(wait, state="attached")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("Shift")  # a reader is there: the far parts of the page are laid out
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    return page, session


def center(box):
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def figures(browser, url, width):
    """All handles and sliders of all live figures of a page, and the maps of its small races."""
    page, session = opened(browser, url, width, "[data-live], .optedu-race")
    meter = Meter(page, session)
    for figure in page.locator("[data-live]").all():
        figure.evaluate(OPENED)
        figure.scroll_into_view_if_needed()
        page.wait_for_function("e => e.classList.contains('live-ready')", arg=figure.element_handle())
        for panel in figure.locator(".live-panel:has([data-handle])").all():
            panel.evaluate("e => e.scrollIntoView({ block: 'center' })")
            for handle in panel.locator("[data-handle]").all():
                knob = handle.locator(".live-knob")
                meter.drag(center((knob if knob.count() else handle).bounding_box()), panel.bounding_box())
                meter.press(handle)
        for slider in figure.locator("input").all():
            meter.press(slider)
    for race in page.locator(".optedu-race").all():
        race.scroll_into_view_if_needed()
        page.wait_for_function("e => e.classList.contains('race-ready')", arg=race.element_handle())
        drag_start(meter, race)
    page.context.close()
    return meter.numbers()


def drag_start(meter, race):
    stage = race.locator(".race-stage")
    stage.evaluate("e => e.scrollIntoView({ block: 'center' })")
    box = stage.bounding_box()
    meter.drag(center(box), box)


def controls(browser, address, width):
    """For each control of the race with six optimizers over 2,000 steps: what it took."""
    page, session = opened(browser, f"{address}/{RACE}", width, ".race-ready")
    found, root = {}, page.locator(".optedu-race")

    def of(name):
        return found.setdefault(name, Meter(page, session))

    def each(name, places, keys=("ArrowRight", "ArrowRight", "PageUp", "PageDown")):
        for place in places:
            of(name).press(place, keys)

    def rates():
        return page.get_by_label("lr", exact=True).all()

    def choose(name, label, values):
        for value in values:
            of(name).measure(lambda v=value: page.get_by_label(label).first.select_option(v))

    drag_start(of("start, dragged"), root)
    of("start, with keys").press(page.locator(".race-stage"), KEYS[:5])
    each("learning rate", rates())
    each("step", page.get_by_label("step", exact=True).all(), ("Home", "PageUp", "ArrowRight", "End"))
    surface = page.get_by_role("group", name="Surface")
    each("surface, noise, seed, steps", surface.locator("input[type=range]").all())
    choose("schedule", "schedule of the learning rate", ("cosine", "linear", ""))
    choose("add an optimizer", "add an optimizer", ("NAdam", "Rprop"))
    of("best rates").measure(page.get_by_role("button", name="Best rate for each").click)
    of("remove").measure(page.get_by_title("remove").last.click)
    courses = page.get_by_label("surface").first.locator("option").evaluate_all("all => all.map(o => o.value)")
    choose("choose a surface", "surface", courses)
    page.evaluate("wild => { location.hash = `race/${wild}`; }", WILD)
    page.evaluate(REST)
    drag_start(of("start, dragged, all diverging"), root)
    each("learning rate, all diverging", rates())
    page.context.close()
    return {name: meter.numbers() for name, meter in found.items()}


def pages(site):
    """Names of all pages with a live figure or a race."""
    files = sorted((site / "book").rglob("*.html"))
    return [f.relative_to(site).with_suffix("").as_posix() for f in files if ALIVE.search(f.read_text("utf8"))]


def measure(browser, address, names):
    """(for each page, for each control of the race): by width what inputs took."""
    chapters = [name for name in names if f"{name}.html" != RACE.split("#")[0]]
    found = {n: {w: figures(browser, f"{address}/{n}.html", w) for w in WIDTHS} for n in chapters}
    if len(chapters) == len(names):
        return found, {}
    races = {width: controls(browser, address, width) for width in WIDTHS}
    return found, {name: {width: races[width][name] for width in WIDTHS} for name in races[WIDTHS[0]]}


def late(found):
    """What misses the goal at one of the widths."""
    return [name for name, widths in found.items() if max(one[2] for one in widths.values()) > GOAL]


def rows(found, code="`"):
    return [
        [f"{code}{name}{code}", f"{width} px", one[0], *(f"{x:.0f}" for x in one[1:4])]
        + [*(f"{x:.1f}" for x in one[4:6]), one[6]]
        for name, widths in found.items()
        for width, one in widths.items()
    ]


def section(pages, controls):
    head = ["width", "inputs", "median", "95th percentile", "worst", "busy", "script", "long tasks"]
    said = (
        f"\n## Input to paint\n\nMilliseconds from an event to the end of its frame, without a GPU: {MOVES} places of "
        f"each drag, {len(KEYS)} keys of each handle and slider. A frame waits up to 16.7 ms for the screen. *Busy* is "
        "the time of the page's thread for each input, *script* a part of it, both without the time of other programs; "
        f"long tasks are those over 50 ms. The goal is {GOAL} ms at the 95th percentile."
    )
    if pages:
        said += "\n\n" + table(["page", *head], rows(pages))
    if controls:
        racing = f"The race with {RACERS.count('/') + 1} optimizers over 2,000 steps:"
        said += f"\n\n{racing}\n\n" + table(["control", *head], rows(controls, ""))
    return said
