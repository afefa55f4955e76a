// Written by `make generated` from optedu/lab/live_figures/three_rules.py. Do not edit.
(() => {
function three_rules_run(t, px, py, qx, qy, ux, uy, rx, ry, mx, my, vx, vy, settings) {
  const x13 = settings.gamma;
  const x28 = (0.2875 * rx) + ((-0.41136206679760834) * ry);
  const x31 = ((-0.41136206679760834) * rx) + (0.7625000000000001 * ry);
  const x33 = px - (x13 * ((0.2875 * px) + ((-0.41136206679760834) * py)));
  const x35 = py - (x13 * (((-0.41136206679760834) * px) + (0.7625000000000001 * py)));
  const x38 = (0.9 * ux) + (1 * ((0.2875 * qx) + ((-0.41136206679760834) * qy)));
  const x40 = qx - (x13 * x38);
  const x43 = (0.9 * uy) + (1 * (((-0.41136206679760834) * qx) + (0.7625000000000001 * qy)));
  const x45 = qy - (x13 * x43);
  const x48 = mx + (0.09999999999999998 * (x28 - mx));
  const x52 = (0.999 * vx) + ((0.0010000000000000009 * x28) * x28);
  const x54 = 1 - Math.pow(0.9, t);
  const x57 = 1 - Math.pow(0.999, t);
  const x63 = rx - ((x13 * (x48 / x54)) / (Math.sqrt((x52 / x57)) + 1e-08));
  const x66 = my + (0.09999999999999998 * (x31 - my));
  const x70 = (0.999 * vy) + ((0.0010000000000000009 * x31) * x31);
  const x77 = ry - ((x13 * (x66 / x54)) / (Math.sqrt((x70 / x57)) + 1e-08));
  const x85 = (((0.2875 * x33) * x33) + (((-0.8227241335952167) * x33) * x35)) + ((0.7625000000000001 * x35) * x35);
  const x86 = x85 / 2;
  const x94 = (((0.2875 * x40) * x40) + (((-0.8227241335952167) * x40) * x45)) + ((0.7625000000000001 * x45) * x45);
  const x95 = x94 / 2;
  const x103 = (((0.2875 * x63) * x63) + (((-0.8227241335952167) * x63) * x77)) + ((0.7625000000000001 * x77) * x77);
  const x104 = x103 / 2;
  const x105 = x95 < x86;
  const x114 = ((x104 < Math.min(x95, x86)) ? (x105 ? 0 : 1) : (x105 ? ((x104 < x86) ? 2 : 3) : ((x104 < x95) ? 4 : 5)));
  return [x33, x35, x40, x45, x38, x43, x63, x77, x48, x66, x52, x70, x86, x95, x104, x114];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { three_rules_run });
})();
