// Turns and mirrors the patient of a phantom's NIfTI files, so that the voxel axes are none of the patient's.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

const [folder] = process.argv.slice(2);
const [c, s] = [Math.cos(0.35), Math.sin(0.35)];
const [d, t] = [Math.cos(0.2), Math.sin(0.2)];
// Mirrored along x, turned about z, then about x.
const turn = [[-c, -s, 0], [-d * s, d * c, -t], [-t * s, t * c, d]];
const rows = [280, 296, 312];
for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.nii.gz'))) {
  const file = join(folder, name);
  const bytes = gunzipSync(readFileSync(file));
  const affine = rows.map((at) => [0, 4, 8, 12].map((step) => bytes.readFloatLE(at + step)));
  rows.forEach((at, row) => [0, 1, 2, 3].forEach((column) => {
    const value = turn[row].reduce((sum, part, n) => sum + part * affine[n][column], 0);
    bytes.writeFloatLE(value, at + 4 * column);
  }));
  // The qform would say otherwise: only the sform is left.
  bytes.writeInt16LE(0, 252);
  writeFileSync(file, gzipSync(bytes));
}
