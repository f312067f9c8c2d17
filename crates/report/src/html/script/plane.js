// Longest side of a picture, pixels: as fine as a telephone draws without delay.
const LONGEST_SIDE = 480;
// As in picture/scene.rs: doses are fully drawn from this part of the full scale up, and fade out below it.
const FADE = 0.25;
const OPACITY = 0.75;
const OUTLINE = [70, 225, 255];

// The sheet of a plane: its size in pixels, and the patient's point of a place on it (0 to 1 across and down).
const makeSheet = (plane, [low, high]) => {
  const [across, down] = plane.axes;
  const length = low.map((start, axis) => high[axis] - start);
  const pixel = Math.max(...length) / LONGEST_SIDE;
  const pixels = (axis) => Math.max(1, Math.round(length[axis] / pixel));
  const point = (x, y, at) => {
    const found = [...at];
    found[across] = low[across] + x * length[across];
    // Down the picture is from high to low for z alone.
    found[down] = down === 2 ? high[down] - y * length[down] : low[down] + y * length[down];
    return found;
  };
  const place = (at) => {
    const part = (axis) => (at[axis] - low[axis]) / length[axis];
    return [part(across), down === 2 ? 1 - part(down) : part(down)];
  };
  return { width: pixels(across), height: pixels(down), across: length[across], point, place };
};

// Colours of 256 levels between control points.
const makeColours = (stops) =>
  Array.from({ length: 256 }, (_, level) => {
    const x = (level / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(x), stops.length - 2);
    return stops[low].map((channel, n) => channel + (x - low) * (stops[low + 1][n] - channel));
  });

// Whether a lesion's edge runs through this pixel: two pixels wide, inside the lesion.
const onOutline = (labels, width, height, column, row) => {
  const label = labels[column + width * row];
  if (label === 0) return false;
  for (let step = 1; step <= 2; step += 1) {
    if (column >= step && labels[column - step + width * row] !== label) return true;
    if (row >= step && labels[column + width * (row - step)] !== label) return true;
    if (column + step < width && labels[column + step + width * row] !== label) return true;
    if (row + step < height && labels[column + width * (row + step)] !== label) return true;
  }
  return false;
};

// The right upper corner of each lesion's box, in pixels.
const makeMarks = (labels, width) => {
  const marks = new Map();
  labels.forEach((label, pixel) => {
    if (label === 0) return;
    const [column, row] = [pixel % width, Math.floor(pixel / width)];
    const mark = marks.get(label) ?? [column, row];
    marks.set(label, [Math.max(mark[0], column), mark[1]]);
  });
  return marks;
};

// One slice through `at` as pixels, with the marks of its lesions.
const drawSlice = (scene, sheet, at, withDose) => {
  const { width, height } = sheet;
  const image = new ImageData(width, height);
  const labels = new Uint16Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const point = sheet.point((column + 0.5) / width, (row + 0.5) / height, at);
      const [i, j, k] = indexOf(scene.dose.grid, point);
      const [a, b, c] = indexOf(scene.anatomy.grid, point);
      const pixel = column + width * row;
      const offset = offsetAt(scene.labels, [i, j, k]);
      labels[pixel] = offset < 0 ? 0 : scene.labels.codes[offset];
      const grey = linear(scene.anatomy, a, b, c);
      const dose = withDose ? linear(scene.dose, i, j, k) / scene.fullScale : 0;
      const level = dose > 0 ? Math.min(dose, 1) : 0;
      const opacity = OPACITY * Math.min(level / FADE, 1);
      const colour = scene.colours[Math.round(255 * level)];
      for (let n = 0; n < 3; n += 1) image.data[4 * pixel + n] = grey + opacity * (colour[n] - grey);
      image.data[4 * pixel + 3] = 255;
    }
  }
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (onOutline(labels, width, height, column, row)) image.data.set(OUTLINE, 4 * (column + width * row));
    }
  }
  return { image, marks: makeMarks(labels, width) };
};
