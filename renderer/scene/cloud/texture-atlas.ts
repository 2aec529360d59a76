import {
  ClampToEdgeWrapping,
  DataArrayTexture,
  LinearFilter,
  LinearMipmapLinearFilter,
  LinearMipmapNearestFilter,
  Texture,
  Vector3,
} from 'three';
import type { WebGLRenderer } from 'three';
import { Turns } from '../../scheduling/newest';

/** Thumbnail sheets: tile `i` of sheet `s` shows face `s * perSheet + i`, row by row. */
export interface Sheets {
  /** Faces on all sheets together. */
  count: number;
  /** Pixels per side of a tile. */
  tile: number;
  columns: number;
  perSheet: number;
  sheets: readonly Sheet[];
}

/** One sheet as it came: decoded when it is wanted, at the size that is wanted, and never kept. */
export interface Sheet {
  /** Rejects when it is not a readable image. The size in pixels need not be its own. */
  decode(width: number, height: number): Promise<ImageBitmap>;
}

/** How the sheets lie in the texture array: one layer a sheet, tiles perhaps smaller than they came. */
export interface SheetLayout {
  /** Size of a layer in pixels. */
  width: number;
  height: number;
  /** Pixels per side of a tile in the layer. */
  tile: number;
}

/** What the graphics memory may hold: 64 M pixels are 256 MB, and 341 MB with the smaller versions. */
export const MOST_PIXELS = 64 * 2 ** 20;

/**
 * The largest tiles with which all sheets fit: into `mostPixels` together and into `mostSide` each.
 * Tiles only ever shrink, by whole pixels.
 * @param layers number of sheets
 */
export function layoutSheets(
  { tile, columns, perSheet }: Pick<Sheets, 'tile' | 'columns' | 'perSheet'>,
  layers: number,
  mostSide: number,
  mostPixels = MOST_PIXELS,
): SheetLayout {
  const rows = Math.ceil(perSheet / columns);
  const bySide = mostSide / Math.max(columns, rows);
  const byPixels = Math.sqrt(mostPixels / (layers * columns * rows));
  const side = Math.max(1, Math.floor(Math.min(tile, bySide, byPixels)));
  return { width: columns * side, height: rows * side, tile: side };
}

/** Smaller versions that still hold a few pixels of each face; below that neighbours run into one another. */
export function levelsOf(tile: number): number {
  return Math.max(0, Math.floor(Math.log2(tile / 3)));
}

/** Sheets decoded ahead of the one that is put in place: browsers decode on threads of their own. */
const SHEETS_AHEAD = 2;
/** Milliseconds between sheets being put in place: a flight goes on meanwhile, and each costs a resting view a picture. */
const UPLOAD_INTERVAL = 100;

/**
 * The thumbnails in graphics memory: one texture array with smaller versions, filled a few sheets at a time so that nothing
 * stutters. A face is grey until its sheet is there. Browsers decode, shrink and smooth the sheets off this thread, at the
 * size they are used at; nothing of them is kept here, so 100,000 faces take little memory beside the texture.
 */
export class SheetTexture {
  readonly texture: DataArrayTexture;
  readonly layout: SheetLayout;
  /** The last of the smaller versions. */
  readonly smallestLevel: number;
  readonly #sheets: Sheets;
  readonly #on: SheetEvents;
  /** Not yet in place. */
  #decoded: DecodedSheet[] = [];
  #decoding = 0;
  #next = 0;
  /** What is decoded may be put in place; until then it is collected. */
  #due = false;
  #collecting: ReturnType<typeof setTimeout> | undefined;
  /** A start over overtakes what an earlier one still decodes. */
  readonly #turns = new Turns();
  #current = this.#turns.begin();

  /**
   * @param mostSide pixels per side of the largest texture
   * @param trilinear blend between levels of detail; a third more work for a processor, nothing for graphics hardware
   */
  constructor(sheets: Sheets, mostSide: number, trilinear: boolean, on: SheetEvents) {
    this.#sheets = sheets;
    this.#on = on;
    this.layout = layoutSheets(sheets, sheets.sheets.length, mostSide);
    this.smallestLevel = levelsOf(this.layout.tile);
    this.texture = new DataArrayTexture(null, this.layout.width, this.layout.height, sheets.sheets.length);
    this.texture.wrapS = this.texture.wrapT = ClampToEdgeWrapping;
    this.texture.magFilter = LinearFilter;
    this.texture.minFilter = trilinear ? LinearMipmapLinearFilter : LinearMipmapNearestFilter;
    // storage for all versions, but filled by us: making them in one go would stop the picture for long
    this.texture.generateMipmaps = true;
    this.texture.mipmapsAutoUpdate = false;
    this.texture.source.dataReady = false;
    this.texture.needsUpdate = true;
    this.#decodeNext();
  }

  /**
   * Puts the sheets in place that are due, as announced by `ready`; returns of each its first face, and the mean colours of its
   * faces, `[faces, 4]`.
   */
  upload(renderer: WebGLRenderer): { first: number; means: Uint8ClampedArray }[] {
    if (!this.#due) return [];
    this.#due = false;
    const sheets = this.#decoded;
    this.#decoded = [];
    for (const { layer, levels } of sheets) {
      levels.forEach((image, level) => {
        renderer.copyTextureToTexture(new Texture(image), this.texture, null, new Vector3(0, 0, layer), 0, level);
        image.close();
      });
    }
    this.#decodeNext();
    return sheets.map(({ layer, means }) => ({ first: layer * this.#sheets.perSheet, means }));
  }

  /** After the graphics context came back empty: starts over. */
  restart(): void {
    this.#drop();
    this.#next = 0;
    this.#decodeNext();
  }

  dispose(): void {
    this.#drop();
    this.texture.dispose();
  }

  #drop(): void {
    this.#current = this.#turns.begin();
    this.#decoding = 0;
    this.#due = false;
    clearTimeout(this.#collecting);
    this.#collecting = undefined;
    for (const { levels } of this.#decoded) for (const image of levels) image.close();
    this.#decoded = [];
    this.#next = this.#sheets.sheets.length;
  }

  #decodeNext(): void {
    while (this.#next < this.#sheets.sheets.length && this.#decoding + this.#decoded.length < SHEETS_AHEAD) {
      void this.#decode(this.#next++, this.#current);
    }
  }

  async #decode(layer: number, current: () => boolean): Promise<void> {
    this.#decoding++;
    const levels: ImageBitmap[] = [];
    let means = new Uint8ClampedArray();
    try {
      let [width, height] = [this.layout.width, this.#heightOf(layer)];
      for (let level = 0; level <= this.smallestLevel; level++) {
        const larger = levels.at(-1);
        const image = larger
          ? createImageBitmap(larger, { resizeWidth: width, resizeHeight: height, resizeQuality: 'medium' })
          : this.#sheets.sheets[layer].decode(width, height);
        levels.push(await image);
        [width, height] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
      }
      means = await this.#meansOf(layer, levels.at(-1)!);
    } catch (error) {
      for (const image of levels) image.close();
      if (current()) this.#on.failed(error);
      levels.length = 0;
    }
    if (!current()) return levels.forEach((image) => image.close());
    this.#decoding--;
    if (levels.length > 0) this.#decoded.push({ layer, levels, means });
    this.#decodeNext();
    this.#collecting ??= setTimeout(() => {
      this.#collecting = undefined;
      this.#due = true;
      this.#on.ready();
    }, UPLOAD_INTERVAL);
  }

  /** Of each tile, `[tiles, 4]`. */
  async #meansOf(layer: number, smallest: ImageBitmap) {
    const [width, height] = [this.#sheets.columns, this.#rowsOf(layer)];
    const tiles = await createImageBitmap(smallest, {
      resizeWidth: width,
      resizeHeight: height,
      resizeQuality: 'medium',
    });
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!;
    context.drawImage(tiles, 0, 0);
    tiles.close();
    return context.getImageData(0, 0, width, height).data;
  }

  #heightOf(layer: number): number {
    return this.#rowsOf(layer) * this.layout.tile;
  }

  /** A last sheet may be shorter. */
  #rowsOf(layer: number): number {
    const { count, perSheet, columns } = this.#sheets;
    return Math.ceil(Math.min(perSheet, count - layer * perSheet) / columns);
  }
}

interface DecodedSheet {
  layer: number;
  /** The sheet itself, then its smaller versions. */
  levels: ImageBitmap[];
  /** Colours of its tiles, `[tiles, 4]`. */
  means: Uint8ClampedArray;
}

export interface SheetEvents {
  /** Sheets are due to be put in place. */
  ready(): void;
  /** A sheet is no readable image: its faces stay grey. */
  failed(error: unknown): void;
}
