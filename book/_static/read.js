// What has been read is ticked off, in this browser alone: in the sidebar, and in the lists of the page "Paths".
// A page counts as read when its end is in view, and its beginning was opened at least 20 seconds ago.

document.addEventListener("DOMContentLoaded", () => {
  const KEY = "optedu.read", LONG_ENOUGH = 20e3; // ms
  const root = new URL(`${document.documentElement.dataset.content_root}book/`, location.href).href;
  const pageOf = (link) => link.href.split("#")[0].replace(root, "").replace(/\.html$/, "");
  let read = new Set();
  try { read = new Set(JSON.parse(localStorage.getItem(KEY)) ?? []); } catch { /* some browsers keep nothing for a file */ }

  const boxes = [...document.querySelectorAll(".path li")].map((item) => {
    const link = item.querySelector("a"), box = document.createElement("input");
    box.type = "checkbox";
    box.setAttribute("aria-label", `${link.textContent}: read`);
    box.onchange = () => tick(pageOf(link), box.checked);
    item.prepend(box);
    return [box, link];
  });

  function show() {
    for (const link of document.querySelectorAll(".bd-links a")) link.toggleAttribute("data-read", read.has(pageOf(link)));
    for (const [box, link] of boxes) box.checked = read.has(pageOf(link));
    for (const path of document.querySelectorAll(".path")) {
      const all = boxes.filter(([box]) => path.contains(box)), left = all.filter(([box]) => !box.checked);
      path.dataset.progress = `${all.length - left.length} of ${all.length} read`;
      for (const [box] of all) box.closest("li").toggleAttribute("data-next", box === left[0]?.[0]);
    }
  }
  function tick(page, done) {
    read[done ? "add" : "delete"](page);
    try { localStorage.setItem(KEY, JSON.stringify([...read])); } catch { /* shown, but not kept */ }
    show();
  }
  if (read.size || boxes.length) show();
  addEventListener("storage", ({ key, newValue }) => {
    if (key === KEY) { read = new Set(JSON.parse(newValue) ?? []); show(); }
  });

  // The sidebar opens where the reader is, on a phone too, where it is a drawer: the theme first sends the keyboard to its top.
  const current = document.querySelector(".bd-links .current > a");
  const find = () => {
    if (!current?.checkVisibility()) return;
    const [one, all] = [current, current.closest(".bd-sidebar-primary")].map((part) => part.getBoundingClientRect());
    if (one.top < all.top || one.bottom > Math.min(all.bottom, innerHeight)) current.scrollIntoView({ block: "nearest" });
  };
  document.querySelector(".primary-toggle")?.addEventListener("click", () => setTimeout(find, 150));
  if (!matchMedia("(max-width: 991px)").matches) addEventListener("load", find);

  const here = pageOf(location), end = document.querySelector(".prev-next-footer");
  if (!end || !current || read.has(here)) return; // search and index are no pages of the book
  let waiting;
  const watch = new IntersectionObserver((seen) => {
    clearTimeout(waiting);
    if (!seen.at(-1).isIntersecting) return;
    waiting = setTimeout(() => { watch.disconnect(); tick(here, true); }, LONG_ENOUGH - performance.now());
  });
  watch.observe(end);
});
