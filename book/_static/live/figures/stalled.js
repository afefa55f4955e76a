// Written by `make generated` from optedu/lab/live_figures/stalled.py. Do not edit.
(() => {
function stalled_run(t, z, p, s, settings) {
  const x8 = 1 + ((settings.r - 1) * z);
  const x11 = Math.max((settings.beta * s), Math.abs(x8));
  const x15 = p - ((1.0 * x8) / (x11 + 0.0));
  return [x15, x11, (p - x15)];
}
function stalled_now(settings) {
  const x7 = Math.max((Math.log((0.9 * settings.r)) / (-Math.log(settings.beta))), 0.0);
  return [x7, (51 + x7)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { stalled_run, stalled_now });
})();
