// What CSS alone cannot do: the keyboard, and those who listen.

// A box that scrolls sideways must be reachable, and have a name, without a mouse.
const BOXES = {
  "mjx-container": "equation",
  ".bd-article pre": "code",
  ".pst-scrollable-table-container": "table",
  ".output.text_html": "table",
};

function openToKeyboard() {
  // A formula within a line must not be a box of its own (it would leave the baseline),
  // unless it is wider than the line.
  for (const formula of document.querySelectorAll("span.math > mjx-container")) {
    const line = formula.closest("p, li, td, th, dd, figcaption, summary, article");
    formula.classList.toggle("wide", line.clientWidth > 0 && formula.firstElementChild.offsetWidth > line.clientWidth);
  }
  for (const [selector, name] of Object.entries(BOXES)) {
    for (const box of document.querySelectorAll(selector)) {
      const scrolls = box.scrollWidth > box.clientWidth + 1 && getComputedStyle(box).overflowX !== "visible";
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
