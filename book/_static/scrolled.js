// Whether a box that scrolls sideways has been scrolled, and whether to its end: phone.css takes the hint away then.

document.addEventListener("scroll", ({ target }) => {
  if (!(target instanceof Element) || !target.hasAttribute("data-scrolls")) return;
  target.toggleAttribute("data-scrolled", target.hasAttribute("data-scrolled") || target.scrollLeft > 8);
  target.toggleAttribute("data-at-end", target.scrollLeft + target.clientWidth >= target.scrollWidth - 2);
}, { capture: true, passive: true });
