// Written by `make generated` from optedu/lab/live_figures/turned_valley.py. Do not edit.
(() => {
function turned_valley_level(k, settings) {
  const x4 = (6.283185307179586 * k) / 48;
  const x5 = settings.psi * 0.017453292519943295;
  const x6 = Math.cos(x5);
  const x7 = Math.sin(x5);
  const x8 = Math.cos(x4);
  const x11 = Math.sin(x4) / Math.sqrt(settings.kappa);
  const x14 = (x6 * x8) - (x7 * x11);
  const x17 = (x7 * x8) + (x6 * x11);
  return [(3 * x14), (3 * x17), (6 * x14), (6 * x17), (10 * x14), (10 * x17)];
}
function turned_valley_now(settings) {
  const x0 = settings.kappa;
  const x2 = settings.psi * 0.017453292519943295;
  const x3 = Math.cos(x2);
  const x4 = Math.sin(x2);
  const x5 = x3 * x3;
  const x7 = x4 * x4;
  const x9 = x3 * x4;
  const x17 = Math.abs(((x9 / x0) - x9)) / Math.sqrt((((x5 / x0) + x7) * ((x7 / x0) + x5)));
  return [x17, Math.max(1.0, ((-13.815510557964274) / Math.log(x17)))];
}
function turned_valley_run(t, x, y, count, pairs, memory0, memory1, memory2, memory3, memory4, memory5, memory6, memory7, memory8, memory9, memory10, memory11, settings) {
  const x17 = settings.kappa;
  const x19 = settings.psi * 0.017453292519943295;
  const x20 = Math.cos(x19);
  const x21 = Math.sin(x19);
  const x22 = x20 * x20;
  const x24 = x21 * x21;
  const x26 = x20 * x21;
  const x28 = (x26 / x17) - x26;
  const x33 = (((x22 / x17) + x24) * x) + (x28 * y);
  const x36 = (x28 * x) + (((x24 / x17) + x22) * y);
  const x37 = x33 - memory0;
  const x38 = x36 - memory1;
  const x42 = ((x37 * memory2) + (x38 * memory3)) > 1e-10;
  const x43 = pairs < 0.5;
  const x46 = (x42 ? (x43 ? memory2 : memory8) : memory4);
  const x47 = (x42 ? (x43 ? memory3 : memory9) : memory5);
  const x50 = (x42 ? (x43 ? x37 : memory10) : memory6);
  const x51 = (x42 ? (x43 ? x38 : memory11) : memory7);
  const x52 = (x42 ? memory2 : memory8);
  const x53 = (x42 ? memory3 : memory9);
  const x54 = (x42 ? x37 : memory10);
  const x55 = (x42 ? x38 : memory11);
  const x57 = (x42 ? (pairs + 1) : pairs);
  const x58 = x57 < 0.5;
  const x59 = (-x33);
  const x60 = (-x36);
  const x67 = ((x52 * x54) + (x53 * x55)) / ((x54 * x54) + (x55 * x55));
  const x73 = (x54 * x52) + (x55 * x53);
  const x74 = ((x52 * x59) + (x53 * x60)) / x73;
  const x77 = x59 - (x74 * x54);
  const x78 = x60 - (x74 * x55);
  const x84 = (x50 * x46) + (x51 * x47);
  const x85 = ((x46 * x77) + (x47 * x78)) / x84;
  const x90 = x67 * (x77 - (x85 * x50));
  const x91 = x67 * (x78 - (x85 * x51));
  const x96 = x85 - (((x50 * x90) + (x51 * x91)) / x84);
  const x99 = x90 + (x96 * x46);
  const x100 = x91 + (x96 * x47);
  const x105 = x74 - (((x54 * x99) + (x55 * x100)) / x73);
  const x118 = ((t < 1.5) ? Math.min(1.0, (1 / (Math.abs(x33) + Math.abs(x36)))) : 1.0);
  const x119 = x118 * (x58 ? x59 : (x99 + (x105 * x52)));
  const x120 = x118 * (x58 ? x60 : (x100 + (x105 * x53)));
  const x127 = x + x119;
  const x128 = y + x120;
  return [x127, x128, ((Math.sqrt(((x * x) + (y * y))) > 9.848857801796103e-06) ? t : count), x57, x33, x36, x119, x120, x46, x47, x50, x51, x52, x53, x54, x55, Math.sqrt(((x127 * x127) + (x128 * x128)))];
}
function turned_valley_plain(t, x, y, settings) {
  const x3 = settings.kappa;
  const x5 = settings.psi * 0.017453292519943295;
  const x6 = Math.cos(x5);
  const x7 = Math.sin(x5);
  const x8 = x6 * x6;
  const x10 = x7 * x7;
  const x11 = (x8 / x3) + x10;
  const x12 = x6 * x7;
  const x14 = (x12 / x3) - x12;
  const x16 = (x10 / x3) + x8;
  const x22 = x - (1.0 * (((x11 * x) + (x14 * y)) / x11));
  const x28 = y - (1.0 * (((x14 * x) + (x16 * y)) / x16));
  return [x22, x28, Math.sqrt(((x22 * x22) + (x28 * x28)))];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { turned_valley_level, turned_valley_now, turned_valley_run, turned_valley_plain });
})();
