// Numbers as the tables of the page show them: three digits, but never fewer than the whole number.
const readable = (value) => {
  if (!Number.isFinite(value)) return 'unknown';
  if (Math.abs(value) >= 1000) return value.toFixed(0);
  if (value === 0) return '0';
  const exponent = Number(value.toExponential(2).split('e')[1]);
  return value.toFixed(Math.min(Math.max(2 - exponent, 0), 9)).replace('-', '−');
};

// A length or a position, to a tenth of a millimetre.
const tenths = (mm) => (Math.round(10 * mm) / 10 + 0).toFixed(1).replace('-', '−');

// The number of a code: so many digits, counted on from the first decade.
const decoded = (place, lowest, exponent) => {
  const decade = 9 * lowest;
  const power = exponent - String(lowest).length + 1 + Math.floor(place / decade);
  // Written out and read: a product of powers would add a digit of rounding.
  return Number(`${lowest + (place % decade)}e${power}`);
};

// Round values from 0 to at most `most`, about `count` of them, in steps of 1, 2 or 5.
const ticks = (most, count) => {
  const raw = most / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw * 0.999999) ?? 10);
  const marks = Math.floor((most / step) * 1.000001);
  return Array.from({ length: marks + 1 }, (_, mark) => Number((mark * step).toPrecision(6)));
};
