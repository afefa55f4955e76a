// Written by `make generated` from optedu/lab/live_figures/row_and_column.py. Do not edit.
(() => {
function row_and_column_now(k, q, d, settings) {
  const x3 = Math.pow(k, q);
  const x4 = k * k;
  const x5 = x3 * x3;
  const x14 = 0.0 + (1.0 * (((x4 + x5) / 2) - 0.0));
  const x19 = 0.0 + (1.0 * (((x4 + 1.0) / 2) - 0.0));
  const x20 = 0.0 + (1.0 * (((x5 + 1.0) / 2) - 0.0));
  const x23 = Math.max(((x14 + 1.0) / 2), 1e-08);
  const x24 = x14 / x23;
  const x25 = 1.0 / x23;
  const x38 = k / Math.sqrt(Math.max((x24 * x19), 1.0000000000000001e-16));
  const x39 = x3 / Math.sqrt(Math.max((x24 * x20), 1.0000000000000001e-16));
  const x40 = 1.0 / Math.sqrt(Math.max((x25 * x19), 1.0000000000000001e-16));
  const x41 = 1.0 / Math.sqrt(Math.max((x25 * x20), 1.0000000000000001e-16));
  const x50 = Math.sqrt(((((x38 * x38) + (x39 * x39)) + (x40 * x40)) + (x41 * x41))) / 2.0;
  const x51 = x50 / d;
  const x80 = ((x51 > 1.0) ? (1.0 / x51) : 1.0);
  const x83 = (-(0.0 - (x80 * x38)));
  const x92 = (-(0.0 - (x80 * x41)));
  return [x83, (-(0.0 - (x80 * x39))), (-(0.0 - (x80 * x40))), x92, (x92 / x83), x3];
}
function row_and_column_full(settings) {
  const x0 = settings.k;
  const x3 = Math.pow(x0, settings.q);
  const x14 = Math.sqrt(Math.max((0.0 + (1.0 * ((x0 * x0) - 0.0))), 1.0000000000000001e-16));
  const x15 = Math.sqrt(Math.max((0.0 + (1.0 * ((x3 * x3) - 0.0))), 1.0000000000000001e-16));
  const x16 = x0 / x14;
  const x17 = x3 / x15;
  const x25 = (Math.sqrt(((((x16 * x16) + (x17 * x17)) + 1.0) + 1.0)) / 2.0) / settings.d;
  const x26 = x25 > 1.0;
  const x27 = 1.0 / x25;
  const x43 = (x26 ? x27 : 1.0);
  const x50 = (x26 ? (-(0.0 - (x27 * 1.0))) : 1.0);
  return [(-(0.0 - (x43 * x16))), (-(0.0 - (x43 * x17))), x50, x50];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { row_and_column_now, row_and_column_full });
})();
