// Written by `make generated` from optedu/lab/live_figures/budget.py. Do not edit.
(() => {
function budget_now(settings) {
  const x0 = settings.s;
  const x1 = settings.h;
  const x3 = x1 / 128;
  const x9 = (x3 * (((12 * x1) * x1) + (13 * x1))) / 1000000000.0;
  const x10 = 2 * x9;
  const x11 = 4 * x9;
  const x12 = settings.state * x9;
  const x15 = ((x10 + x10) + x11) + x12;
  const x16 = x0 * 1;
  const x18 = (34 * x1) * x16;
  const x22 = x18 + (((5 * x3) * x0) * x16);
  const x23 = x3 - 1;
  const x32 = ((x23 * x22) + x22) / 1000000000.0;
  const x35 = x18 + ((0 * x0) * x16);
  const x44 = 2 * x10;
  return [x10, x44, (x44 + x11), x15, (x15 + x32), x10, x11, x12, x32, (100 * (1 - ((((x23 * x35) + x35) / 1000000000.0) / x32))), x9];
}
function budget_over(s, settings) {
  const x1 = settings.h;
  const x2 = x1 / 128;
  const x3 = s * 1;
  const x5 = (34 * x1) * x3;
  const x9 = x5 + (((5 * x2) * s) * x3);
  const x10 = x2 - 1;
  return [(((x10 * x9) + x9) / 1000000000.0), (((x10 * x5) + x9) / 1000000000.0), (((((x10 * 2) * x1) * x3) + x9) / 1000000000.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { budget_now, budget_over });
})();
