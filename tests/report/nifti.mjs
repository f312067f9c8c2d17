// As much of NIfTI-1 as our own writer makes: float32, little-endian, one file, gzip, placed by the sform.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export const readNifti = (file) => {
  const bytes = gunzipSync(readFileSync(file));
  const size = [42, 44, 46].map((at) => bytes.readInt16LE(at));
  const type = bytes.readInt16LE(70);
  if (type !== 16 || bytes.readInt16LE(254) === 0) throw new Error(`${file}: found type ${type}, expected float32 with an sform`);
  const offset = bytes.readFloatLE(108);
  const rows = [280, 296, 312].map((at) => [0, 4, 8, 12].map((step) => bytes.readFloatLE(at + step)));
  const value = ([i, j, k]) => bytes.readFloatLE(offset + 4 * (i + size[0] * (j + size[1] * k)));
  // RAS of the file to LPS of the report.
  const point = (voxel) =>
    rows.map((row, axis) => {
      const ras = row[3] + voxel.reduce((sum, n, column) => sum + n * row[column], 0);
      return axis < 2 ? -ras : ras;
    });
  return { size, value, point };
};
