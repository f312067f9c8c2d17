// The way back of picture/viewer/pack.rs: base64, gzip, high bytes before low ones, differences.
const unpack = async (text) => {
  const gzip = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const plain = new Blob([gzip]).stream().pipeThrough(new DecompressionStream('gzip'));
  const bytes = new Uint8Array(await new Response(plain).arrayBuffer());
  const values = new Uint16Array(bytes.length / 2);
  let value = 0;
  for (let n = 0; n < values.length; n += 1) {
    const zigzag = (bytes[n] << 8) | bytes[values.length + n];
    value += (zigzag >> 1) ^ -(zigzag & 1);
    values[n] = value;
    value = values[n];
  }
  return values;
};
