// Written by `make generated` from optedu/lab/live_figures/forgetting.py. Do not edit.
(() => {
function forgetting_run(t, g, x, v, y, w, most, settings) {
  const x7 = settings.b2;
  const x17 = ((1 - x7) * g) * g;
  const x18 = (x7 * v) + x17;
  const x23 = 1 - Math.pow(x7, t);
  const x25 = (settings.lr / Math.sqrt(t)) * ((0.0 + (1.0 * (g - 0.0))) / (1 - Math.pow(0.0, t)));
  const x31 = (x7 * w) + x17;
  const x32 = Math.max(most, x31);
  const x39 = Math.min(Math.max((x - (x25 / (Math.sqrt((x18 / x23)) + 1e-08))), (-1.0)), 1.0);
  const x41 = Math.min(Math.max((y - (x25 / (Math.sqrt((x32 / x23)) + 1e-08))), (-1.0)), 1.0);
  return [x39, x18, x41, x31, x32];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { forgetting_run });
})();
