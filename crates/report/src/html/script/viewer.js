// Unpacks everything; what is not a number draws nothing.
const makeScene = async (page) => {
  const { packed } = page;
  const texts = [packed.doses, packed.uncertainties, packed.labels, packed.anatomy];
  const [doses, uncertainties, labels, anatomy] = await Promise.all(texts.map(unpack));
  const doseTable = Float64Array.from({ length: 65536 }, (_, code) =>
    (code === 0 || code === 65535 ? 0 : decoded(code - 1, 100, packed.exponent)));
  const whole = [[0, 0, 0], packed.anatomy_grid.size];
  return {
    bounds: packed.bounds,
    stops: packed.stops,
    threshold: packed.threshold,
    unit: page.unit,
    fullScale: page.full_scale,
    bar: page.bar,
    colours: makeColours(page.colours),
    names: new Map(page.names),
    dose: makeVolume(packed.grid, packed.part, doses, doseTable),
    uncertainty: makeVolume(packed.grid, packed.part, uncertainties),
    labels: makeVolume(packed.grid, packed.part, labels),
    anatomy: makeVolume(packed.anatomy_grid, whole, anatomy, Float64Array.from({ length: 256 }, (_, grey) => grey)),
  };
};

// Three linked planes before the pictures that they stand in for.
const startViewer = async () => {
  const page = data('viewer-data');
  const still = document.getElementById('still-slices');
  if (page === null || still === null || typeof DecompressionStream === 'undefined') return;
  const scene = await makeScene(page);
  const [low, high] = scene.bounds;
  const width = low.map((start, axis) => (high[axis] - start) / scene.stops[axis]);
  const nearest = (x, axis) => Math.min(Math.max(Math.floor((x - low[axis]) / width[axis]), 0), scene.stops[axis] - 1);
  let stops = page.focus.map(nearest);
  const at = () => stops.map((stop, axis) => low[axis] + (stop + 0.5) * width[axis]);
  const crosshair = element('output', { class: 'readout', id: 'at-crosshair' });
  const pointer = element('p', { class: 'readout', id: 'at-pointer' });
  const withDose = element('input', { type: 'checkbox', id: 'with-dose' });
  withDose.checked = true;
  const views = [];
  const show = () => {
    views.forEach(([plane, view]) => view.show(at(), stops[plane.normal], withDose.checked));
    showReadout(crosshair, scene, 'Crosshair', at());
  };
  const go = (wanted) => {
    stops = wanted;
    show();
  };
  const wishes = {
    at,
    go: (point) => go(point.map(nearest)),
    turn: (axis, stop) => go(stops.map((now, n) => (n === axis ? stop : now))),
    step: (axis, by) => go(stops.map((now, n) =>
      (n === axis ? Math.min(Math.max(now + by, 0), scene.stops[n] - 1) : now))),
    point: (point) => (point ? showReadout(pointer, scene, 'Pointer', point) : pointer.replaceChildren('Pointer: not over a slice')),
  };
  page.planes.forEach((plane) => views.push([plane, makeView(scene, plane, wishes)]));
  withDose.addEventListener('change', show);
  const planes = element('div', { class: 'slices', style: still.getAttribute('style') }, ...views.map(([, view]) => view.figure));
  const controls = element('label', { class: 'switch' }, withDose, ' Dose in colour');
  const viewer = element('div', { class: 'viewer', id: 'viewer' }, planes,
    element('div', { class: 'readouts' }, crosshair, pointer), controls);
  wishes.point(null);
  show();
  still.before(viewer);
  still.classList.add('for-print');
};
