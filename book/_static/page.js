// What the scripts of single pages share: elements, scripts loaded on demand, and what is kept in this browser.

globalThis.OpteduPage ??= (() => {
  const STATIC = new URL(".", document.currentScript.src);

  /** An element: h("button.quiet", { onclick, "aria-label": … }, children). */
  function h(name, attributes = {}, ...children) {
    const [tag, ...classes] = name.split(".");
    const element = document.createElement(tag);
    element.classList.add(...classes);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on") || ["innerHTML", "value", "checked"].includes(key)) element[key] = value;
      else if (value !== null && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
  }

  /** Loads a script of _static; one that is there is not loaded twice. */
  const loading = new Map();
  function script(file) {
    if (!loading.has(file)) {
      loading.set(file, new Promise((done, failed) => {
        const element = h("script", { src: new URL(file, STATIC) });
        element.onload = () => { element.remove(); done(); };
        element.onerror = () => { element.remove(); loading.delete(file); failed(new Error(`${file} could not be loaded`)); };
        document.head.append(element);
      }));
    }
    return loading.get(file);
  }

  /** The same for a style sheet; one that does not come is no reason to stop. */
  function style(file) {
    return new Promise((done) => {
      document.head.append(Object.assign(document.createElement("link"), {
        rel: "stylesheet", href: new URL(file, STATIC), onload: done, onerror: done,
      }));
    });
  }

  // Some browsers keep nothing for files; then nothing is kept.
  const store = {
    get(key, otherwise) {
      try { return JSON.parse(localStorage.getItem(`optedu.${key}`)) ?? otherwise; } catch { return otherwise; }
    },
    set(key, value) {
      try { localStorage.setItem(`optedu.${key}`, JSON.stringify(value)); return true; } catch { return false; }
    },
    text(key) { try { return localStorage.getItem(`optedu.${key}`); } catch { return null; } },
    put(key, text) {
      try { localStorage.setItem(`optedu.${key}`, text); return true; } catch { return false; }
    },
    remove(key) { try { localStorage.removeItem(`optedu.${key}`); } catch { /* nothing was kept */ } },
  };

  return { STATIC, h, script, style, store };
})();
