// Written by `make generated` from optedu/lab/live_figures/two_orders.py. Do not edit.
(() => {
function two_orders_run(t, inner, outer, late, settings) {
  const x5 = settings.mu;
  const x7 = ((t > 40) ? settings.c : 1.0);
  const x10 = (x5 * inner) + (1 * x7);
  const x15 = (x5 * outer) + 1.0;
  const x18 = (-(0.0 - (1.0 * x15)));
  const x19 = x7 * x18;
  const x29 = x7 * 1.0;
  const x38 = (x5 ? ((Math.abs(((-(0.0 - (1.0 * x10))) - x19)) > (0.1 * x19)) ? 1.0 : 0.0) : ((Math.abs(((-(0.0 - (1.0 * x7))) - x29)) > (0.1 * x29)) ? 1.0 : 0.0));
  return [(x5 ? x10 : inner), (x5 ? x15 : outer), (late + x38), (-(0.0 - (1.0 * (x5 ? x10 : x7)))), (x7 * (x5 ? x18 : 1.0))];
}
function two_orders_factor(x, changed, settings) {
  return [((changed > 0) ? settings.c : 1.0)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { two_orders_run, two_orders_factor });
})();
