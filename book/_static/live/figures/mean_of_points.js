// Written by `make generated` from optedu/lab/live_figures/mean_of_points.py. Do not edit.
(() => {
function mean_of_points_run(t, z, theta, mean, settings) {
  const x5 = settings.start;
  const x8 = theta - (settings.gamma * (theta + z));
  const x15 = mean + ((x8 - mean) / (Math.max(((t - x5) - 1), 0) + 1));
  return [x8, x15, ((t > x5) ? x15 : NaN)];
}
function mean_of_points_end(t, far, v, mean, both, w, settings) {
  const x8 = settings.gamma * 1.0;
  const x9 = 1.0 - x8;
  const x10 = 0.0 - x8;
  const x16 = 0.0 + (1.0 / (Math.max(((t - settings.start) - 1), 0) + 1));
  const x17 = x9 * far;
  const x21 = ((x9 * x9) * v) + (x10 * x10);
  const x22 = 1 - x16;
  const x24 = (x22 * x9) * both;
  const x27 = mean + (x16 * (x17 - mean));
  const x35 = ((Math.pow(x22, 2) * w) + ((2 * x16) * x24)) + ((x16 * x16) * x21);
  return [x17, x21, x27, (x24 + (x16 * x21)), x35, Math.sqrt(((x17 * x17) + x21)), Math.sqrt(((x27 * x27) + x35))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { mean_of_points_run, mean_of_points_end });
})();
