// Written by `make generated` from optedu/lab/live_figures/turned_axes.py. Do not edit.
(() => {
function turned_axes_frame(r, settings) {
  const x2 = settings.phi * 0.017453292519943295;
  const x4 = Math.sin(x2);
  const x5 = r * Math.cos(x2);
  return [x5, ((-r) * x4), (r * x4), x5];
}
function turned_axes_diagonal(t, along, across, there, steps, m, n, settings) {
  const x9 = settings.phi * 0.017453292519943295;
  const x10 = Math.cos(x9);
  const x11 = Math.sin(x9);
  const x12 = x10 * along;
  const x15 = x11 * along;
  const x18 = 100 * across;
  const x20 = x12 - (x11 * x18);
  const x22 = x15 + (x10 * x18);
  const x24 = m + (x20 * x20);
  const x28 = settings.gamma / (1 + ((t - 1) * 0));
  const x33 = (x12 - (x11 * across)) - ((x28 * x20) / (Math.sqrt(x24) + 1e-10));
  const x35 = n + (x22 * x22);
  const x40 = (x15 + (x10 * across)) - ((x28 * x22) / (Math.sqrt(x35) + 1e-10));
  const x43 = (x10 * x33) + (x11 * x40);
  const x46 = (x10 * x40) - (x11 * x33);
  const x54 = ((((((x43 * x43) + ((100 * x46) * x46)) / 2) / 58.0) < 0.001) ? 1.0 : there);
  return [x43, x46, x54, ((steps + 1) - there), x24, x35];
}
function turned_axes_full(t, along, across, there, steps, m, o, n, settings) {
  const x9 = settings.gamma;
  const x10 = settings.phi * 0.017453292519943295;
  const x11 = Math.cos(x10);
  const x12 = Math.sin(x10);
  const x13 = x11 * along;
  const x15 = x13 - (x12 * across);
  const x16 = x12 * along;
  const x18 = x16 + (x11 * across);
  const x19 = 100 * across;
  const x21 = x13 - (x12 * x19);
  const x23 = x16 + (x11 * x19);
  const x24 = x9 * 0;
  const x33 = m + (x21 * x21);
  const x34 = o + (x21 * x23);
  const x36 = n + (x23 * x23);
  const x38 = (x33 + x36) / 2;
  const x40 = (x33 - x36) / 2;
  const x44 = Math.sqrt(((x40 * x40) + (x34 * x34)));
  const x48 = ((x44 > 0) ? (Math.abs(x40) + x44) : 1.0);
  const x49 = x40 >= 0;
  const x50 = (x49 ? x48 : x34);
  const x51 = (x49 ? x34 : x48);
  const x55 = Math.sqrt(((x50 * x50) + (x51 * x51)));
  const x56 = x50 / x55;
  const x57 = x51 / x55;
  const x60 = (-x57);
  const x63 = Math.pow(Math.max((x38 - x44), 0.01), (-0.5));
  const x64 = Math.pow(Math.max((x38 + x44), 0.01), (-0.5));
  const x65 = x60 * x63;
  const x66 = x56 * x64;
  const x67 = x56 * x63;
  const x68 = x57 * x64;
  const x83 = (((x65 * x60) + (x66 * x56)) * x21) + (((x65 * x56) + (x66 * x57)) * x23);
  const x86 = (((x67 * x60) + (x68 * x56)) * x21) + (((x67 * x56) + (x68 * x57)) * x23);
  const x89 = (x15 - (x24 * x15)) - (x9 * x83);
  const x90 = (x18 - (x24 * x18)) - (x9 * x86);
  const x93 = (x11 * x89) + (x12 * x90);
  const x96 = (x11 * x90) - (x12 * x89);
  const x104 = ((((((x93 * x93) + ((100 * x96) * x96)) / 2) / 58.0) < 0.001) ? 1.0 : there);
  return [x93, x96, x104, ((steps + 1) - there), x33, x34, x36];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { turned_axes_frame, turned_axes_diagonal, turned_axes_full });
})();
