// What CSS alone cannot do: the keyboard, and those who listen.

// A box that scrolls sideways must be reachable, and have a name, without a mouse.
const BOXES = {
  "mjx-container": "equation",
  ".bd-article pre": "code",
  ".pst-scrollable-table-container": "table",
  ".output.text_html": "table",
};

// What lies in a closed fold is not laid out, unless somebody asks for its size: most of a page of questions.
const shown = (selector) =>
  [...document.querySelectorAll(selector)].filter((one) => !one.closest("details:not([open]) > :not(summary)"));

function openToKeyboard() { // first all is measured, then changed: in turn, each measure would lay out the page anew
  // A formula within a line must not be a box of its own (it would leave the baseline),
  // unless it is wider than the line.
  const formulas = shown("span.math > mjx-container").map((formula) => {
    const width = formula.closest("p, li, td, th, dd, figcaption, summary, article").clientWidth;
    return [formula, width > 0 && formula.firstElementChild.offsetWidth > width];
  });
  for (const [formula, wide] of formulas) formula.classList.toggle("wide", wide);
  const boxes = Object.entries(BOXES).flatMap(([selector, name]) => shown(selector).map((box) => {
    const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
    return [box, name, scrolls];
  }));
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

document.addEventListener("DOMContentLoaded", async () => {
  await document.fonts.ready; // a formula is as wide as its letters
  nameColumns();
  openToKeyboard();
  new ResizeObserver(openToKeyboard).observe(document.querySelector("article") ?? document.body);
  document.addEventListener("toggle", openToKeyboard, true); // folds: what was closed had no width
});
