// Written by `make generated` from optedu/lab/live_figures/micro_batches.py. Do not edit.
(() => {
function micro_batches_run(t, w, k1, k2, k3, k4, k5, k6, k7, k8, s, u, weighted, means, settings) {
  const x14 = settings.K;
  const x28 = ((x14 < 4.5) ? ((x14 < 2.5) ? ((x14 < 1.5) ? k1 : k2) : ((x14 < 3.5) ? k3 : k4)) : ((x14 < 6.5) ? ((x14 < 5.5) ? k5 : k6) : ((x14 < 7.5) ? k7 : k8)));
  const x35 = s - (1.0 * ((1 / (1 + Math.exp((-s)))) - w));
  const x42 = u - (1.0 * ((1 / (1 + Math.exp((-u)))) - x28));
  const x46 = 1 / (1 + Math.exp((-x35)));
  const x50 = 1 / (1 + Math.exp((-x42)));
  const x52 = ((t > 20) ? 0.0125 : 0.0);
  return [x35, x42, (weighted + (x52 * x46)), (means + (x52 * x50)), x46, x50];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { micro_batches_run });
})();
