// The index of a point (LPS mm) on a grid.
const indexOf = ({ columns, origin }, point) =>
  origin.map((start, axis) => start + columns[0][axis] * point[0] + columns[1][axis] * point[1] + columns[2][axis] * point[2]);

// A volume of codes: `first` and `size` are those of the part of the grid that is held, `table` turns codes into values.
const makeVolume = (grid, [first, size], codes, table) => ({ grid, first, size, codes, table });

// Position in the data of the voxel that holds an index; -1 where the part does not hold it.
const offsetAt = ({ first, size }, index) => {
  const [i, j, k] = index.map((x, axis) => Math.floor(x + 0.5) - first[axis]);
  const inside = i >= 0 && j >= 0 && k >= 0 && i < size[0] && j < size[1] && k < size[2];
  return inside ? i + size[0] * (j + size[1] * k) : -1;
};

// Trilinear between voxel centres, constant from the outermost centres to the edge, 0 beyond.
const linear = (volume, x, y, z) => {
  const { first, size, codes, table } = volume;
  const [nx, ny, nz] = size;
  const a = x - first[0];
  const b = y - first[1];
  const c = z - first[2];
  if (!(a >= -0.5 && b >= -0.5 && c >= -0.5 && a < nx - 0.5 && b < ny - 0.5 && c < nz - 0.5)) return 0;
  const p = Math.min(Math.max(a, 0), nx - 1);
  const q = Math.min(Math.max(b, 0), ny - 1);
  const r = Math.min(Math.max(c, 0), nz - 1);
  const i = Math.floor(p);
  const j = Math.floor(q);
  const k = Math.floor(r);
  // On the last plane the neighbour beyond it has no weight.
  const di = i + 1 < nx ? 1 : 0;
  const dj = j + 1 < ny ? nx : 0;
  const dk = k + 1 < nz ? nx * ny : 0;
  const at = i + nx * (j + ny * k);
  const row = (offset) => table[codes[offset]] + (p - i) * (table[codes[offset + di]] - table[codes[offset]]);
  const sheet = (offset) => row(offset) + (q - j) * (row(offset + dj) - row(offset));
  return sheet(at) + (r - k) * (sheet(at + dk) - sheet(at));
};
