/** The formats that sharp does not read. */
import { decodeBmp } from './bmp';
import { decodeHeic } from './heic';
import { decodeJpeg2000 } from './jpeg2000';
import type { Format } from './kinds';
import { decodeNetpbm } from './netpbm';
import type { Raster } from './raster';
import { decodeTga } from './tga';

export type DecodedFormat = Exclude<Format, 'jpeg' | 'avif' | 'sharp'>;

/** @throws UnreadableImage */
export async function decode(bytes: Uint8Array, format: DecodedFormat): Promise<Raster> {
  switch (format) {
    case 'bmp':
      return decodeBmp(bytes);
    case 'netpbm':
      return decodeNetpbm(bytes);
    case 'tga':
      return decodeTga(bytes);
    case 'heic':
      return decodeHeic(bytes);
    case 'jpeg2000':
      return decodeJpeg2000(bytes);
  }
}
