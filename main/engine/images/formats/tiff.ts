/** What a TIFF file says of its numbers (TIFF Revision 6.0), where libvips misunderstands it or says nothing useful. */
import { type Message, message } from '../../../contract';
import { UnreadableImage } from './raster';

const TAGS = { bits: 258, compression: 259, photometric: 262, samples: 277, sampleFormat: 339 } as const;

type Facts = Record<keyof typeof TAGS, number>;

/** The tags of the first image, with the defaults of missing ones; null for files that are not TIFF. */
export function factsOf(bytes: Uint8Array): Facts | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const facts: Facts = { bits: 1, compression: 1, photometric: 1, samples: 1, sampleFormat: 1 };
  try {
    const version = view.getUint16(2, little);
    if (version !== 42 && version !== 43) return null;
    // BigTIFF has places and counts of eight bytes.
    const wide = version === 43 ? 8 : 4;
    const number = (at: number) => (wide === 8 ? Number(view.getBigUint64(at, little)) : view.getUint32(at, little));
    const directory = number(wide);
    const first = directory + (wide === 8 ? 8 : 2);
    const entries = wide === 8 ? number(directory) : view.getUint16(directory, little);
    for (let i = 0; i < entries; i++) {
      const at = first + (4 + 2 * wide) * i;
      const [tag, type, count] = [view.getUint16(at, little), view.getUint16(at + 2, little), number(at + 4)];
      const name = (Object.keys(TAGS) as (keyof Facts)[]).find((key) => TAGS[key] === tag);
      if (!name) continue;
      // SHORT values that do not fit into the entry lie elsewhere; the first one says enough
      const value = at + 4 + wide;
      const place = type === 3 && 2 * count > wide ? number(value) : value;
      facts[name] = type === 4 ? view.getUint32(place, little) : view.getUint16(place, little);
    }
  } catch {
    return null; // cut short
  }
  return facts;
}

const COMPRESSIONS: Record<number, string> = {
  34712: 'JPEG 2000',
  34887: 'LERC',
  34925: 'LZMA',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
};

/**
 * Refuses what libvips would misread.
 * @throws UnreadableImage
 */
export function refuseMisread(bytes: Uint8Array): void {
  const facts = factsOf(bytes);
  if (!facts) return;
  const { bits, compression, photometric, samples, sampleFormat } = facts;
  const save = message('tiff.save-rgb');
  if (photometric === 6 && ![6, 7].includes(compression))
    throw unsupported(message('tiff.colours', { space: 'Y′CbCr' }), save);
  if (photometric === 8 && !(bits === 16 && samples === 3))
    throw unsupported(message('tiff.colours', { space: 'L*a*b*' }), save);
  if (photometric === 9 || photometric === 10) throw unsupported(message('tiff.colours', { space: 'L*a*b*' }), save);
  if (photometric === 32803 || photometric === 34892) throw unsupported(message('tiff.raw'), message('tiff.export'));
  if (sampleFormat === 3 && bits !== 32)
    throw unsupported(message('tiff.floats', { bits }), message('tiff.save-floats'));
  if (sampleFormat === 2 && bits === 8) throw unsupported(message('tiff.signed'), message('tiff.save-unsigned'));
  if (sampleFormat === 5 || sampleFormat === 6) throw unsupported(message('tiff.complex'), message('tiff.save-8'));
  if (sampleFormat !== 3 && ![1, 2, 4, 8, 16, 32].includes(bits))
    throw unsupported(message('tiff.numbers', { bits }), message('tiff.save-8-or-16'));
  if (photometric <= 1 && samples > 2) throw unsupported(message('tiff.channels', { channels: samples }), save);
  const packing = COMPRESSIONS[compression];
  if (packing) throw unsupported(message('tiff.compression', { name: packing }), message('tiff.save-lzw'));
}

const unsupported = (what: Message, todo: Message) => new UnreadableImage(message('unreadable.tiff', { what, todo }));
