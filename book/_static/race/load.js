// Starts the race where a page has one: <div class="optedu-race" data-race="…">, whose content
// is what a reader sees without scripts. Everything else is loaded when a race is less than a screen away.

document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector('script[src*="race/load.js"]').src;
  if (document.documentElement.dataset.race) return; // a page may have this script twice
  document.documentElement.dataset.race = "waits";
  const near = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    near.disconnect();
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("race.css", here) }));
    for (const file of ["../page.js", "rules.js", "engine.js", "draw.js", "race.js"]) {
      document.head.append(Object.assign(document.createElement("script"), { src: new URL(file, here), async: false }));
    }
  }, { rootMargin: "100%" });
  document.querySelectorAll(".optedu-race").forEach((race) => near.observe(race));
});
