// Written by `make generated` from optedu/lab/live_figures/nesterov.py. Do not edit.
(() => {
function nesterov_now(settings) {
  const x0 = settings.x;
  const x1 = settings.mu;
  const x2 = 1 - x0;
  const x3 = x1 * x2;
  const x6 = ((1 + x3) - x0) / 2;
  const x8 = (x6 * x6) - x3;
  const x10 = Math.sqrt(Math.max(x8, 0));
  const x13 = Math.sqrt(Math.max((-x8), 0));
  const x14 = x6 + x10;
  const x15 = x6 - x10;
  const x16 = (-x13);
  const x24 = Math.sqrt(Math.max(((x14 * x14) + (x13 * x13)), ((x15 * x15) + (x16 * x16))));
  const x25 = 1 + x1;
  const x27 = (x25 - x0) / 2;
  const x29 = (x27 * x27) - x1;
  const x31 = Math.sqrt(Math.max(x29, 0));
  const x34 = Math.sqrt(Math.max((-x29), 0));
  const x35 = x27 + x31;
  const x36 = x27 - x31;
  const x37 = (-x34);
  const x45 = Math.sqrt(Math.max(((x35 * x35) + (x34 * x34)), ((x36 * x36) + (x37 * x37))));
  const x50 = (((x2 * x2) * x25) * x25) - (4 * x3);
  const x59 = ((x24 >= 1) ? 4 : ((Math.abs(x50) < 1e-09) ? 1 : ((x50 < 0) ? 2 : ((x0 < 1) ? 0 : 3))));
  return [x14, x13, x15, x16, x35, x34, x36, x37, x24, x45, x59, x3];
}
function nesterov_along(at, settings) {
  const x1 = settings.mu;
  const x3 = x1 * (1 - at);
  const x6 = ((1 + x3) - at) / 2;
  const x8 = (x6 * x6) - x3;
  const x10 = Math.sqrt(Math.max(x8, 0));
  const x13 = Math.sqrt(Math.max((-x8), 0));
  const x14 = x6 + x10;
  const x15 = x6 - x10;
  const x16 = (-x13);
  const x24 = Math.sqrt(Math.max(((x14 * x14) + (x13 * x13)), ((x15 * x15) + (x16 * x16))));
  const x27 = ((1 + x1) - at) / 2;
  const x29 = (x27 * x27) - x1;
  const x31 = Math.sqrt(Math.max(x29, 0));
  const x34 = Math.sqrt(Math.max((-x29), 0));
  const x35 = x27 + x31;
  const x36 = x27 - x31;
  const x37 = (-x34);
  const x45 = Math.sqrt(Math.max(((x35 * x35) + (x34 * x34)), ((x36 * x36) + (x37 * x37))));
  return [x24, x45];
}
function nesterov_run(t, y, b, theta, buf, settings) {
  const x5 = settings.x;
  const x6 = settings.mu;
  const x7 = x5 * y;
  const x10 = (x6 * b) + (1 * x7);
  const x15 = x5 * theta;
  const x18 = (x6 * buf) + (1 * x15);
  return [(y - (1.0 * (x6 ? (x7 + (x6 * x10)) : x7))), (x6 ? x10 : b), (theta - (1.0 * (x6 ? x18 : x15))), (x6 ? x18 : buf)];
}
function nesterov_snap0(settings) {
  const x0 = settings.x;
  const x2 = Math.sqrt(x0);
  return [x0, ((1 - x2) / (1 + x2))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { nesterov_now, nesterov_along, nesterov_run, nesterov_snap0 });
})();
