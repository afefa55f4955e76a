// Written by `make generated` from optedu/lab/live_figures/two_sizes.py. Do not edit.
(() => {
function two_sizes_width(w, settings) {
  const x3 = settings.r * w;
  const x4 = x3 / w;
  const x6 = Math.sqrt(Math.max(1, x4));
  const x8 = Math.sqrt(Math.max(x3, w));
  const x9 = 0.2 * x8;
  const x10 = Math.sqrt(x4);
  const x12 = Math.sqrt((w / x3));
  const x13 = 1 / x8;
  return [(x9 * x12), (x6 * x12), (x10 * x12), (x9 * x13), (x6 * x13), (x10 * x13)];
}
function two_sizes_now(settings) {
  const x0 = settings.m;
  const x2 = settings.r * x0;
  const x3 = x2 / x0;
  const x5 = Math.sqrt(Math.max(1, x3));
  const x7 = Math.sqrt(Math.max(x2, x0));
  const x8 = 0.2 * x7;
  const x9 = Math.sqrt(x3);
  const x11 = Math.sqrt((x0 / x2));
  const x12 = 1 / x7;
  return [(x8 * x11), (x5 * x11), (x9 * x11), (x8 * x12), (x5 * x12), (x9 * x12)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { two_sizes_width, two_sizes_now });
})();
