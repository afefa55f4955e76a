// Written by `make generated` from optedu/lab/live_figures/schedule_free.py. Do not edit.
(() => {
function schedule_free_run(t, y, z, yy, yz, zz, settings) {
  const x6 = settings.beta;
  const x7 = settings.sigma;
  const x8 = 1 / t;
  const x9 = 1 - x6;
  const x10 = x9 * 0.0;
  const x13 = 1 - x8;
  const x15 = x8 * (-0.5);
  const x17 = x9 * (-0.5);
  const x19 = x17 + (x6 * ((x13 * ((1.0 - x10) / x6)) + x15));
  const x20 = x9 * 1.0;
  const x27 = x20 + (x6 * ((x13 * ((0.0 - x20) / x6)) + (x8 * 1.0)));
  const x33 = x17 + (x6 * ((x13 * ((0.0 - x10) / x6)) + x15));
  const x36 = (x19 * y) + (x27 * z);
  const x39 = ((-0.5) * y) + (1.0 * z);
  const x50 = ((((x19 * x19) * yy) + (((2 * x19) * x27) * yz)) + ((x27 * x27) * zz)) + (x33 * x33);
  const x60 = (((x19 * (-0.5)) * yy) + (((x19 * 1.0) + (x27 * (-0.5))) * yz)) + ((x27 * 1.0) * zz);
  const x62 = x60 + (x33 * (-0.5));
  const x68 = (((0.25 * yy) + ((-1.0) * yz)) + (1.0 * zz)) + 0.25;
  const x71 = (x36 - (x9 * x39)) / x6;
  const x82 = Math.max((((x50 - ((2 * x9) * x62)) + ((x9 * x9) * x68)) / (x6 * x6)), 0);
  return [x36, x39, x50, x62, x68, Math.sqrt(((x71 * x71) + ((x7 * x7) * x82))), Math.abs(x71)];
}
function schedule_free_plain(t, far, v, mean, both, w, settings) {
  const x6 = settings.sigma;
  const x12 = 0.0 + (1.0 / (Math.max(((t - 0.0) - 1), 0) + 1));
  const x13 = 0.5 * far;
  const x15 = (0.25 * v) + 0.25;
  const x16 = 1 - x12;
  const x18 = (x16 * 0.5) * both;
  const x21 = mean + (x12 * (x13 - mean));
  const x29 = ((Math.pow(x16, 2) * w) + ((2 * x12) * x18)) + ((x12 * x12) * x15);
  return [x13, x15, x21, (x18 + (x12 * x15)), x29, Math.sqrt(((x21 * x21) + ((x6 * x6) * x29)))];
}
function schedule_free_best(t, settings) {
  return [(settings.sigma / Math.sqrt(t))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { schedule_free_run, schedule_free_plain, schedule_free_best });
})();
