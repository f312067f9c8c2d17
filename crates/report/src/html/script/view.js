// One plane with its picture and slider. `wishes` are told where the reader wants to go.
const makeView = (scene, plane, wishes) => {
  const sheet = makeSheet(plane, scene.bounds);
  const canvas = element('canvas', { width: sheet.width, height: sheet.height, tabindex: 0, role: 'img' });
  const slider = element('input', { type: 'range', min: 0, max: scene.stops[plane.normal] - 1, step: 1 });
  const place = element('output', {});
  const title = plane.name[0].toUpperCase() + plane.name.slice(1);
  slider.setAttribute('aria-label', `${title} slice`);
  const edges = ['left', 'right', 'top', 'bottom'].map((edge, n) =>
    element('span', { class: `edge ${edge}` }, plane.edges[n]));
  const bar = element('span', { class: 'bar', style: `width:${(100 * scene.bar) / sheet.across}%` });
  const figure = element('figure', { class: 'slice', 'data-plane': plane.name },
    element('div', { class: 'sheet' }, canvas, ...edges, ...(scene.bar < 0.8 * sheet.across ? [bar] : [])),
    element('figcaption', {}, `${title}, `, place, slider));
  const context = canvas.getContext('2d');
  let drawn = null;

  const line = (x0, y0, x1, y1) => {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  };
  const crosshair = ([x, y]) => {
    const [column, row] = [x * sheet.width, y * sheet.height];
    // A gap, so that the lines do not hide what they point at.
    const gap = 8;
    context.lineWidth = 1;
    context.strokeStyle = 'rgba(255, 255, 255, 0.75)';
    line(0, row, column - gap, row);
    line(column + gap, row, sheet.width, row);
    line(column, 0, column, row - gap);
    line(column, row + gap, column, sheet.height);
  };
  const writeMarks = (marks) => {
    context.font = '700 13px sans-serif';
    context.lineWidth = 3;
    context.strokeStyle = '#000';
    context.fillStyle = '#fff';
    marks.forEach(([column, row], label) => {
      const [x, y] = [Math.min(column + 3, sheet.width - 16), Math.max(row, 12)];
      context.strokeText(label, x, y);
      context.fillText(label, x, y);
    });
  };
  const show = (at, stop, withDose) => {
    if (drawn === null || drawn.stop !== stop || drawn.withDose !== withDose) {
      drawn = { stop, withDose, ...drawSlice(scene, sheet, at, withDose) };
    }
    context.putImageData(drawn.image, 0, 0);
    writeMarks(drawn.marks);
    crosshair(sheet.place(at));
    slider.value = stop;
    const where = `${'xyz'[plane.normal]} = ${tenths(at[plane.normal])} mm`;
    place.textContent = where;
    slider.setAttribute('aria-valuetext', where);
    canvas.setAttribute('aria-label',
      `${title} slice of absorbed dose over anatomy at ${where}; arrow keys move the crosshair, page keys the slice`);
  };

  const pointOf = (event, at) => {
    const box = canvas.getBoundingClientRect();
    return sheet.point((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, at);
  };
  slider.addEventListener('input', () => wishes.turn(plane.normal, Number(slider.value)));
  canvas.addEventListener('pointermove', (event) => {
    wishes.point(pointOf(event, wishes.at()));
    if (event.buttons === 1 && event.pointerType === 'mouse') wishes.go(pointOf(event, wishes.at()));
  });
  canvas.addEventListener('pointerdown', (event) => wishes.go(pointOf(event, wishes.at())));
  canvas.addEventListener('pointerleave', () => wishes.point(null));
  const [across, down] = plane.axes;
  const downwards = down === 2 ? -1 : 1;
  const keys = {
    ArrowLeft: [across, -1], ArrowRight: [across, 1], ArrowUp: [down, -downwards], ArrowDown: [down, downwards],
    PageUp: [plane.normal, 1], PageDown: [plane.normal, -1],
  };
  canvas.addEventListener('keydown', (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    wishes.step(...keys[event.key]);
  });
  return { figure, show };
};
