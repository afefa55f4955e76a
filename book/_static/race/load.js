// Starts the race where a page has one: <div class="optedu-race" data-race="…">, whose content
// is what a reader sees without scripts. Everything else is loaded only then.

document.addEventListener("DOMContentLoaded", () => {
  const here = document.querySelector('script[src*="race/load.js"]').src;
  if (!document.querySelector(".optedu-race") || document.querySelector("link[data-race]")) return;
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("race.css", here) });
  style.dataset.race = "";
  document.head.append(style);
  for (const file of ["rules.js", "engine.js", "draw.js", "race.js"]) {
    document.head.append(Object.assign(document.createElement("script"), { src: new URL(file, here), async: false }));
  }
});
