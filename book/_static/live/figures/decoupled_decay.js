// Written by `make generated` from optedu/lab/live_figures/decoupled_decay.py. Do not edit.
(() => {
function decoupled_decay_run(t, z, p, m, v, q, n, w, a, b, c, d, e, f, settings) {
  const x14 = settings.sigma;
  const x15 = settings.lam;
  const x16 = x14 * z;
  const x27 = 1 - Math.pow(0.9, t);
  const x30 = 1 - Math.pow(0.999, t);
  const x37 = 0.005 * x15;
  const x42 = n + (0.09999999999999998 * (x16 - n));
  const x46 = (0.999 * w) + ((0.0010000000000000009 * x16) * x16);
  const x53 = (q - (x37 * q)) - ((0.005 * (x42 / x27)) / (Math.sqrt((x46 / x30)) + 1e-08));
  const x55 = x14 * (-z);
  const x76 = e + (0.09999999999999998 * (x55 - e));
  const x80 = (0.999 * f) + ((0.0010000000000000009 * x55) * x55);
  const x87 = (d - (x37 * d)) - ((0.005 * (x76 / x27)) / (Math.sqrt((x80 / x30)) + 1e-08));
  const x116 = (x15 ? (x16 + (x15 * p)) : x16);
  const x119 = m + (0.09999999999999998 * (x116 - m));
  const x124 = (0.999 * v) + ((0.0010000000000000009 * x116) * x116);
  const x129 = p - ((0.005 * (x119 / x27)) / (Math.sqrt((x124 / x30)) + 1e-08));
  const x130 = (x15 ? (x55 + (x15 * a)) : x55);
  const x133 = b + (0.09999999999999998 * (x130 - b));
  const x138 = (0.999 * c) + ((0.0010000000000000009 * x130) * x130);
  const x143 = a - ((0.005 * (x133 / x27)) / (Math.sqrt((x138 / x30)) + 1e-08));
  return [x129, x119, x124, x53, x42, x46, x143, x133, x138, x87, x76, x80, ((x129 + x143) / 2), ((x53 + x87) / 2)];
}
function decoupled_decay_plain(t, settings) {
  return [Math.pow((1 - (0.005 * settings.lam)), t)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { decoupled_decay_run, decoupled_decay_plain });
})();
