// Written by `make generated` from optedu/lab/live_figures/hovering.py. Do not edit.
(() => {
function hovering_run(t, p, v, q, total, settings) {
  const x5 = settings.gamma;
  const x6 = settings.alpha;
  const x7 = settings.a;
  const x8 = x7 * p;
  const x13 = (x6 * v) + (((1 - x6) * x8) * x8);
  const x14 = Math.sqrt(x13);
  const x18 = p - (x5 * (x8 / (x14 + 0.0)));
  const x19 = x7 * q;
  const x21 = total + (x19 * x19);
  const x27 = Math.sqrt(x21);
  const x30 = q - (((0.5 / (1 + ((t - 1) * 0))) * x19) / (x27 + 0.0));
  return [x18, x13, x30, x21, Math.max(Math.abs(x18), 1e-05), Math.max(Math.abs(x30), 1e-05), ((x5 * x7) / x14), ((0.5 * x7) / x27)];
}
function hovering_now(settings) {
  const x0 = settings.gamma;
  return [(x0 / 2), ((-x0) / 2)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { hovering_run, hovering_now });
})();
