// The one Python of a page: what it is made of is loaded when it is asked for, and it runs in a worker.
//
// A page that was opened from a folder cannot fetch, and a worker of it can load nothing. Scripts it can load, so that
// is how all files come, in pieces, from a server as well: there is one way, and what works in one place works in both.

globalThis.OpteduPython = (() => {
  const { script } = OpteduPage;
  const packs = {}; // name: the promise of a blob
  const pieces = {}; // address: who waits for it
  let known = null; // what there is: name, digest, size and parts of each pack

  let worker = null, starting = null, drawing = null;
  let calls = new Map(), count = 0; // by their numbers: what was asked of the worker, and not answered yet
  let life = 0; // which Python this is: the one that was stopped, or the next
  const halt = (why) => Object.assign(new Error(why), { stopped: true });
  const listeners = new Set();

  /** What a piece calls when it is there. */
  function piece(address, text) {
    const letters = atob(text), bytes = new Uint8Array(letters.length);
    for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k);
    pieces[address] = bytes;
  }

  async function manifest() {
    if (!known) await script("run/python/manifest.js");
    return known;
  }

  /** A pack, and how much of it has come. */
  function pack(name, progress) {
    packs[name] ??= (async () => {
      const { digest, bytes, count: total } = (await manifest()).packs[name];
      let loaded = 0;
      const all = await Promise.all(Array.from({ length: total }, async (_, k) => {
        const address = `${name}-${digest}-${String(k).padStart(2, "0")}`;
        await script(`run/python/${address}.js`);
        const content = pieces[address];
        delete pieces[address];
        loaded += content.length;
        progress({ loaded, bytes });
        return content;
      }));
      return new Blob(all);
    })();
    packs[name].catch(() => { delete packs[name]; }); // the next time it is tried again
    return packs[name];
  }

  const part = (blob, { at, bytes }) => new Response(blob.slice(at, at + bytes).stream().pipeThrough(new DecompressionStream("gzip"))).blob();

  function call(what, given, output) {
    return new Promise((done, failed) => {
      calls.set(++count, { done, failed, output });
      worker.postMessage({ id: count, what, given });
    });
  }

  /** Ends whatever runs; what Python knew is lost. */
  function stop(why = "stopped") {
    worker?.terminate();
    worker = starting = drawing = null;
    life++;
    const ended = [...calls.values()];
    calls = new Map();
    for (const { failed } of ended) failed(halt(why));
    for (const listener of listeners) listener();
  }

  /** `progress` until this Python is stopped: what still comes in after that is told to nobody. */
  const alive = (mine, progress) => (told) => { if (mine === life) progress(told); };

  async function begin(told) {
    const mine = life, progress = alive(mine, told);
    const { packs: there } = await manifest();
    const names = ["python", "site"], sizes = {};
    const total = names.reduce((sum, name) => sum + there[name].bytes, 0);
    const blobs = await Promise.all(names.map((name) => pack(name, ({ loaded }) => {
      sizes[name] = loaded;
      progress({ loaded: Object.values(sizes).reduce((a, b) => a + b), bytes: total });
    })));
    progress({ starting: true });
    const sources = ["pyodide.js", "pyodide.asm.js", "worker.js"].map((name) => {
      const of = names.findIndex((pack) => there[pack].parts.some((one) => one.name === name));
      return part(blobs[of], there[names[of]].parts.find((one) => one.name === name));
    });
    const text = (await Promise.all(sources)).flatMap((source) => [source, "\n"]);
    if (mine !== life) throw halt("stopped");
    const address = URL.createObjectURL(new Blob(text, { type: "text/javascript" }));
    worker = new Worker(address);
    worker.onerror = (event) => stop(event.message || "the worker could not be started");
    worker.onmessage = ({ data }) => {
      const { done, failed, output } = calls.get(data.id);
      if (data.kind === "output") return output?.(data.output);
      calls.delete(data.id);
      if (data.kind === "done") done(data.value); else failed(new Error(data.message));
    };
    await Promise.all([...names.map((name, k) => call("take", { blob: blobs[k], parts: there[name].parts })), call("begin")]);
    URL.revokeObjectURL(address);
  }

  /** Python, ready to run; `progress` is told { loaded, bytes } or { starting }. */
  function start(progress = () => {}) {
    if (!starting) {
      const mine = life;
      starting = begin(progress);
      starting.catch((error) => { if (mine === life) stop(error.message); });
    }
    return starting;
  }

  /** matplotlib as well. */
  function draw(told = () => {}) {
    const mine = life, progress = alive(mine, told);
    const mayDraw = drawing ??= (async () => {
      const blob = await pack("drawing", progress);
      if (mine !== life) throw halt("stopped");
      progress({ starting: true });
      await call("take", { blob, parts: (await manifest()).packs.drawing.parts });
      await call("draw");
    })();
    mayDraw.catch(() => { if (drawing === mayDraw) drawing = null; });
    return mayDraw;
  }

  return {
    piece, manifest, start, draw, call, stop, halt,
    set known(value) { known = value; },
    get running() { return calls.size > 0; },
    /** Called when Python has ended, so that all variables are lost. */
    onEnd(listener) { listeners.add(listener); },
  };
})();
