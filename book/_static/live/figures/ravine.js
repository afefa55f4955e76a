// Written by `make generated` from optedu/lab/live_figures/ravine.py. Do not edit.
(() => {
function ravine_now(settings) {
  const x0 = settings.gamma;
  const x1 = settings.mu;
  const x2 = (1) + x1;
  const x3 = x2 - x0;
  const x4 = x3 / (2);
  const x5 = x4 * x4;
  const x6 = x5 - x1;
  const x7 = Math.max(x6, (0));
  const x8 = Math.sqrt(x7);
  const x9 = (-x6);
  const x10 = Math.max(x9, (0));
  const x11 = Math.sqrt(x10);
  const x12 = x4 + x8;
  const x13 = x4 - x8;
  const x14 = (-x11);
  const x15 = x12 * x12;
  const x16 = x11 * x11;
  const x17 = x15 + x16;
  const x18 = x13 * x13;
  const x19 = x14 * x14;
  const x20 = x18 + x19;
  const x21 = Math.max(x17, x20);
  const x22 = Math.sqrt(x21);
  const x23 = x0 / (100);
  const x24 = x2 - x23;
  const x25 = x24 / (2);
  const x26 = x25 * x25;
  const x27 = x26 - x1;
  const x28 = Math.max(x27, (0));
  const x29 = Math.sqrt(x28);
  const x30 = (-x27);
  const x31 = Math.max(x30, (0));
  const x32 = Math.sqrt(x31);
  const x33 = x25 + x29;
  const x34 = x25 - x29;
  const x35 = (-x32);
  const x36 = x33 * x33;
  const x37 = x32 * x32;
  const x38 = x36 + x37;
  const x39 = x34 * x34;
  const x40 = x35 * x35;
  const x41 = x39 + x40;
  const x42 = Math.max(x38, x41);
  const x43 = Math.sqrt(x42);
  const x44 = Math.max(x22, x43);
  return [x44];
}
function ravine_run(t, x, y, along, across, wide, settings) {
  const x1 = x;
  const x2 = y;
  const x3 = along;
  const x4 = across;
  const x5 = wide;
  const x6 = settings.gamma;
  const x7 = settings.mu;
  const x8 = x1 / (100);
  if (x7) {
    const x9 = x7 * x3;
    const x10 = (1) * x8;
    const x11 = x9 + x10;
    const x12 = x6 * x11;
    const x13 = x1 - x12;
    const x14 = x7 * x4;
    const x15 = (1) * x2;
    const x16 = x14 + x15;
    const x17 = x6 * x16;
    const x18 = x2 - x17;
    const x19 = Math.abs(x18);
    const x20 = Math.max(x5, x19);
    const x21 = x13 * x13;
    const x22 = x18 * x18;
    const x23 = x21 + x22;
    const x24 = Math.sqrt(x23);
    return [x13, x18, x11, x16, x20, x24];
  } else {
    const x9 = x6 * x8;
    const x10 = x1 - x9;
    const x11 = x6 * x2;
    const x12 = x2 - x11;
    const x13 = Math.abs(x12);
    const x14 = Math.max(x5, x13);
    const x15 = x10 * x10;
    const x16 = x12 * x12;
    const x17 = x15 + x16;
    const x18 = Math.sqrt(x17);
    return [x10, x12, x3, x4, x14, x18];
  }
}
function ravine_plain(t, x, y, settings) {
  const x1 = x;
  const x2 = y;
  const x3 = x1 / (100);
  const x4 = (1.9801980198019802) * x3;
  const x5 = x1 - x4;
  const x6 = (1.9801980198019802) * x2;
  const x7 = x2 - x6;
  const x8 = x5 * x5;
  const x9 = x7 * x7;
  const x10 = x8 + x9;
  const x11 = Math.sqrt(x10);
  return [x5, x7, x11];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { ravine_now, ravine_run, ravine_plain });
})();
