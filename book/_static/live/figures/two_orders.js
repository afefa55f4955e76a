// Written by `make generated` from optedu/lab/live_figures/two_orders.py. Do not edit.
(() => {
function two_orders_run(t, inner, outer, late, settings) {
  const x0 = t;
  const x1 = inner;
  const x2 = outer;
  const x3 = late;
  const x4 = settings.c;
  const x5 = settings.mu;
  const x6 = x0 > (40);
  const x7 = (x6 ? x4 : (1.0));
  if (x5) {
    const x8 = x5 * x1;
    const x9 = (1) * x7;
    const x10 = x8 + x9;
    const x11 = (1.0) * x10;
    const x12 = (0.0) - x11;
    const x13 = (-x12);
    const x14 = x5 * x2;
    const x15 = x14 + (1.0);
    const x16 = (1.0) * x15;
    const x17 = (0.0) - x16;
    const x18 = (-x17);
    const x19 = x7 * x18;
    const x20 = x13 - x19;
    const x21 = Math.abs(x20);
    const x22 = (0.1) * x19;
    const x23 = x21 > x22;
    const x24 = (x23 ? (1.0) : (0.0));
    const x25 = x3 + x24;
    return [x10, x15, x25, x13, x19];
  } else {
    const x8 = (1.0) * x7;
    const x9 = (0.0) - x8;
    const x10 = (-x9);
    const x11 = x7 * (1.0);
    const x12 = x10 - x11;
    const x13 = Math.abs(x12);
    const x14 = (0.1) * x11;
    const x15 = x13 > x14;
    const x16 = (x15 ? (1.0) : (0.0));
    const x17 = x3 + x16;
    return [x1, x2, x17, x10, x11];
  }
}
function two_orders_factor(x, changed, settings) {
  const x1 = changed;
  const x2 = settings.c;
  const x3 = x1 > (0);
  const x4 = (x3 ? x2 : (1.0));
  return [x4];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { two_orders_run, two_orders_factor });
})();
