// Written by `make generated` from optedu/lab/live_figures/running_average.py. Do not edit.
(() => {
function running_average_time(t, settings) {
  const x0 = t;
  const x1 = settings.beta;
  const x2 = Math.pow(x1, x0);
  const x3 = (1) - x2;
  const x4 = Math.sqrt(x3);
  const x5 = (1) / x4;
  return [x3, x5];
}
function running_average_now(settings) {
  const x0 = settings.beta;
  const x1 = (1) - x0;
  const x2 = Math.sqrt(x1);
  const x3 = (1) / x2;
  const x4 = Math.log(x0);
  const x5 = (-3.92693612562344) / x4;
  return [x1, x3, x5];
}
function running_average_run(t, p, v, settings) {
  const x1 = p;
  const x2 = v;
  const x3 = settings.beta;
  const x4 = x3 * x2;
  const x5 = (1) - x3;
  const x6 = x5 * (1.0);
  const x7 = x6 * (1.0);
  const x8 = x4 + x7;
  const x9 = Math.sqrt(x8);
  const x10 = x9 + (0.0);
  const x11 = (1.0) / x10;
  const x12 = (1.0) * x11;
  const x13 = x1 - x12;
  const x14 = x1 - x13;
  return [x13, x8, x14];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { running_average_time, running_average_now, running_average_run });
})();
