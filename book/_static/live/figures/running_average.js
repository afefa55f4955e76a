// Written by `make generated` from optedu/lab/live_figures/running_average.py. Do not edit.
(() => {
function running_average_time(t, settings) {
  const x3 = 1 - Math.pow(settings.beta, t);
  return [x3, (1 / Math.sqrt(x3))];
}
function running_average_now(settings) {
  const x0 = settings.beta;
  const x1 = 1 - x0;
  return [x1, (1 / Math.sqrt(x1)), ((-3.92693612562344) / Math.log(x0))];
}
function running_average_run(t, p, v, settings) {
  const x3 = settings.beta;
  const x8 = (x3 * v) + (((1 - x3) * 1.0) * 1.0);
  const x13 = p - (1.0 * (1.0 / (Math.sqrt(x8) + 0.0)));
  return [x13, x8, (p - x13)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { running_average_time, running_average_now, running_average_run });
})();
