/** Members of the JPEG family that no decoder here reads: they look like any other JPEG until their frame header. */
import { message } from '../../../contract';
import { UnreadableImage } from './raster';

/** Start of frame of JPEG-LS (ISO/IEC 14495-1). */
const LS = 0xf7;

/**
 * @param bytes of a file that begins as a JPEG does
 * @throws UnreadableImage for 12 bits a value and for JPEG-LS
 */
export function refuseOtherJpeg(bytes: Uint8Array): void {
  let at = 2;
  while (at + 4 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    if (marker === LS) throw new UnreadableImage(message('unreadable.format', { format: 'JPEG-LS' }));
    if (isFrame(marker)) {
      const bits = bytes[at + 4];
      if (bits > 8 && bits <= 16) throw new UnreadableImage(message('unreadable.jpeg-bits', { bits }));
      return;
    }
    // fill bytes may stand before a marker
    at += marker === 0xff ? 1 : 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
}

/** Start of frame (ITU-T T.81, table B.1): 0xC4, 0xC8 and 0xCC begin something else. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
