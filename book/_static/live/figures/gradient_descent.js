// Written by `make generated` from optedu/lab/live_figures/gradient_descent.py. Do not edit.
(() => {
function gradient_descent_curve(at, settings) {
  const x1 = settings.start;
  const x2 = at - x1;
  const x5 = Math.sqrt((1 + (x1 * x1)));
  const x9 = (x5 - 1) + ((x1 / x5) * x2);
  return [(Math.sqrt((1 + (at * at))) - 1), x9, (x9 + ((x2 * x2) / 2))];
}
function gradient_descent_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.start;
  const x4 = Math.sqrt((1 + (x1 * x1)));
  const x5 = x1 / x4;
  const x7 = x1 - (x0 * x5);
  const x8 = x4 - 1;
  const x18 = Math.sqrt((1 + (x7 * x7))) - 1;
  return [x7, x18, (x8 - (((x0 * (1 - (x0 / 2))) * x5) * x5)), x8, ((x18 < x8) ? ((x0 < 2) ? 0 : 1) : 2), (2 * x4)];
}
function gradient_descent_after(rate, settings) {
  const x1 = settings.start;
  const x4 = Math.sqrt((1 + (x1 * x1)));
  const x5 = x1 / x4;
  const x6 = rate * x5;
  const x7 = x1 - x6;
  const x12 = x4 - 1;
  return [(Math.sqrt((1 + (x7 * x7))) - 1), (x12 - (((rate * (1 - (rate / 2))) * x5) * x5)), (x12 - (x6 * x5))];
}
function gradient_descent_run(t, theta, settings) {
  const x8 = theta - (settings.gamma * (theta / Math.sqrt((1 + (theta * theta)))));
  return [x8, (Math.sqrt((1 + (x8 * x8))) - 1)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { gradient_descent_curve, gradient_descent_now, gradient_descent_after, gradient_descent_run });
})();
