// Written by `make generated` from optedu/lab/live_figures/calls_and_bytes.py. Do not edit.
(() => {
function calls_and_bytes_over(k, settings) {
  const x1 = settings.h;
  const x3 = 13 * x1;
  const x5 = k > settings.c;
  const x7 = (x3 / k) + (x5 ? 124.0 : 56.36363636363636);
  return [x7, 124.0, ((x3 / Math.min(k, 32768)) + 56.36363636363636), ((x1 / k) + 28), (x7 / 124.0), (x5 ? 124.0 : 28.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { calls_and_bytes_over });
})();
