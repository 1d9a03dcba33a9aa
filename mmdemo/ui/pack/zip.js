// A zip without compression, written as its files come. Source: PKWARE's APPNOTE 6.3, sections 4.3.7 to 4.3.16.

const MOST_FILES = 65000; // more would need the large format
const CHUNK = 4 * 1024 * 1024;
const NEW_YEAR_1980 = 0x21; // the date that every file gets: its own is nobody's business
const NAMES_ARE_UTF8 = 0x800;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

async function crcOf(blob) {
  let crc = 0xffffffff;
  for (let at = 0; at < blob.size; at += CHUNK) {
    const bytes = new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer());
    for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

// Return little-endian fields, each [bytes, value], and what follows them.
function record(fields, ...after) {
  const found = new Uint8Array(fields.reduce((sum, [size]) => sum + size, 0));
  const view = new DataView(found.buffer);
  let at = 0;
  for (const [size, value] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Blob([found, ...after]);
}

class Zip {
  constructor(pieces) {
    this.pieces = pieces;
    this.directory = [];
    this.names = new Set();
    this.size = 0;
  }

  async add(path, blob) {
    const name = new TextEncoder().encode(this.unused(path));
    const same = [
      [2, 20], [2, NAMES_ARE_UTF8], [2, 0], [2, 0], [2, NEW_YEAR_1980],
      [4, await crcOf(blob)], [4, blob.size], [4, blob.size], [2, name.length], [2, 0],
    ];
    const own = [[2, 0], [2, 0], [2, 0], [4, 0], [4, this.size]];
    this.directory.push(record([[4, 0x02014b50], [2, 20], ...same, ...own], name));
    await this.write(record([[4, 0x04034b50], ...same], name));
    await this.write(blob);
  }

  async end() {
    const directory = new Blob(this.directory);
    const [count, start] = [this.directory.length, this.size];
    await this.write(directory);
    const ending = [[4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directory.size], [4, start], [2, 0]];
    await this.write(record(ending));
  }

  async write(blob) {
    this.size += blob.size;
    await this.pieces.write(blob);
  }

  unused(path) {
    let name = path;
    for (let copy = 2; this.names.has(name); copy++) name = `${copy}/${path}`;
    this.names.add(name);
    return name;
  }
}
