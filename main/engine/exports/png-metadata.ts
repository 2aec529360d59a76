/** Metadata of PNG files: where sharp hides it. */
import { crc32 } from 'node:zlib';

/** Signature and IHDR. */
const HEADER_BYTES = 33;

/**
 * Writes an XMP packet into a PNG, as it is. sharp would compress it, and programs that scan a file for packets would not
 * find it. It is an iTXt chunk behind the header (XMP specification, part 3, section 1.1.5).
 * @param xmp null: none
 */
export function pngWithXmp(png: Buffer, xmp: string | null): Uint8Array {
  if (xmp === null) return new Uint8Array(png);
  const data = Buffer.concat([Buffer.from('iTXtXML:com.adobe.xmp'), Buffer.alloc(5), Buffer.from(xmp)]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length - 4);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(data));
  return new Uint8Array(
    Buffer.concat([png.subarray(0, HEADER_BYTES), length, data, checksum, png.subarray(HEADER_BYTES)]),
  );
}
