// Written by `make generated` from optedu/lab/live_figures/clipping.py. Do not edit.
(() => {
function clipping_stems(k, z, settings) {
  const x2 = settings.c;
  return [Math.min(Math.max(z, (-x2)), x2), ((Math.abs(z) > x2) ? z : NaN)];
}
function clipping_count(t, z, total, squares, cut, settings) {
  const x5 = settings.c;
  const x8 = Math.min(Math.max(z, (-x5)), x5);
  const x9 = total + x8;
  const x11 = squares + (x8 * x8);
  const x15 = cut + ((Math.abs(z) > x5) ? 1.0 : 0.0);
  const x16 = x9 / 100;
  return [x9, x11, x15, Math.abs(x16), Math.sqrt(Math.max(((x11 / 100) - (x16 * x16)), 0)), ((100 * x15) / 100), x16];
}
function clipping_now(settings) {
  return [(-settings.c), 0.0];
}
function clipping_run(t, z, theta, plain, settings) {
  const x4 = settings.c;
  const x5 = settings.gamma;
  return [(theta - (x5 * Math.min(Math.max((theta + z), (-x4)), x4))), (plain - (x5 * (plain + z)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { clipping_stems, clipping_count, clipping_now, clipping_run });
})();
