// Written by `make generated` from optedu/lab/live_figures/one_average.py. Do not edit.
(() => {
function one_average_run(t, z, p, m, settings) {
  const x4 = settings.beta;
  const x8 = (settings.h * p) + (0.05 * z);
  const x12 = m + ((1 - x4) * (x8 - m));
  const x24 = Math.sqrt(((0.0 + ((1.0 * x8) * x8)) / (1 - Math.pow(0.0, t)))) + 1000000.0;
  return [(p - ((1000000.0 * (x12 / (1 - Math.pow(x4, t)))) / x24)), x12];
}
function one_average_laws(b, settings) {
  const x1 = settings.h;
  const x2 = 1 - b;
  const x3 = 1 + b;
  return [(0.05 * Math.sqrt((x2 / x3))), (0.05 * Math.sqrt((x3 / (x1 * ((2 * x3) - (x2 * x1))))))];
}
function one_average_now(settings) {
  const x0 = settings.beta;
  const x1 = settings.h;
  const x2 = 1 - x0;
  const x3 = 1 + x0;
  const x16 = (x3 - (x1 * x2)) / 2;
  const x20 = Math.sqrt(Math.max(((x16 * x16) - x0), 0.0));
  const x27 = (-0.6931471805599453) / Math.log(((x20 > 0) ? (x16 + x20) : Math.sqrt(x0)));
  return [(0.05 * Math.sqrt((x2 / x3))), (0.05 * Math.sqrt((x3 / (x1 * ((2 * x3) - (x2 * x1)))))), (x0 / x2), x27];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { one_average_run, one_average_laws, one_average_now });
})();
