/** Small pictures of many faces, decoded by the model and packed into sheets. */
import sharp, { type OverlayOptions } from '../../sharp';
import type { ImageBatch, ThumbnailSheets } from '../../../contract';
import { inPieces, type Watch } from '../../scheduling/watch';

/** Every graphics card takes textures of this size. */
const SHEET_SIDE = 2048;
/** A face is recognisable at this size, and 100,000 of them fill 57 sheets. */
const LARGEST_TILE = 48;
/** Faces decoded at a time: enough to keep the processor busy, few enough to report progress and to let others in. */
const FACES_A_PIECE = 64;
/** Of WebP. */
const QUALITY = 85;

type Grid = Omit<ThumbnailSheets, 'sheets'>;

/** How `count` square tiles of images with `imageSize` pixels a side are packed. */
export function gridOf(count: number, imageSize: number): Grid {
  const tile = Math.min(LARGEST_TILE, imageSize);
  const columns = Math.min(Math.floor(SHEET_SIDE / tile), Math.ceil(Math.sqrt(count)));
  return { tile, columns, perSheet: columns * columns };
}

/**
 * @param decode `[n, latentSize]` codes to pixels
 * @param codes `[count, latentSize]`, at least one
 * @throws UserError `cancelled`, and whatever `decode` throws
 */
export async function makeThumbnails(
  decode: (codes: Float32Array) => Promise<ImageBatch>,
  codes: Float32Array,
  latentSize: number,
  imageSize: number,
  { onProgress, ...watch }: Watch = {},
): Promise<ThumbnailSheets> {
  const count = codes.length / latentSize;
  const grid = gridOf(count, imageSize);
  const { tile, columns, perSheet } = grid;
  const sheets: Uint8Array[] = [];
  for (let first = 0; first < count; first += perSheet) {
    const onSheet = Math.min(perSheet, count - first);
    const width = columns * tile;
    const height = Math.ceil(onSheet / columns) * tile;
    const sheet = Buffer.alloc(width * height * 3);
    const pieceDone = (done: number) => onProgress?.(first + done, count);
    for await (const { start, end } of inPieces(onSheet, FACES_A_PIECE, { ...watch, onProgress: pieceDone })) {
      const faces = await decode(codes.subarray((first + start) * latentSize, (first + end) * latentSize));
      const tiles = await Promise.all(Array.from({ length: end - start }, (_, i) => shrink(faces, i, tile)));
      tiles.forEach((pixels, i) => {
        const left = ((start + i) % columns) * tile;
        const top = Math.floor((start + i) / columns) * tile;
        for (let y = 0; y < tile; y++) {
          pixels.copy(sheet, ((top + y) * width + left) * 3, y * tile * 3, (y + 1) * tile * 3);
        }
      });
    }
    const webp = sharp(sheet, { raw: { width, height, channels: 3 } }).webp({ quality: QUALITY, smartSubsample: true });
    sheets.push(new Uint8Array(await webp.toBuffer()));
  }
  return { ...grid, sheets };
}

/** The sheets with more faces after the `count` that they show. */
export async function appendThumbnails(
  { sheets, ...grid }: ThumbnailSheets,
  count: number,
  faces: ImageBatch,
): Promise<ThumbnailSheets> {
  const { tile, columns, perSheet } = grid;
  const all = [...sheets];
  for (let face = count; face < count + faces.count;) {
    const s = Math.floor(face / perSheet);
    const end = Math.min(count + faces.count, (s + 1) * perSheet);
    const rows = Math.ceil((end - s * perSheet) / columns);
    const tiles: OverlayOptions[] = [];
    for (; face < end; face++) {
      const within = face - s * perSheet;
      tiles.push({
        input: await shrink(faces, face - count, tile),
        raw: { width: tile, height: tile, channels: 3 },
        left: (within % columns) * tile,
        top: Math.floor(within / columns) * tile,
      });
    }
    if (all[s]) tiles.unshift({ input: Buffer.from(all[s]), left: 0, top: 0 });
    const size = { width: columns * tile, height: rows * tile, channels: 3, background: '#000000' } as const;
    const sheet = sharp({ create: size }).composite(tiles).webp({ quality: QUALITY, smartSubsample: true });
    all[s] = new Uint8Array(await sheet.toBuffer());
  }
  return { ...grid, sheets: all };
}

/** Face `i` of a batch as RGB, `tile × tile`; one that is not square stands on black. */
async function shrink({ data, width, height }: ImageBatch, i: number, tile: number): Promise<Buffer> {
  const bytes = width * height * 4;
  const face = data.subarray(i * bytes, (i + 1) * bytes);
  return sharp(face, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .resize(tile, tile, { fit: 'contain', background: '#000000' })
    .raw()
    .toBuffer();
}

/** The file of sheet `s`: `thumbnails.webp`, then `thumbnails-2.webp`, … */
export const sheetName = (s: number): string => (s === 0 ? 'thumbnails.webp' : `thumbnails-${s + 1}.webp`);
