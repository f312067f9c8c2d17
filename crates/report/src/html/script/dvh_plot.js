// The axes a histogram may have: how a point of a curve is placed, and up to where.
const doseAxes = (page) => ({
  absolute: { title: `Absorbed dose (${page.unit})`, unit: page.unit, of: (lesion, dose) => dose, back: (lesion, x) => x },
  relative: {
    title: 'Absorbed dose (% of the lesion’s mean)',
    unit: '% of the mean',
    of: (lesion, dose) => (lesion.mean > 0 ? (100 * dose) / lesion.mean : NaN),
    back: (lesion, x) => (x * lesion.mean) / 100,
  },
});
const VOLUME_AXES = {
  relative: { title: 'Volume (%)', unit: '%', of: (lesion, fraction) => 100 * fraction },
  absolute: { title: 'Volume (mL)', unit: 'mL', of: (lesion, fraction) => fraction * lesion.volume },
};

// The part of the volume that receives at least a dose, and the dose that a part receives at least: lines between the points.
const fractionAt = ({ points }, dose) => {
  const next = points.findIndex(([at]) => at >= dose);
  if (next < 0) return 0;
  if (next === 0) return 1;
  const [[d0, f0], [d1, f1]] = [points[next - 1], points[next]];
  return f0 + ((dose - d0) / (d1 - d0)) * (f1 - f0);
};
const doseAt = ({ points }, fraction) => {
  const next = points.findIndex(([, at]) => at <= fraction);
  if (next <= 0) return points[next < 0 ? points.length - 1 : 0][0];
  const [[d0, f0], [d1, f1]] = [points[next - 1], points[next]];
  return f0 === f1 ? d1 : d0 + ((f0 - fraction) / (f0 - f1)) * (d1 - d0);
};

// Places of a plot: from values to the drawing and back.
const makeScale = ({ width, height, left, right, top, bottom }, most) => ({
  x: (value) => left + ((width - left - right) * value) / most[0],
  y: (value) => top + (height - top - bottom) * (1 - value / most[1]),
  value: (x, y) => [
    ((x - left) / (width - left - right)) * most[0],
    (1 - (y - top) / (height - top - bottom)) * most[1],
  ],
});

// Axes with round numbers, and the limits of the response bands where the axis is in Gy.
const drawAxes = (group, page, scale, most, titles, limits) => {
  const { width, height, left, right, top, bottom } = page.geometry;
  const [end, floor] = [width - right, height - bottom];
  const rule = (d) => svgElement('path', { class: 'rule', d });
  const text = (content, attributes) => svgElement('text', attributes, content);
  const parts = ticks(most[0], 7).flatMap((value) => [
    rule(`M${scale.x(value)} ${top}V${floor}`),
    text(String(value), { x: scale.x(value), y: floor + 24, 'text-anchor': 'middle' }),
  ]);
  ticks(most[1], 5).forEach((value) => parts.push(
    rule(`M${left} ${scale.y(value)}H${end}`),
    text(String(value), { x: left - 9, y: scale.y(value) + 5.5, 'text-anchor': 'end' })));
  parts.push(
    svgElement('path', { class: 'axis', d: `M${left} ${top}V${floor}H${end}` }),
    text(titles[0], { class: 'title', x: (left + end) / 2, y: height - 10, 'text-anchor': 'middle' }),
    text(titles[1], { class: 'title', transform: `translate(26 ${(top + floor) / 2}) rotate(-90)`, 'text-anchor': 'middle' }));
  limits.filter((dose) => dose < most[0]).forEach((dose) =>
    parts.push(svgElement('path', { class: 'limit', d: `M${scale.x(dose)} ${top}V${floor}` })));
  group.replaceChildren(...parts);
};

// The path of a curve; none where the axis has no place for it.
const curvePath = (lesion, scale, [doses, volumes]) =>
  lesion.points
    .map(([dose, fraction]) => [scale.x(doses.of(lesion, dose)), scale.y(volumes.of(lesion, fraction))])
    .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y))
    .map(([x, y], n) => `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
    .join('');
