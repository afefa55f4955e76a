// Written by `make generated` from optedu/lab/live_figures/row_and_column.py. Do not edit.
(() => {
function row_and_column_now(settings) {
  const x0 = settings.k;
  const x3 = Math.pow(x0, settings.q);
  const x4 = x0 * x0;
  const x5 = x3 * x3;
  const x14 = 0.0 + (1.0 * (((x4 + x5) / 2) - 0.0));
  const x19 = 0.0 + (1.0 * (((x4 + 1.0) / 2) - 0.0));
  const x20 = 0.0 + (1.0 * (((x5 + 1.0) / 2) - 0.0));
  const x23 = Math.max(((x14 + 1.0) / 2), 1e-08);
  const x24 = x14 / x23;
  const x25 = 1.0 / x23;
  const x38 = x0 / Math.sqrt(Math.max((x24 * x19), 1.0000000000000001e-16));
  const x39 = x3 / Math.sqrt(Math.max((x24 * x20), 1.0000000000000001e-16));
  const x40 = 1.0 / Math.sqrt(Math.max((x25 * x19), 1.0000000000000001e-16));
  const x41 = 1.0 / Math.sqrt(Math.max((x25 * x20), 1.0000000000000001e-16));
  const x50 = Math.sqrt(((((x38 * x38) + (x39 * x39)) + (x40 * x40)) + (x41 * x41))) / 2.0;
  const x51 = x50 / settings.d;
  const x80 = ((x51 > 1.0) ? (1.0 / x51) : 1.0);
  const x83 = (-(0.0 - (x80 * x38)));
  const x92 = (-(0.0 - (x80 * x41)));
  return [x83, (-(0.0 - (x80 * x39))), (-(0.0 - (x80 * x40))), x92, (x92 / x83), x3];
}
function row_and_column_plain(settings) {
  const x0 = settings.k;
  const x2 = Math.pow(x0, settings.q);
  const x3 = x0 * x0;
  const x4 = x2 * x2;
  const x13 = 0.0 + (1.0 * (((x3 + x4) / 2) - 0.0));
  const x18 = 0.0 + (1.0 * (((x3 + 1.0) / 2) - 0.0));
  const x19 = 0.0 + (1.0 * (((x4 + 1.0) / 2) - 0.0));
  const x22 = Math.max(((x13 + 1.0) / 2), 1e-08);
  const x23 = x13 / x22;
  const x24 = 1.0 / x22;
  const x37 = x0 / Math.sqrt(Math.max((x23 * x18), 1.0000000000000001e-16));
  const x38 = x2 / Math.sqrt(Math.max((x23 * x19), 1.0000000000000001e-16));
  const x39 = 1.0 / Math.sqrt(Math.max((x24 * x18), 1.0000000000000001e-16));
  const x40 = 1.0 / Math.sqrt(Math.max((x24 * x19), 1.0000000000000001e-16));
  const x49 = Math.sqrt(((((x37 * x37) + (x38 * x38)) + (x39 * x39)) + (x40 * x40))) / 2.0;
  const x50 = x49 / 1000000.0;
  const x77 = ((x50 > 1.0) ? (1.0 / x50) : 1.0);
  return [(-(0.0 - (x77 * x37))), (-(0.0 - (x77 * x38))), (-(0.0 - (x77 * x39))), (-(0.0 - (x77 * x40)))];
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
function row_and_column_over_k(k, settings) {
  const x3 = Math.pow(k, settings.q);
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
  const x51 = x50 / settings.d;
  const x78 = ((x51 > 1.0) ? (1.0 / x51) : 1.0);
  return [(-(0.0 - (x78 * x38))), (-(0.0 - (x78 * x39))), (-(0.0 - (x78 * x40))), (-(0.0 - (x78 * x41)))];
}
function row_and_column_over_q(q, settings) {
  const x1 = settings.k;
  const x3 = Math.pow(x1, q);
  const x4 = x1 * x1;
  const x5 = x3 * x3;
  const x14 = 0.0 + (1.0 * (((x4 + x5) / 2) - 0.0));
  const x19 = 0.0 + (1.0 * (((x4 + 1.0) / 2) - 0.0));
  const x20 = 0.0 + (1.0 * (((x5 + 1.0) / 2) - 0.0));
  const x23 = Math.max(((x14 + 1.0) / 2), 1e-08);
  const x24 = x14 / x23;
  const x25 = 1.0 / x23;
  const x38 = x1 / Math.sqrt(Math.max((x24 * x19), 1.0000000000000001e-16));
  const x39 = x3 / Math.sqrt(Math.max((x24 * x20), 1.0000000000000001e-16));
  const x40 = 1.0 / Math.sqrt(Math.max((x25 * x19), 1.0000000000000001e-16));
  const x41 = 1.0 / Math.sqrt(Math.max((x25 * x20), 1.0000000000000001e-16));
  const x50 = Math.sqrt(((((x38 * x38) + (x39 * x39)) + (x40 * x40)) + (x41 * x41))) / 2.0;
  const x51 = x50 / settings.d;
  const x78 = ((x51 > 1.0) ? (1.0 / x51) : 1.0);
  return [(-(0.0 - (x78 * x38))), (-(0.0 - (x78 * x39))), (-(0.0 - (x78 * x40))), (-(0.0 - (x78 * x41)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { row_and_column_now, row_and_column_plain, row_and_column_full, row_and_column_over_k, row_and_column_over_q });
})();
