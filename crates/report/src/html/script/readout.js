// What the page knows of a point of the patient (LPS mm).
const lookUp = (scene, point) => {
  const index = indexOf(scene.dose.grid, point);
  const voxel = index.map((x) => Math.floor(x + 0.5));
  const isInside = voxel.every((n, axis) => n >= 0 && n < scene.dose.grid.size[axis]);
  const offset = offsetAt(scene.dose, index);
  const code = offset < 0 ? 0 : scene.dose.codes[offset];
  return {
    voxel: isInside ? voxel : null,
    code,
    dose: scene.dose.table[code],
    uncertainty: offset < 0 ? 0 : scene.uncertainty.codes[offset],
    label: offset < 0 ? 0 : scene.labels.codes[offset],
  };
};

const doseText = (scene, { voxel, code, dose }) => {
  if (voxel === null) return 'outside the dose grid';
  if (code === 65535) return 'dose not known';
  if (code > 0) return `${readable(dose)} ${scene.unit}`;
  return scene.threshold > 0 ? `< ${readable(scene.threshold)} ${scene.unit}` : 'no dose';
};

const uncertaintyText = ({ code, uncertainty }) => {
  if (code === 0 || code === 65535) return '';
  if (uncertainty === 0) return '± unknown';
  if (uncertainty === 254) return '± over 82 %';
  if (uncertainty === 255) return '± under 0.1 %';
  const percent = 100 * decoded(uncertainty - 1, 10, -3);
  return `± ${percent >= 9.95 ? percent.toFixed(0) : percent.toPrecision(2)} %`;
};

// Fills a line: where, how much, how sure, in which lesion.
const showReadout = (line, scene, name, point) => {
  const found = lookUp(scene, point);
  const lesion = found.label > 0 ? scene.names.get(found.label) || `Lesion ${found.label}` : '';
  const parts = [
    element('span', { class: 'where' }, `x ${tenths(point[0])}, y ${tenths(point[1])}, z ${tenths(point[2])} mm`),
    element('b', { class: 'dose' }, doseText(scene, found)),
    element('span', { class: 'u' }, uncertaintyText(found)),
  ];
  if (found.label > 0) {
    const label = element('span', { class: 'label' }, String(found.label));
    parts.push(element('span', { class: 'lesion' }, label, ' ', element('bdi', {}, lesion)));
  }
  const voxel = found.voxel === null ? '' : `voxel ${found.voxel.join(', ')}`;
  parts.push(element('span', { class: 'voxel' }, voxel));
  line.replaceChildren(element('span', { class: 'what' }, name), ...parts);
};
