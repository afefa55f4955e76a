// Written by `make generated` from optedu/lab/live_figures/rprop.py. Do not edit.
(() => {
function rprop_run(t, u, p, kept, size, d, settings) {
  const x8 = u < settings.q;
  const x13 = p * Math.exp((((-p) * p) / 2));
  const x15 = (x8 ? x13 : (-x13));
  const x16 = x15 * kept;
  const x17 = x16 < 0;
  const x23 = Math.max(((x16 > 0) ? (settings.grow * size) : (x17 ? (0.5 * size) : size)), 1e-06);
  const x24 = Math.min(x23, 50.0);
  const x25 = (x17 ? 0.0 : x15);
  const x28 = p - (Math.sign(x25) * x24);
  return [x28, x25, x24, (d - (1.0 * (d * Math.exp((((-d) * d) / 2))))), Math.abs(x28), (x8 ? NaN : (-2.4))];
}
function rprop_trend(t, settings) {
  const x1 = settings.q;
  const x4 = x1 * (1 - x1);
  const x10 = ((1 - (3 * x4)) * Math.log(settings.grow)) + (x4 * (-0.6931471805599453));
  const x17 = Math.min(Math.max((0.01 * Math.exp(((x10 / (1 - x4)) * t))), 1e-06), 50.0);
  return [x17];
}
function rprop_growth(q, settings) {
  const x3 = q * (1 - q);
  const x9 = ((1 - (3 * x3)) * Math.log(settings.grow)) + (x3 * (-0.6931471805599453));
  return [(100 * (Math.exp((x9 / (1 - x3))) - 1))];
}
function rprop_now(settings) {
  const x0 = settings.q;
  const x3 = x0 * (1 - x0);
  const x6 = Math.log(settings.grow);
  const x12 = Math.exp(((((1 - (3 * x3)) * x6) + (x3 * (-0.6931471805599453))) / (1 - x3)));
  const x14 = 100 * (x12 - 1);
  const x25 = (1 + Math.sqrt((1 - ((4 * x6) / ((3 * x6) - (-0.6931471805599453)))))) / 2;
  return [x14, Math.abs(x14), ((x14 < 0) ? 1 : 0), x25];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { rprop_run, rprop_trend, rprop_growth, rprop_now });
})();
