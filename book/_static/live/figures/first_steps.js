// Written by `make generated` from optedu/lab/live_figures/first_steps.py. Do not edit.
(() => {
function first_steps_run(t, sign, a, am, av, n, product, nm, nv, r, rm, rv, a_late, n_late, settings) {
  const x15 = settings.b2;
  const x16 = settings.psi;
  const x17 = settings.c * sign;
  const x20 = am + (0.09999999999999998 * (x17 - am));
  const x22 = 1 - x15;
  const x24 = (x22 * x17) * x17;
  const x25 = (x15 * av) + x24;
  const x27 = 1 - Math.pow(0.9, t);
  const x29 = Math.pow(x15, t);
  const x30 = 1 - x29;
  const x36 = a - ((1.0 * (x20 / x27)) / (Math.sqrt((x25 / x30)) + 0.0));
  const x44 = 0.9 * (1 - (0.5 * Math.pow(0.96, (t * x16))));
  const x47 = 0.9 * (1 - (0.5 * Math.pow(0.96, ((t + 1) * x16))));
  const x48 = product * x44;
  const x52 = nm + (0.09999999999999998 * (x17 - nm));
  const x54 = (x15 * nv) + x24;
  const x64 = 1.0 * (((x47 / (1 - (x48 * x47))) * x52) + (((1 - x44) / (1 - x48)) * x17));
  const x68 = n - (x64 / (Math.sqrt((x54 / x30)) + 0.0));
  const x71 = rm + (0.09999999999999998 * (x17 - rm));
  const x73 = (x15 * rv) + x24;
  const x74 = x71 / x27;
  const x76 = (2 / x22) - 1;
  const x80 = x76 - (((2 * t) * x29) / x30);
  const x84 = a - x36;
  const x89 = n - x68;
  const x107 = Math.pow(((((x80 - 4) * (x80 - 2)) * x76) / (((x76 - 4) * (x76 - 2)) * x80)), 0.5);
  const x118 = ((x80 <= 5) ? (1.0 * x74) : ((((1.0 * x107) * Math.pow(x30, 0.5)) * x74) / (Math.sqrt(x73) + 0.0)));
  const x119 = r - x118;
  return [x36, x20, x25, x68, x48, x52, x54, x119, x71, x73, (a_late + (((sign * x84) < 0) ? 1 : 0)), (n_late + (((sign * x89) < 0) ? 1 : 0)), x84, x89, (r - x119), (-x36), (-x68), (-x119)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { first_steps_run });
})();
