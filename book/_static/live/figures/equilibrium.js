// Written by `make generated` from optedu/lab/live_figures/equilibrium.py. Do not edit.
(() => {
function equilibrium_run(t, x, y, p, q, v, w, settings) {
  const x7 = settings.gamma;
  const x8 = settings.lam;
  const x9 = settings.size;
  const x12 = (x * x) + (y * y);
  const x13 = (-x9);
  const x15 = (x13 * y) / x12;
  const x21 = (x9 * x) / x12;
  const x26 = Math.sqrt(x12);
  const x43 = (p * p) + (q * q);
  const x45 = (x13 * q) / x43;
  const x51 = (x9 * p) / x43;
  const x56 = Math.sqrt(x43);
  const x73 = (v * v) + (w * w);
  const x77 = v - (x7 * ((x13 * w) / x73));
  const x81 = w - (x7 * ((x9 * v) / x73));
  const x82 = Math.sqrt(x73);
  const x86 = Math.sqrt(((x77 * x77) + (x81 * x81)));
  const x89 = (x77 / x86) - (v / x82);
  const x92 = (x81 / x86) - (w / x82);
  const x131 = x - (x7 * (x8 ? (x15 + (x8 * x)) : x15));
  const x134 = y - (x7 * (x8 ? (x21 + (x8 * y)) : x21));
  const x137 = p - (x7 * (x8 ? (x45 + (x8 * p)) : x45));
  const x140 = q - (x7 * (x8 ? (x51 + (x8 * q)) : x51));
  const x144 = Math.sqrt(((x131 * x131) + (x134 * x134)));
  const x148 = Math.sqrt(((x137 * x137) + (x140 * x140)));
  const x150 = (x131 / x144) - (x / x26);
  const x153 = (x134 / x144) - (y / x26);
  const x158 = (x137 / x148) - (p / x56);
  const x161 = (x140 / x148) - (q / x56);
  return [x131, x134, x137, x140, x77, x81, x144, x148, x86, Math.sqrt(((x150 * x150) + (x153 * x153))), Math.sqrt(((x158 * x158) + (x161 * x161))), Math.sqrt(((x89 * x89) + (x92 * x92)))];
}
function equilibrium_at(settings) {
  const x0 = settings.gamma;
  const x1 = settings.lam;
  const x2 = settings.size;
  const x3 = x0 * x1;
  return [Math.sqrt(Math.sqrt((((x0 * x2) * x2) / (x1 * (2 - x3))))), Math.sqrt((2 * x3)), (1 / x3)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { equilibrium_run, equilibrium_at });
})();
