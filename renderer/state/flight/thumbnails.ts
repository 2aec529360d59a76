import type { ThumbnailSheets } from '../../../main/contract';
import type { Sheet } from '../../scene/cloud/texture-atlas';

/** Sheets the panels keep decoded: they show a handful of faces, and a sheet may take tens of megabytes. */
const MOST_KEPT = 4;

/** The sheets for a scene, which decodes them as it needs them. */
export function sheetsOf(thumbnails: ThumbnailSheets): Sheet[] {
  return thumbnails.sheets.map((bytes) => ({
    decode: (resizeWidth, resizeHeight) => decode(bytes, { resizeWidth, resizeHeight, resizeQuality: 'high' }),
  }));
}

/** Single thumbnails of a cloud, for the panels. */
export class Thumbnails {
  readonly tile: number;
  readonly #all: ThumbnailSheets;
  readonly #kept = new Map<number, Promise<ImageBitmap>>();

  constructor(all: ThumbnailSheets) {
    this.#all = all;
    this.tile = all.tile;
  }

  /** The sheet with face `index`, and the pixel of the face's upper left corner there. */
  async find(index: number): Promise<{ sheet: ImageBitmap; x: number; y: number }> {
    const { tile, columns, perSheet } = this.#all;
    const within = index % perSheet;
    return {
      sheet: await this.#sheet(Math.floor(index / perSheet)),
      x: (within % columns) * tile,
      y: Math.floor(within / columns) * tile,
    };
  }

  #sheet(number: number): Promise<ImageBitmap> {
    const sheet = this.#kept.get(number) ?? decode(this.#all.sheets[number]);
    // put last again: a Map remembers the order, and the first is the one used longest ago
    this.#kept.delete(number);
    this.#kept.set(number, sheet);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest);
    return sheet;
  }
}

function decode(bytes: Uint8Array, options?: ImageBitmapOptions): Promise<ImageBitmap> {
  return createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>]), options);
}
