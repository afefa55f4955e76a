"""What scripts cost the reader: frames of the race, and how much of each script runs. For site.py."""

import statistics
from itertools import pairwise

RACERS = "SGD;lr=0.02/momentum;lr=0.01/Nesterov;lr=0.01/RMSprop;lr=0.02/Adam;lr=0.05/Lion;lr=0.02"
RACE = f"book/race.html#race/quadratic;start=9,4;steps=2000;speed=120/{RACERS}"
SECONDS = 5
READY = """new MutationObserver((_, watch) => {
    if (!document.querySelector(".race-ready")) return;
    window.raceReady = performance.now();
    watch.disconnect();
}).observe(document, { subtree: true, attributes: true });"""
FRAMES = """(seconds) => new Promise((done) => {
    const times = [];
    const frame = (now) => {
        times.push(now);
        if (now - times[0] < 1000 * seconds) requestAnimationFrame(frame); else done(times);
    };
    requestAnimationFrame(frame);
})"""
STEP = "parseInt(document.querySelector('.race-count').textContent)"


def spent(session):
    """Milliseconds that the page has kept its thread busy so far."""
    metrics = {m["name"]: m["value"] for m in session.send("Performance.getMetrics")["metrics"]}
    return 1000 * metrics["TaskDuration"]


def race(browser, address, width):
    """The race with six optimizers, playing: when it can be used, its frames, and what one costs."""
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(READY)
    page.goto(f"{address}/{RACE}")
    page.wait_for_function("window.raceReady")
    page.wait_for_load_state("networkidle")
    ready = page.evaluate("window.raceReady")
    page.locator(".race-stage").scroll_into_view_if_needed()  # it starts when it is seen
    page.wait_for_function(f"{STEP} > 0")
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    before = spent(session)
    times = page.evaluate(FRAMES, SECONDS)
    cost = (spent(session) - before) / len(times)
    playing = 0 < page.evaluate(STEP) < 2000
    context.close()
    if not playing:
        raise RuntimeError(f"the race did not play for {SECONDS} s at {width} px")
    gaps = [b - a for a, b in pairwise(times)]
    return {
        "ready": ready,
        "median": statistics.median(gaps),
        "slow": statistics.quantiles(gaps, n=20)[-1],
        "cost": cost,
    }


def good(found):
    """Sixty frames a second, and usable within one."""
    return found["median"] < 17.5 and found["ready"] < 1000


def race_section(races):
    rows = [
        [f"{width} px", f"{r['ready']:.0f} ms", f"{1000 / r['median']:.0f}"]
        + [f"{r[name]:.1f} ms" for name in ("median", "slow", "cost")]
        for width, r in races.items()
    ]
    return (
        f"\n## The race with {RACERS.count('/') + 1} optimizers\n\nPlaying for {SECONDS} s, without a GPU. "
        "*Busy* is what the page's thread does for each frame. The goal is 60 frames a second.\n\n"
        + table(["width", "usable after", "frames a second", "frame, median", "95th percentile", "busy"], rows)
    )


def coverage(browser, url):
    """Per script of a page: bytes shipped, and bytes of functions that ran while it was loaded."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Profiler.enable")
    session.send("Profiler.startPreciseCoverage", {"callCount": False, "detailed": True})
    sizes = {}
    page.on("response", lambda r: sizes.update({r.url: len(r.text())}) if r.url.endswith(".js") else None)
    page.goto(url)  # (first loaded, then idle: on a busy machine a long page is idle before its scripts run)
    page.wait_for_load_state("networkidle")
    found = {one["url"]: one["functions"] for one in session.send("Profiler.takePreciseCoverage")["result"]}
    context.close()
    return {url.rsplit("/", 1)[1]: (size, ran(found.get(url, []), size)) for url, size in sizes.items()}


def ran(functions, size):
    """How much of a script ran. What lies within overrules what lies around it."""
    alive = bytearray(size)
    for one in sorted((r for f in functions for r in f["ranges"]), key=lambda r: r["startOffset"] - r["endOffset"]):
        start, end = one["startOffset"], min(one["endOffset"], size)
        alive[start:end] = bytes([one["count"] > 0]) * (end - start)
    return sum(alive)


def coverage_section(scripts):
    rows = [
        [f"`{page}`", f"`{name}`", f"{size / 1000:.0f}", f"{100 * used / size:.0f}%"]
        for page, found in scripts.items()
        for name, (size, used) in sorted(found.items(), key=lambda one: -one[1][0])
    ]
    return (
        "\n## Scripts\n\nBefore compression, and how much of it ran while the page was loaded, untouched.\n\n"
        + table(["page", "script", "kB", "ran"], rows)
    )


def table(head, rows):
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
