// Written by `make generated` from optedu/lab/live_figures/ravine.py. Do not edit.
(() => {
function ravine_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.mu;
  const x2 = 1 + x1;
  const x4 = (x2 - x0) / 2;
  const x6 = (x4 * x4) - x1;
  const x8 = Math.sqrt(Math.max(x6, 0));
  const x11 = Math.sqrt(Math.max((-x6), 0));
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x22 = Math.sqrt(Math.max(((x12 * x12) + (x11 * x11)), ((x13 * x13) + (x14 * x14))));
  const x25 = (x2 - (x0 / 100)) / 2;
  const x27 = (x25 * x25) - x1;
  const x29 = Math.sqrt(Math.max(x27, 0));
  const x32 = Math.sqrt(Math.max((-x27), 0));
  const x33 = x25 + x29;
  const x34 = x25 - x29;
  const x35 = (-x32);
  const x43 = Math.sqrt(Math.max(((x33 * x33) + (x32 * x32)), ((x34 * x34) + (x35 * x35))));
  return [Math.max(x22, x43)];
}
function ravine_run(t, x, y, along, across, wide, settings) {
  const x6 = settings.gamma;
  const x7 = settings.mu;
  const x8 = x / 100;
  const x11 = (x7 * along) + (1 * x8);
  const x16 = (x7 * across) + (1 * y);
  const x37 = x - (x6 * (x7 ? x11 : x8));
  const x40 = y - (x6 * (x7 ? x16 : y));
  return [x37, x40, (x7 ? x11 : along), (x7 ? x16 : across), Math.max(wide, Math.abs(x40)), Math.sqrt(((x37 * x37) + (x40 * x40)))];
}
function ravine_plain(t, x, y, settings) {
  const x5 = x - (1.9801980198019802 * (x / 100));
  const x7 = y - (1.9801980198019802 * y);
  return [x5, x7, Math.sqrt(((x5 * x5) + (x7 * x7)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { ravine_now, ravine_run, ravine_plain });
})();
