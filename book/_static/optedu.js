// What CSS alone cannot do: the keyboard, those who listen, and pages that are longer than anyone reads at once.

// A box that scrolls sideways must be reachable, and have a name, without a mouse.
const BOXES = {
  "mjx-container": "equation",
  ".bd-article pre": "code",
  ".pst-scrollable-table-container": "table",
  ".output.text_html": "table",
};
const PART = ".bd-article, .bd-article section";
const FOLDED = "details:not([open]) > :not(summary)";

const partsOfPage = () => [...document.querySelectorAll(PART)];
const isLaidOut = (part) => part.firstElementChild?.checkVisibility({ contentVisibilityAuto: true });

// What a part holds itself, its sections apart. What lies in a closed fold is not laid out, unless somebody asks for
// its size: most of a page of questions.
const own = (part, selector) => [...part.querySelectorAll(selector)].filter(
  (one) => one.closest(PART) === part && !one.closest(FOLDED));

function openToKeyboard(parts) { // first all is measured, then changed: in turn, each measure would lay out the page anew
  // A formula within a line must not be a box of its own (it would leave the baseline),
  // unless it is wider than the line.
  const formulas = parts.flatMap((part) => own(part, "span.math > mjx-container")).map((formula) => {
    const width = formula.closest("p, li, td, th, dd, figcaption, summary, article").clientWidth;
    return [formula, width > 0 && formula.firstElementChild.offsetWidth > width + 1]; // as below: a pixel is rounding
  });
  for (const [formula, wide] of formulas) formula.classList.toggle("wide", wide);
  const boxes = parts.flatMap((part) => Object.entries(BOXES).flatMap(([selector, name]) => own(part, selector).map((box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
    return [box, name, scrolls];
  })));
  for (const [box, name, scrolls] of boxes) {
    if (scrolls === box.hasAttribute("data-scrolls")) continue;
    box.toggleAttribute("data-scrolls", scrolls);
    if (scrolls) {
      box.tabIndex = 0;
      box.setAttribute("aria-label", `${name}, scrolls sideways`);
      if (!box.hasAttribute("role")) box.setAttribute("role", "group");
    } else {
      for (const attribute of ["tabindex", "aria-label", "role"]) box.removeAttribute(attribute);
    }
  }
}

// A column headed by a formula alone has no name for those who listen: MathML is no text.
function nameColumns() {
  for (const formula of document.querySelectorAll("th mjx-container")) {
    const head = formula.closest("th");
    if (head.textContent.trim() !== formula.textContent.trim()) continue;
    const name = document.createElement("span");
    name.className = "visually-hidden";
    name.textContent = formula.textContent.trim();
    formula.setAttribute("aria-hidden", "true");
    formula.after(name);
  }
}

// At first only what is near the screen is laid out (optedu.css). Once the reader does something, the rest follows part
// by part while there is nothing else to do: a jump lands where it should only if all above is as high as it will be.
// A page that is opened in its middle is laid out at once (tools/site/offline_site.py), and so is one in which a link leads
// elsewhere.
const idle = (then) => (window.requestIdleCallback ? requestIdleCallback(then, { timeout: 100 }) : setTimeout(then, 30));

function layOut(done) {
  const root = document.documentElement;
  if (!document.querySelector(".bd-toc-nav")) delete document.body.dataset.bsSpy; // Bootstrap would watch every link of the page
  const { bsSpy } = document.body.dataset;
  const isDone = () => root.classList.contains("laid-out");
  const seen = ({ target, skipped }) => skipped || openToKeyboard([target]);
  const jump = ({ target }) => { if (target.closest("a[href*='#']")) end(); };
  let rest = partsOfPage();
  function end() {
    document.removeEventListener("contentvisibilityautostatechange", seen, true);
    document.removeEventListener("click", jump, true);
    root.classList.add("laid-out");
    openToKeyboard(rest);
    if (bsSpy) {
      document.body.dataset.bsSpy = bsSpy;
      window.bootstrap?.ScrollSpy.getOrCreateInstance(document.body);
    }
    done();
  }
  function next() {
    if (isDone()) return;
    if (rest.length === 0) return end();
    const part = rest.shift();
    part.classList.add("laid-out");
    openToKeyboard([part]);
    idle(next);
  }
  let begin = () => { begin = () => {}; idle(next); };
  if (isDone()) return end();
  delete document.body.dataset.bsSpy; // Bootstrap would ask where each heading is
  openToKeyboard(rest.filter(isLaidOut));
  document.addEventListener("contentvisibilityautostatechange", seen, true);
  document.addEventListener("click", jump, true);
  for (const act of ["scroll", "keydown", "pointerdown"]) addEventListener(act, () => begin(), { once: true, passive: true });
}

document.addEventListener("DOMContentLoaded", () => {
  nameColumns();
  const again = () => openToKeyboard(partsOfPage().filter(isLaidOut));
  let first = true; // an observer begins by telling what is known
  new ResizeObserver(() => { if (!first) again(); first = false; }).observe(document.querySelector("article") ?? document.body);
  layOut(() => {
    // From now on each box is watched, and what is in it: letters that come late, a fold that opens, a script that writes.
    const watch = new ResizeObserver((seen) => openToKeyboard([...new Set(seen.map(({ target }) => target.closest(PART)))].filter(Boolean)));
    for (const box of document.querySelectorAll(Object.keys(BOXES).join())) {
      for (const one of [box, ...box.children]) watch.observe(one);
    }
    // A fold is measured before it is drawn: formulas within its lines are no boxes yet.
    document.addEventListener("toggle", ({ target }) => openToKeyboard([target.closest(PART)].filter(Boolean)), true);
  });
});

// Cells run where a reader asks for it. What runs them is loaded when a button is pressed, or when this browser keeps
// the reader's own code for the page.
document.addEventListener("DOMContentLoaded", () => {
  const buttons = document.querySelectorAll("[data-run]");
  for (const button of buttons) button.hidden = false;
  if (buttons.length === 0) return;
  const root = new URL(`${document.documentElement.dataset.content_root}_static/`, location.href);
  const page = location.pathname.slice(new URL("..", root).pathname.length).replace(/\.html$/, "");
  let loading = null;
  const load = () => loading ??= (async () => {
    for (const file of ["page.js", "run/python.js", "run/outputs.js", "run/run.js"]) {
      await new Promise((onload, onerror) => document.head.append(Object.assign(document.createElement("script"), { src: root + file, onload, onerror })));
    }
    return OpteduRun.start(page);
  })();
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-run]");
    if (!button || loading) return;
    try {
      (await load()).pressed(Number(button.dataset.run));
    } catch (error) {
      button.after(` What runs a cell could not be loaded: ${error.message ?? "a file is missing"}.`);
    }
  });
  let kept = null;
  try { kept = localStorage.getItem(`optedu.cells.${page}`); } catch { /* some browsers keep nothing for a file */ }
  if (kept) load();
});
