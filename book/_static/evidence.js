// A link into a closed fold opens it: a chip of evidence, a solution, whatever lies around them.

(() => {
  // Opens what hides the element with this name; returns it if anything had to be opened.
  function reveal(name) {
    const target = document.getElementById(decodeURIComponent(name));
    let opened = false;
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      if (fold.open || fold.querySelector(":scope > summary").contains(target)) continue;
      fold.open = opened = true;
    }
    return opened ? target : null;
  }
  const arrive = () => reveal(location.hash.slice(1))?.scrollIntoView();

  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href*='#']");
    if (link && link.pathname === location.pathname && link.host === location.host) reveal(link.hash.slice(1));
  }, true);
  addEventListener("hashchange", arrive);
  document.addEventListener("DOMContentLoaded", arrive);
})();
