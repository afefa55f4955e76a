// Written by `make generated` from optedu/lab/live_figures/stochastic_gradients.py. Do not edit.
(() => {
function stochastic_gradients_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.batch;
  const x8 = ((x0 === 1) ? 1.0 : (2.302585092994046 / (-Math.log(Math.abs((1 - x0))))));
  const x13 = (Math.max((1 - (x1 / 64)), 0) * 64) / 63;
  const x16 = Math.sqrt(((false ? x13 : 1.0) / x1));
  const x20 = 2 * (2 - x0);
  const x24 = Math.sqrt(((true ? x13 : 1.0) / x1));
  return [(((x0 * x16) * x16) / x20), (((x0 * x24) * x24) / x20), x8, (x8 * x1)];
}
function stochastic_gradients_run(t, z, theta, drawn, settings) {
  const x4 = settings.gamma;
  const x5 = settings.batch;
  const x14 = (Math.max((1 - (x5 / 64)), 0) * 64) / 63;
  return [(theta - (x4 * (theta + (Math.sqrt(((false ? x14 : 1.0) / x5)) * z)))), (drawn - (x4 * (drawn + (Math.sqrt(((true ? x14 : 1.0) / x5)) * z)))), (t - 1), ((theta * theta) / 2), ((drawn * drawn) / 2)];
}
function stochastic_gradients_rates(rate, settings) {
  const x1 = settings.batch;
  const x6 = (Math.max((1 - (x1 / 64)), 0) * 64) / 63;
  const x9 = Math.sqrt(((false ? x6 : 1.0) / x1));
  const x13 = 2 * (2 - rate);
  const x17 = Math.sqrt(((true ? x6 : 1.0) / x1));
  return [(((rate * x9) * x9) / x13), (((rate * x17) * x17) / x13)];
}
function stochastic_gradients_batches(size, settings) {
  const x1 = settings.gamma;
  const x6 = (Math.max((1 - (size / 64)), 0) * 64) / 63;
  const x9 = Math.sqrt(((false ? x6 : 1.0) / size));
  const x13 = 2 * (2 - x1);
  const x17 = Math.sqrt(((true ? x6 : 1.0) / size));
  return [(((x1 * x9) * x9) / x13), (((x1 * x17) * x17) / x13)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { stochastic_gradients_now, stochastic_gradients_run, stochastic_gradients_rates, stochastic_gradients_batches });
})();
