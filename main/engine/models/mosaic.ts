/** A few of a model's faces side by side, to know it by. */
import type { ThumbnailSheets } from '../../contract';
import sharp from '../sharp';
import { decodeCodes } from './files/codes';
import { gridOf, sheetName } from './files/thumbnails';
import { folderSource } from './source';

/** Faces across and down. */
const COLUMNS = 6;
const ROWS = 3;

/** The first faces of these sheets, WebP. @param count of all faces */
export async function mosaicOf(sheet: Uint8Array, grid: Omit<ThumbnailSheets, 'sheets'>, count: number) {
  const { tile, columns, perSheet } = grid;
  const across = Math.min(COLUMNS, columns, count);
  const down = Math.min(ROWS, Math.floor(Math.min(count, perSheet) / columns) || 1);
  const picture = sharp(sheet).extract({ left: 0, top: 0, width: across * tile, height: down * tile });
  return new Uint8Array(await picture.webp({ quality: 85 }).toBuffer());
}

/** That of the model in `folder`; null for one that brings no thumbnails. @throws UserError `bad-model` */
export async function mosaicIn(folder: string): Promise<Uint8Array | null> {
  const source = await folderSource(folder);
  const codes = await source.read('codes.npy');
  const sheet = await source.read(sheetName(0));
  if (!codes || !sheet) return null;
  const { latentSize, image } = source.manifest;
  const count = decodeCodes(codes, latentSize, folder).length / latentSize;
  return mosaicOf(sheet, gridOf(count, image.size), count);
}
