// Written by `make generated` from optedu/lab/live_figures/schedules.py. Do not edit.
(() => {
function schedules_run(t, rate, steep, flat, best, settings) {
  const x5 = settings.noise;
  const x7 = 1 - (rate * 1.0);
  const x8 = x7 * x7;
  const x12 = ((rate * rate) * x5) * x5;
  const x15 = 1 - (rate * 0.05);
  const x16 = x15 * x15;
  const x19 = x5 * x5;
  const x21 = best / (best + x19);
  const x23 = 1 - (x21 * 1.0);
  const x29 = ((x23 * x23) * best) + (((x21 * x21) * x5) * x5);
  const x35 = x29 / (x29 + x19);
  const x37 = 1 - (x35 * 1.0);
  const x43 = ((x37 * x37) * x29) + (((x35 * x35) * x5) * x5);
  const x49 = x43 / (x43 + x19);
  const x51 = 1 - (x49 * 1.0);
  const x57 = ((x51 * x51) * x43) + (((x49 * x49) * x5) * x5);
  const x63 = x57 / (x57 + x19);
  const x65 = 1 - (x63 * 1.0);
  const x71 = ((x65 * x65) * x57) + (((x63 * x63) * x5) * x5);
  const x72 = x8 * ((x8 * ((x8 * ((x8 * ((x8 * steep) + x12)) + x12)) + x12)) + x12);
  const x73 = x72 + x12;
  const x74 = x16 * ((x16 * ((x16 * ((x16 * ((x16 * flat) + x12)) + x12)) + x12)) + x12);
  const x75 = x74 + x12;
  const x77 = x71 / (x71 + x19);
  const x79 = 1 - (x77 * 1.0);
  const x85 = ((x79 * x79) * x71) + (((x77 * x77) * x5) * x5);
  return [x73, x75, x85, (5 * t), ((x73 + (0.05 * x75)) / 2), (x85 / (x85 + x19))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { schedules_run });
})();
