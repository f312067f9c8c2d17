// Choices above the plot, made of buttons that say whether they are pressed.
const makeChoice = (title, options, choose) => {
  const buttons = options.map(([key, text]) => {
    const button = element('button', { type: 'button', 'aria-pressed': false }, text);
    button.addEventListener('click', () => choose(key));
    return [key, button];
  });
  const mark = (chosen) => buttons.forEach(([key, button]) => button.setAttribute('aria-pressed', key === chosen));
  return { node: element('span', { class: 'choice', role: 'group', 'aria-label': title }, `${title} `, ...buttons.map(([, b]) => b)), mark };
};

// A box before each entry of the legend, and a place for what its curve says at the pointer.
const makeSwitches = (page, change) =>
  page.lesions.map((lesion, number) => {
    const entry = document.querySelector(`.legend li[data-lesion="${number}"]`);
    const box = element('input', { type: 'checkbox' });
    box.checked = true;
    box.addEventListener('change', change);
    const value = element('span', { class: 'at' });
    const label = element('label', {}, box, ...entry.childNodes);
    entry.replaceChildren(label, value);
    return { box, value, entry };
  });

// One plot: draws the curves that are on, and tells where the pointer or the focus is.
const makePlot = (svg, page, tell) => {
  const axes = svg.querySelector('.axes');
  const curves = page.lesions.map((_, number) => svg.querySelector(`.curve[data-lesion="${number}"]`));
  const { width, height, left, right, top, bottom } = page.geometry;
  const cursor = svgElement('path', { class: 'cursor', d: '' });
  svg.append(cursor);
  svg.setAttribute('tabindex', 0);
  let scale = null;
  let most = [1, 1];
  let spot = [0.5, 0.5];

  const draw = (kinds, shown, limits) => {
    const extent = (axis, of) => Math.max(0, ...page.lesions.map((lesion, n) => (shown[n] ? of(axis, lesion) || 0 : 0)));
    const dose = extent(kinds[0], (axis, lesion) => axis.of(lesion, lesion.max)) * 1.03;
    const volume = kinds[1].unit === '%' ? 100 : extent(kinds[1], (axis, lesion) => axis.of(lesion, 1)) * 1.03;
    const fixed = svg.hasAttribute('data-most') && kinds[0].unit === page.unit;
    most = [(fixed ? Number(svg.dataset.most) : dose) || 1, volume || 1];
    scale = makeScale(page.geometry, most);
    drawAxes(axes, page, scale, most, kinds.map((kind) => kind.title), limits);
    curves.forEach((curve, n) => {
      curve.setAttribute('d', curvePath(page.lesions[n], scale, kinds));
      curve.classList.toggle('off', !shown[n]);
    });
  };
  const point = (x, y) => {
    spot = [Math.min(Math.max(x, 0), 1), Math.min(Math.max(y, 0), 1)];
    const at = [left + spot[0] * (width - left - right), top + spot[1] * (height - top - bottom)];
    cursor.setAttribute('d', `M${at[0]} ${top}V${height - bottom}M${left} ${at[1]}H${width - right}`);
    tell(scale.value(...at));
  };
  const leave = () => {
    cursor.setAttribute('d', '');
    tell(null);
  };
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * width;
    const y = ((event.clientY - box.top) / box.height) * height;
    point((x - left) / (width - left - right), (y - top) / (height - top - bottom));
  });
  svg.addEventListener('pointerleave', () => (document.activeElement === svg ? point(...spot) : leave()));
  svg.addEventListener('focus', () => svg.matches(':focus-visible') && point(...spot));
  svg.addEventListener('blur', leave);
  const keys = { ArrowLeft: [-0.01, 0], ArrowRight: [0.01, 0], ArrowUp: [0, -0.01], ArrowDown: [0, 0.01] };
  svg.addEventListener('keydown', (event) => {
    if (!(event.key in keys)) return;
    event.preventDefault();
    point(spot[0] + keys[event.key][0], spot[1] + keys[event.key][1]);
  });
  return { draw };
};

const startHistograms = () => {
  const page = data('dvh-data');
  const legend = document.querySelector('#dvh .legend');
  if (page === null || legend === null) return;
  const kinds = doseAxes(page);
  let chosen = { dose: 'absolute', volume: 'relative' };
  const status = element('p', { class: 'caption at-cursor', role: 'status' });
  const axes = () => [kinds[chosen.dose], VOLUME_AXES[chosen.volume]];
  const tell = (at) => {
    const [doses, volumes] = axes();
    status.textContent = at === null
      ? 'Point at the plot, or focus it and use the arrow keys: the legend then shows for each curve the volume that receives at least that dose, and the dose that at least that volume receives.'
      : `At ${readable(at[0])} ${doses.unit} and ${readable(at[1])} ${volumes.unit}:`;
    switches.forEach(({ value, box }, n) => {
      const lesion = page.lesions[n];
      const fraction = at === null ? 0 : at[1] / volumes.of(lesion, 1);
      value.textContent = at === null || !box.checked ? '' : [
        `${readable(volumes.of(lesion, fractionAt(lesion, doses.back(lesion, at[0]))))} ${volumes.unit}`,
        fraction > 1 ? '–' : `${readable(doses.of(lesion, doseAt(lesion, Math.max(fraction, 0))))} ${doses.unit}`,
      ].join('; ');
    });
  };
  const plots = [...document.querySelectorAll('#dvh svg.plot')].map((svg) => makePlot(svg, page, tell));
  const draw = () => {
    const shown = switches.map(({ box }) => box.checked);
    const limits = chosen.dose === 'absolute' ? page.limits : [];
    switches.forEach(({ entry, box }) => entry.classList.toggle('dim', !box.checked));
    plots.forEach((plot) => plot.draw(axes(), shown, limits));
    Object.entries(choices).forEach(([key, choice]) => choice.mark(chosen[key]));
    // Enlarged are doses in Gy; other axes bring the curves together by themselves.
    document.querySelectorAll('#dvh .enlarged').forEach((figure) => {
      figure.hidden = chosen.dose !== 'absolute';
    });
    tell(null);
  };
  const choose = (key) => (value) => {
    chosen = { ...chosen, [key]: value };
    draw();
  };
  const choices = {
    dose: makeChoice('Dose', [['absolute', page.unit], ['relative', '% of mean']], choose('dose')),
    volume: makeChoice('Volume', [['relative', '%'], ['absolute', 'mL']], choose('volume')),
  };
  const switches = makeSwitches(page, draw);
  const all = (on) => () => {
    switches.forEach(({ box }) => {
      box.checked = on;
    });
    draw();
  };
  const button = (text, act) => {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', act);
    return made;
  };
  const lesions = element('span', { class: 'choice', role: 'group', 'aria-label': 'Lesions' }, 'Lesions ',
    button('all', all(true)), button('none', all(false)));
  const controls = element('div', { class: 'controls' }, choices.dose.node, choices.volume.node, lesions);
  document.querySelector('#dvh .dvh').before(controls);
  legend.before(status);
  draw();
  // On paper every lesion is shown, on the usual axes.
  let before = null;
  window.addEventListener('beforeprint', () => {
    before = { chosen, boxes: switches.map(({ box }) => box.checked) };
    chosen = { dose: 'absolute', volume: 'relative' };
    all(true)();
  });
  window.addEventListener('afterprint', () => {
    if (before === null) return;
    chosen = before.chosen;
    switches.forEach(({ box }, n) => {
      box.checked = before.boxes[n];
    });
    draw();
  });
};
