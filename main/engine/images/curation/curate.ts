/** Looks through all images of a folder: what each looks like, and what is odd about it. */
import path from 'node:path';
import sharp from '../../sharp';
import { type CuratedImage, type Curation, type FolderContents, message, type Message } from '../../../contract';
import { type Crop, plainCrop } from '../alignment/align';
import { byName, noImages, noneReadable } from '../dataset';
import { forEachImage, type ImageWatch } from '../each';
import { findImages } from '../find';
import { openImage, unreadable } from '../formats';
import { croppedOf } from '../read';
import { type Cropping, heldFor } from '../taken';
import type { Rectangle } from '../../maths/rectangle';
import { croppingOf } from './curation';
import { labelsOf } from './labels';
import { marksOf, measure, type Measured, median } from './quality';
import { nearCopiesAmong, type Print, printOf } from './near-copies';

/** Pixels of a thumbnail's side, and of a sheet's. */
const TILE = 48;
const SHEET_SIDE = 2048;
/** Longest side of the grey image that is measured: enlarged, everything is blurred and nothing is noise. */
const MEASURED_SIDE = 160;
/** How far the middle of a face may be from the middle of its image, in shorter sides. */
const CENTRED = 0.25;

interface Seen {
  tile: Uint8Array;
  print: Print;
  measured: Measured;
  crop: Crop;
  width: number;
  height: number;
  grey: boolean;
}

/** Pixels that training would use. */
export interface CurateOptions extends ImageWatch, Rectangle {
  align: boolean;
  crop: Curation['crop'];
}

/** @throws UserError as `loadDataset` */
export async function curateFolder(
  folder: string,
  { size, height, align, crop, onProgress, signal }: CurateOptions,
): Promise<FolderContents> {
  const found = await findImages(folder, signal);
  if (found.files.length === 0) throw noImages(folder);
  const curation: Curation = { leaveOut: [], crop, crops: {} };
  const watch: ImageWatch = { onProgress, signal };
  const shape = { size, height };
  const cropping = await croppingOf(folder, found.files, { align, curation, shape }, watch);
  const candidates = found.files;

  const seen: Omit<Seen, 'tile'>[] = [];
  const files: string[] = [];
  const columns = Math.min(Math.floor(SHEET_SIDE / TILE), Math.ceil(Math.sqrt(candidates.length)));
  const perSheet = columns * columns;
  const sheets = new Sheets(columns, perSheet);
  const skipped = [...found.skipped];
  // A sheet's worth at a time: thumbnails of a hundred thousand images are never all in memory as pixels.
  for (let start = 0; start < candidates.length; start += perSheet) {
    const piece = candidates.slice(start, start + perSheet);
    const looked: Seen[] = [];
    const onPiece = (done: number) => onProgress?.(start + done, candidates.length, 'reading images');
    const broken = await forEachImage(folder, piece, { signal, onProgress: onPiece }, async (_, i) => {
      looked[i] = await look(folder, piece[i], shape, cropping);
    });
    skipped.push(...broken);
    for (const [i, file] of piece.entries()) {
      if (!(i in looked)) continue;
      const { tile, ...rest } = looked[i];
      files.push(file);
      seen.push(rest);
      await sheets.add(tile);
    }
  }
  if (files.length === 0) throw noneReadable(folder, skipped.sort(byName));

  const first = await nearCopiesAmong(
    seen.map(({ print }) => print),
    watch,
  );
  const usual = median(seen.map(({ measured }) => measured.sharpness));
  const labels = await labelsOf(folder, files);
  const allGrey = seen.every(({ grey }) => grey);
  const images = files.map((file, i): CuratedImage => {
    const { measured, crop: taken, width, height, grey } = seen[i];
    return {
      file,
      first: first[i],
      labels: labels[i],
      marks: [
        ...(first[i] === i ? [] : (['copy'] as const)),
        ...marksOf(measured, usual),
        ...(Math.min(width, height) < size ? (['tiny'] as const) : []),
        ...(grey && !allGrey ? (['grey'] as const) : []),
        ...(cropping?.finder && isOffCentre(taken, width, height) ? (['off-centre'] as const) : []),
      ],
    };
  });
  const crops = Float32Array.from(seen.flatMap(({ crop: { left, top, side } }) => [left, top, side]));
  return {
    path: folder,
    images,
    crops,
    thumbnails: { tile: TILE, columns, perSheet, sheets: await sheets.finish() },
    skipped: skipped.sort(byName),
    warnings: warningsOf(images),
  };
}

async function look(folder: string, file: string, shape: Rectangle, cropping: Cropping | null): Promise<Seen> {
  const image = await openImage(path.join(folder, file));
  return unreadable(async () => {
    const { from, crop } = cropping
      ? await heldFor(cropping, file, image, { size: TILE })
      : { from: image, crop: undefined };
    const taken = crop ?? plainCrop(image, shape);
    const fit = { fit: 'inside', withoutEnlargement: true } as const;
    const grey = await image.draw((drawn) => drawn.resize(MEASURED_SIDE, MEASURED_SIDE, fit), 1);
    // alpha says nothing about sharpness
    const step = grey.channels;
    const values = step === 1 ? grey.data : grey.data.filter((_, i) => i % step === 0);
    const tile = await croppedOf(from, { size: TILE }, 3, taken);
    return {
      tile: tile.data,
      print: printOf(values, grey.width, grey.height),
      measured: measure(values, grey.width, grey.height),
      crop: taken,
      width: image.width,
      height: image.height,
      grey: image.grey,
    };
  });
}

function isOffCentre({ left, top, side }: Crop, width: number, height: number): boolean {
  const short = Math.min(width, height);
  return Math.hypot(left + side / 2 - width / short / 2, top + side / 2 - height / short / 2) > CENTRED;
}

/** What to know before training, once for all images. */
function warningsOf(images: readonly CuratedImage[]): Message[] {
  const count = images.length;
  const distinct = images.filter(({ first }, i) => first === i).length;
  const having = (mark: CuratedImage['marks'][number]) => images.filter(({ marks }) => marks.includes(mark)).length;
  const most = (some: number) => some > count / 2;
  return [
    ...(distinct === 1 && count > 1 ? [message('folder-warning.one-picture', { count })] : []),
    ...(distinct > 1 && most(count - distinct) ? [message('folder-warning.few-pictures', { count, distinct })] : []),
    ...(most(having('plain')) ? [message('folder-warning.plain', { count: having('plain') })] : []),
    ...(most(having('noise')) ? [message('folder-warning.noise', { count: having('noise') })] : []),
  ];
}

/** Thumbnails, packed into sheets as they come. */
class Sheets {
  readonly #columns: number;
  readonly #perSheet: number;
  readonly #sheets: Uint8Array[] = [];
  #tiles: Uint8Array[] = [];

  constructor(columns: number, perSheet: number) {
    this.#columns = columns;
    this.#perSheet = perSheet;
  }

  /** @param tile `[3, TILE, TILE]` */
  async add(tile: Uint8Array): Promise<void> {
    this.#tiles.push(tile);
    if (this.#tiles.length === this.#perSheet) await this.#pack();
  }

  async finish(): Promise<Uint8Array[]> {
    if (this.#tiles.length > 0) await this.#pack();
    return this.#sheets;
  }

  async #pack(): Promise<void> {
    const width = this.#columns * TILE;
    const height = Math.ceil(this.#tiles.length / this.#columns) * TILE;
    const pixels = new Uint8Array(width * height * 3);
    const area = TILE * TILE;
    this.#tiles.forEach((tile, n) => {
      const left = (n % this.#columns) * TILE;
      const top = Math.floor(n / this.#columns) * TILE;
      for (let i = 0; i < area; i++) {
        const to = ((top + Math.floor(i / TILE)) * width + left + (i % TILE)) * 3;
        for (let c = 0; c < 3; c++) pixels[to + c] = tile[c * area + i];
      }
    });
    const webp = sharp(pixels, { raw: { width, height, channels: 3 } }).webp({ quality: 85 });
    this.#sheets.push(new Uint8Array(await webp.toBuffer()));
    this.#tiles = [];
  }
}
