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

/** Decoded thumbnail sheets: tile `i` of sheet `s` shows face `s * perSheet + i`, row by row. */
export interface Sheets {
  /** Pixels a side of a tile. */
  tile: number;
  columns: number;
  perSheet: number;
  sheets: ImageBitmap[];
}

/** How the sheets lie in the texture array: one layer a sheet, tiles perhaps smaller than they came. */
export interface SheetLayout {
  /** Size of a layer in pixels. */
  width: number;
  height: number;
  /** Pixels a side of a tile in the layer. */
  tile: number;
}

/** What the graphics memory may hold: 64 M pixels are 256 MB, and 341 MB with the smaller versions. */
export const MOST_PIXELS = 64 * 2 ** 20;

/**
 * The largest tiles with which all sheets fit: into `mostPixels` together and into `mostSide` each.
 * Tiles only ever shrink, by whole pixels.
 */
export function layoutSheets(
  sheets: Omit<Sheets, 'sheets'> & { count: number },
  mostSide: number,
  mostPixels = MOST_PIXELS,
): SheetLayout {
  const { count, columns, perSheet } = sheets;
  const rows = Math.ceil(perSheet / columns);
  const bySide = mostSide / Math.max(columns, rows);
  const byPixels = Math.sqrt(mostPixels / (count * columns * rows));
  const tile = Math.max(1, Math.floor(Math.min(sheets.tile, bySide, byPixels)));
  return { width: columns * tile, height: rows * tile, tile };
}

/**
 * The thumbnails in graphics memory: one texture array, filled a sheet a frame so that nothing stutters. The sheets are
 * kept, because a lost graphics context takes the texture with it.
 */
export class SheetTexture {
  readonly texture: DataArrayTexture;
  readonly layout: SheetLayout;
  readonly #sheets: ImageBitmap[];
  readonly #fullWidth: number;
  #uploaded = 0;

  /**
   * @param mostSide pixels a side of the largest texture
   * @param trilinear blend between levels of detail; a third more work for a processor, nothing for graphics hardware
   */
  constructor(sheets: Sheets, mostSide: number, trilinear: boolean) {
    this.#sheets = sheets.sheets;
    this.#fullWidth = sheets.columns * sheets.tile;
    this.layout = layoutSheets({ ...sheets, count: sheets.sheets.length }, mostSide);
    this.texture = new DataArrayTexture(null, this.layout.width, this.layout.height, sheets.sheets.length);
    this.texture.wrapS = this.texture.wrapT = ClampToEdgeWrapping;
    this.texture.magFilter = LinearFilter;
    this.texture.minFilter = trilinear ? LinearMipmapLinearFilter : LinearMipmapNearestFilter;
    this.texture.generateMipmaps = true;
    // storage only: the pixels come sheet by sheet, the smaller versions once after the last
    this.texture.source.dataReady = false;
    this.texture.mipmapsAutoUpdate = false;
    this.texture.needsUpdate = true;
  }

  /** All sheets are in place, smaller versions included. */
  get complete(): boolean {
    return this.#uploaded === this.#sheets.length;
  }

  /** Puts the next sheet in place. */
  uploadNext(renderer: WebGLRenderer): void {
    const image = this.#fitted(this.#sheets[this.#uploaded]);
    this.texture.mipmapsAutoUpdate = this.#uploaded === this.#sheets.length - 1;
    renderer.copyTextureToTexture(new Texture(image), this.texture, null, new Vector3(0, 0, this.#uploaded));
    this.#uploaded++;
  }

  /** After the graphics context came back empty: starts over. */
  restart(): void {
    this.#uploaded = 0;
  }

  dispose(): void {
    this.texture.dispose();
    for (const sheet of this.#sheets) sheet.close();
  }

  /** The sheet at the layer's scale and no larger than the layer; a last sheet may be shorter. */
  #fitted(sheet: ImageBitmap): ImageBitmap | OffscreenCanvas {
    const { width, height } = this.layout;
    const scale = width / this.#fullWidth;
    if (scale === 1 && sheet.width <= width && sheet.height <= height) return sheet;
    const canvas = new OffscreenCanvas(width, Math.min(height, Math.round(sheet.height * scale)));
    const context = canvas.getContext('2d')!;
    context.imageSmoothingQuality = 'high';
    context.drawImage(sheet, 0, 0, sheet.width * scale, sheet.height * scale);
    return canvas;
  }
}
