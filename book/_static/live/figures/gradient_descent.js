// Written by `make generated` from optedu/lab/live_figures/gradient_descent.py. Do not edit.
(() => {
function gradient_descent_curve(at, settings) {
  const x0 = at;
  const x1 = settings.start;
  const x2 = x0 - x1;
  const x3 = x1 * x1;
  const x4 = (1) + x3;
  const x5 = Math.sqrt(x4);
  const x6 = x5 - (1);
  const x7 = x1 / x5;
  const x8 = x7 * x2;
  const x9 = x6 + x8;
  const x10 = x0 * x0;
  const x11 = (1) + x10;
  const x12 = Math.sqrt(x11);
  const x13 = x12 - (1);
  const x14 = x2 * x2;
  const x15 = x14 / (2);
  const x16 = x9 + x15;
  return [x13, x9, x16];
}
function gradient_descent_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.start;
  const x2 = x1 * x1;
  const x3 = (1) + x2;
  const x4 = Math.sqrt(x3);
  const x5 = x1 / x4;
  const x6 = x0 * x5;
  const x7 = x1 - x6;
  const x8 = x4 - (1);
  const x9 = x0 / (2);
  const x10 = (1) - x9;
  const x11 = x0 * x10;
  const x12 = x11 * x5;
  const x13 = x12 * x5;
  const x14 = x8 - x13;
  const x15 = x7 * x7;
  const x16 = (1) + x15;
  const x17 = Math.sqrt(x16);
  const x18 = x17 - (1);
  const x19 = x18 < x8;
  const x20 = x0 < (2);
  const x21 = (x20 ? (0) : (1));
  const x22 = (x19 ? x21 : (2));
  const x23 = (2) * x4;
  return [x7, x18, x14, x8, x22, x23];
}
function gradient_descent_after(rate, settings) {
  const x0 = rate;
  const x1 = settings.start;
  const x2 = x1 * x1;
  const x3 = (1) + x2;
  const x4 = Math.sqrt(x3);
  const x5 = x1 / x4;
  const x6 = x0 * x5;
  const x7 = x1 - x6;
  const x8 = x7 * x7;
  const x9 = (1) + x8;
  const x10 = Math.sqrt(x9);
  const x11 = x10 - (1);
  const x12 = x4 - (1);
  const x13 = x0 / (2);
  const x14 = (1) - x13;
  const x15 = x0 * x14;
  const x16 = x15 * x5;
  const x17 = x16 * x5;
  const x18 = x12 - x17;
  const x19 = x6 * x5;
  const x20 = x12 - x19;
  return [x11, x18, x20];
}
function gradient_descent_run(t, theta, settings) {
  const x1 = theta;
  const x2 = settings.gamma;
  const x3 = x1 * x1;
  const x4 = (1) + x3;
  const x5 = Math.sqrt(x4);
  const x6 = x1 / x5;
  const x7 = x2 * x6;
  const x8 = x1 - x7;
  const x9 = x8 * x8;
  const x10 = (1) + x9;
  const x11 = Math.sqrt(x10);
  const x12 = x11 - (1);
  return [x8, x12];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { gradient_descent_curve, gradient_descent_now, gradient_descent_after, gradient_descent_run });
})();
