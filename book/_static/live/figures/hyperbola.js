// Written by `make generated` from optedu/lab/live_figures/hyperbola.py. Do not edit.
(() => {
function hyperbola_plain(t, x, y, settings) {
  const x3 = settings.gamma;
  const x5 = (x * y) - 1;
  const x9 = x - (x3 * (x5 * y));
  const x11 = y - (x3 * (x5 * x));
  return [x9, x11, ((x9 * x9) + (x11 * x11))];
}
function hyperbola_sam(t, x, y, settings) {
  const x3 = settings.gamma;
  const x6 = (x * y) - 1;
  const x7 = x6 * y;
  const x8 = x6 * x;
  const x14 = settings.rho / Math.max(Math.sqrt(((x7 * x7) + (x8 * x8))), 1e-200);
  const x16 = x + (x14 * x7);
  const x18 = y + (x14 * x8);
  const x20 = (x16 * x18) - 1;
  const x24 = x - (x3 * (x20 * x18));
  const x26 = y - (x3 * (x20 * x16));
  return [x24, x26, ((x24 * x24) + (x26 * x26))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { hyperbola_plain, hyperbola_sam });
})();
