// Written by `make generated` from optedu/lab/live_figures/two_sizes.py. Do not edit.
(() => {
function two_sizes_width(w, settings) {
  const x0 = w;
  const x2 = settings.r;
  const x3 = x2 * x0;
  const x4 = x3 / x0;
  const x5 = Math.max((1), x4);
  const x6 = Math.sqrt(x5);
  const x7 = Math.max(x3, x0);
  const x8 = Math.sqrt(x7);
  const x9 = (0.2) * x8;
  const x10 = Math.sqrt(x4);
  const x11 = x0 / x3;
  const x12 = Math.sqrt(x11);
  const x13 = (1) / x8;
  const x14 = x9 * x12;
  const x15 = x6 * x12;
  const x16 = x10 * x12;
  const x17 = x9 * x13;
  const x18 = x6 * x13;
  const x19 = x10 * x13;
  return [x14, x15, x16, x17, x18, x19];
}
function two_sizes_now(settings) {
  const x0 = settings.m;
  const x1 = settings.r;
  const x2 = x1 * x0;
  const x3 = x2 / x0;
  const x4 = Math.max((1), x3);
  const x5 = Math.sqrt(x4);
  const x6 = Math.max(x2, x0);
  const x7 = Math.sqrt(x6);
  const x8 = (0.2) * x7;
  const x9 = Math.sqrt(x3);
  const x10 = x0 / x2;
  const x11 = Math.sqrt(x10);
  const x12 = (1) / x7;
  const x13 = x8 * x11;
  const x14 = x5 * x11;
  const x15 = x9 * x11;
  const x16 = x8 * x12;
  const x17 = x5 * x12;
  const x18 = x9 * x12;
  return [x13, x14, x15, x16, x17, x18];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { two_sizes_width, two_sizes_now });
})();
