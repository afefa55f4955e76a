// Written by `make generated` from optedu/lab/live_figures/usable_rates.py. Do not edit.
(() => {
function usable_rates_after(gamma, settings) {
  const x1 = settings.T;
  const x8 = Math.min(Math.max(Math.pow(Math.abs((1.0 - (gamma * 1.0))), x1), 1e-08), 1000.0);
  const x15 = Math.max(Math.pow(Math.abs((1.0 - (gamma * ((1 / settings.kappa) * 1.0)))), x1), 1e-08);
  const x16 = Math.min(x15, 1000.0);
  return [x8, x16, Math.max(x8, x16)];
}
function usable_rates_now(settings) {
  const x4 = Math.pow(settings.delta, (1 / settings.T));
  const x6 = settings.kappa * (1 - x4);
  const x7 = 1 + x4;
  const x8 = x7 / x6;
  return [x6, x7, Math.min(x6, x7), ((x6 < x7) ? 1 : 0), Math.max(0.0, (Math.log(x8) / 2.302585092994046)), x8];
}
function usable_rates_over(T, settings) {
  const x4 = Math.pow(settings.delta, (1 / T));
  const x10 = Math.log(((1 + x4) / (settings.kappa * (1 - x4)))) / 2.302585092994046;
  return [Math.max(0.0, x10)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { usable_rates_after, usable_rates_now, usable_rates_over });
})();
