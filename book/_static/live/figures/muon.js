// Written by `make generated` from optedu/lab/live_figures/muon.py. Do not edit.
(() => {
function muon_curve(s, settings) {
  const x1 = settings.a;
  const x2 = settings.b;
  const x3 = settings.c;
  const x14 = ((x1 * s) + (((x2 * s) * s) * s)) + (((((x3 * s) * s) * s) * s) * s);
  const x25 = ((x1 * x14) + (((x2 * x14) * x14) * x14)) + (((((x3 * x14) * x14) * x14) * x14) * x14);
  const x36 = ((x1 * x25) + (((x2 * x25) * x25) * x25)) + (((((x3 * x25) * x25) * x25) * x25) * x25);
  const x47 = ((x1 * x36) + (((x2 * x36) * x36) * x36)) + (((((x3 * x36) * x36) * x36) * x36) * x36);
  const x58 = ((x1 * x47) + (((x2 * x47) * x47) * x47)) + (((((x3 * x47) * x47) * x47) * x47) * x47);
  const x63 = (1.5 * s) - (((0.5 * s) * s) * s);
  const x68 = (1.5 * x63) - (((0.5 * x63) * x63) * x63);
  const x73 = (1.5 * x68) - (((0.5 * x68) * x68) * x68);
  const x78 = (1.5 * x73) - (((0.5 * x73) * x73) * x73);
  return [x14, x58, ((1.5 * x78) - (((0.5 * x78) * x78) * x78))];
}
function muon_spectrum(k, s, settings) {
  const x2 = settings.a;
  const x3 = settings.b;
  const x4 = settings.c;
  const x15 = ((x2 * s) + (((x3 * s) * s) * s)) + (((((x4 * s) * s) * s) * s) * s);
  const x26 = ((x2 * x15) + (((x3 * x15) * x15) * x15)) + (((((x4 * x15) * x15) * x15) * x15) * x15);
  const x37 = ((x2 * x26) + (((x3 * x26) * x26) * x26)) + (((((x4 * x26) * x26) * x26) * x26) * x26);
  const x48 = ((x2 * x37) + (((x3 * x37) * x37) * x37)) + (((((x4 * x37) * x37) * x37) * x37) * x37);
  const x59 = ((x2 * x48) + (((x3 * x48) * x48) * x48)) + (((((x4 * x48) * x48) * x48) * x48) * x48);
  return [x59];
}
function muon_web(k, settings) {
  const x1 = settings.s;
  const x2 = settings.a;
  const x3 = settings.b;
  const x4 = settings.c;
  const x15 = ((x2 * x1) + (((x3 * x1) * x1) * x1)) + (((((x4 * x1) * x1) * x1) * x1) * x1);
  const x26 = ((x2 * x15) + (((x3 * x15) * x15) * x15)) + (((((x4 * x15) * x15) * x15) * x15) * x15);
  const x37 = ((x2 * x26) + (((x3 * x26) * x26) * x26)) + (((((x4 * x26) * x26) * x26) * x26) * x26);
  const x48 = ((x2 * x37) + (((x3 * x37) * x37) * x37)) + (((((x4 * x37) * x37) * x37) * x37) * x37);
  const x59 = ((x2 * x48) + (((x3 * x48) * x48) * x48)) + (((((x4 * x48) * x48) * x48) * x48) * x48);
  const x60 = k >= 1;
  const x63 = k >= 2;
  const x66 = k >= 3;
  const x69 = k >= 4;
  const x72 = k >= 5;
  const x73 = (x72 ? x26 : (x69 ? x26 : (x66 ? x15 : (x63 ? x15 : (x60 ? x1 : x1)))));
  const x74 = (x72 ? x37 : (x69 ? x26 : (x66 ? x26 : (x63 ? x15 : (x60 ? x15 : x1)))));
  const x75 = k >= 6;
  const x78 = k >= 7;
  const x81 = k >= 8;
  const x84 = k >= 9;
  const x87 = k >= 10;
  const x88 = (x87 ? x59 : (x84 ? x48 : (x81 ? x48 : (x78 ? x37 : (x75 ? x37 : x73)))));
  const x89 = (x87 ? x59 : (x84 ? x59 : (x81 ? x48 : (x78 ? x48 : (x75 ? x37 : x74)))));
  return [x88, x89];
}
function muon_now(settings) {
  const x0 = settings.s;
  const x1 = settings.a;
  const x2 = settings.b;
  const x3 = settings.c;
  const x14 = ((x1 * x0) + (((x2 * x0) * x0) * x0)) + (((((x3 * x0) * x0) * x0) * x0) * x0);
  const x25 = ((x1 * x14) + (((x2 * x14) * x14) * x14)) + (((((x3 * x14) * x14) * x14) * x14) * x14);
  const x36 = ((x1 * x25) + (((x2 * x25) * x25) * x25)) + (((((x3 * x25) * x25) * x25) * x25) * x25);
  const x47 = ((x1 * x36) + (((x2 * x36) * x36) * x36)) + (((((x3 * x36) * x36) * x36) * x36) * x36);
  const x58 = ((x1 * x47) + (((x2 * x47) * x47) * x47)) + (((((x3 * x47) * x47) * x47) * x47) * x47);
  return [x14, x58, Math.pow(x1, 5)];
}
Object.assign((globalThis.OpteduLiveFunctions ??= {}), { muon_curve, muon_spectrum, muon_web, muon_now });
})();
