// Written by `make generated` from optedu/lab/live_figures/clipping.py. Do not edit.
(() => {
function clipping_stems(k, z, settings) {
  const x1 = z;
  const x2 = settings.c;
  const x3 = (-x2);
  const x4 = Math.max(x1, x3);
  const x5 = Math.min(x4, x2);
  const x6 = Math.abs(x1);
  const x7 = x6 > x2;
  const x8 = (x7 ? x1 : NaN);
  return [x5, x8];
}
function clipping_count(t, z, total, squares, cut, settings) {
  const x1 = z;
  const x2 = total;
  const x3 = squares;
  const x4 = cut;
  const x5 = settings.c;
  const x6 = (-x5);
  const x7 = Math.max(x1, x6);
  const x8 = Math.min(x7, x5);
  const x9 = x2 + x8;
  const x10 = x8 * x8;
  const x11 = x3 + x10;
  const x12 = Math.abs(x1);
  const x13 = x12 > x5;
  const x14 = (x13 ? (1.0) : (0.0));
  const x15 = x4 + x14;
  const x16 = x9 / (100);
  const x17 = Math.abs(x16);
  const x18 = x11 / (100);
  const x19 = x16 * x16;
  const x20 = x18 - x19;
  const x21 = Math.max(x20, (0));
  const x22 = Math.sqrt(x21);
  const x23 = (100) * x15;
  const x24 = x23 / (100);
  return [x9, x11, x15, x17, x22, x24];
}
function clipping_now(settings) {
  const x0 = settings.c;
  const x1 = (-x0);
  return [x1, (0.0)];
}
function clipping_run(t, z, theta, plain, settings) {
  const x1 = z;
  const x2 = theta;
  const x3 = plain;
  const x4 = settings.c;
  const x5 = settings.gamma;
  const x6 = x2 + x1;
  const x7 = (-x4);
  const x8 = Math.max(x6, x7);
  const x9 = Math.min(x8, x4);
  const x10 = x5 * x9;
  const x11 = x2 - x10;
  const x12 = x3 + x1;
  const x13 = x5 * x12;
  const x14 = x3 - x13;
  return [x11, x14];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { clipping_stems, clipping_count, clipping_now, clipping_run });
})();
