/**
 * sharp. Import it from here, never from its package: it reads the formats that the app means to read,
 * and no others. Left alone, it finds out by the content what a file is, and an SVG called `.png`, or one among a model's
 * thumbnails, is a program that draws for as long and with as much memory as it likes.
 */
import sharp from 'sharp';

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Tiff', 'Heif'].map((format) => `VipsForeignLoad${format}`),
});

export default sharp;
export type { Metadata, OverlayOptions, Sharp } from 'sharp';
