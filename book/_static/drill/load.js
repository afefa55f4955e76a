// Starts the drills or the quiz where a page has one, and says what both of them use.
// What is inside of <div class="optedu-drill"> or <div class="optedu-quiz"> is for those without scripts.

globalThis.OpteduPractice = (() => {
  const HERE = document.currentScript.src;
  const BOOK = new URL("../../book/", HERE);
  const waiting = {}, known = {};

  /** An element: h("button.quiet", { onclick, "aria-label": … }, children). */
  function h(name, attributes = {}, ...children) {
    const [tag, ...classes] = name.split(".");
    const element = document.createElement(tag);
    element.classList.add(...classes);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on") || key === "innerHTML" || key === "value") element[key] = value;
      else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  const options = (pairs, chosen) => pairs.map(([value, text]) => {
    const option = h("option", { value }, text);
    option.selected = value === chosen;
    return option;
  });

  function script(file) {
    return new Promise((done, failed) => {
      document.head.append(Object.assign(document.createElement("script"), {
        src: new URL(file, HERE), onload: done, onerror: () => failed(new Error(`${file} could not be loaded`)),
      }));
    });
  }

  /** The data of a file in data/, which calls `data` when it is there. */
  function need(key) {
    known[key] ??= new Promise((done, failed) => {
      waiting[key] = done;
      script(`data/${key}.js`).catch((error) => { delete known[key]; failed(error); });
    });
    return known[key];
  }
  const data = (key, value) => waiting[key](value);

  // What is kept in this browser. Some browsers refuse it for files; then nothing is kept.
  const store = {
    get(key, otherwise) {
      try { return JSON.parse(localStorage.getItem(`optedu.${key}`)) ?? otherwise; } catch { return otherwise; }
    },
    set(key, value) {
      try { localStorage.setItem(`optedu.${key}`, JSON.stringify(value)); return true; } catch { return false; }
    },
    remove(key) { try { localStorage.removeItem(`optedu.${key}`); } catch { /* nothing was kept */ } },
  };

  document.addEventListener("DOMContentLoaded", async () => {
    for (const name of ["drill", "quiz"]) {
      const root = document.querySelector(`.optedu-${name}`);
      if (!root) continue;
      const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: new URL("practice.css", HERE) });
      const styled = new Promise((done) => { style.onload = style.onerror = done; });
      document.head.append(style);
      try {
        await Promise.all([styled, script(`${name}.js`)]);
        await OpteduPractice[name](root);
        root.style.minHeight = "";
      } catch (error) {
        root.prepend(h("p", { role: "alert" }, `This page could not be started: ${error.message}.`));
      }
    }
  });

  return { HERE, BOOK, h, options, script, need, data, store };
})();
