// Written by `make generated` from optedu/lab/live_figures/never_zeroed.py. Do not edit.
(() => {
function never_zeroed_now(settings) {
  const x0 = settings.gamma;
  return [Math.abs((1 - x0)), ((x0 < 4) ? (1.0 / Math.sqrt(Math.abs((1 - (x0 / 4))))) : Infinity)];
}
function never_zeroed_run(t, z, p, h, total, settings) {
  const x5 = settings.gamma;
  const x6 = settings.sigma;
  const x15 = h - (x5 * (h + ((t < 1.5) ? 1.0 : 0.0)));
  const x17 = total + (x15 * x15);
  return [(p - (x5 * (p + (x6 * z)))), x15, x17, (x6 * Math.sqrt(x17))];
}
function never_zeroed_sum(t, z, p, b, h, k, total, settings) {
  const x7 = settings.gamma;
  const x8 = settings.sigma;
  const x13 = (1 * b) + (1 * (p + (x8 * z)));
  const x21 = (1 * k) + (1 * (h + ((t < 1.5) ? 1.0 : 0.0)));
  const x23 = h - (x7 * x21);
  const x25 = total + (x23 * x23);
  return [(p - (x7 * x13)), x13, x23, x21, x25, (x8 * Math.sqrt(x25))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { never_zeroed_now, never_zeroed_run, never_zeroed_sum });
})();
