/** Image files of all kinds that people have. */
export { HEAD, formatOf, isImageName, saysImage, unreadByContent } from './kinds';
export { hold, openBytes, openImage, unreadable, type Opened } from './open';
export { type Raster, UnreadableImage } from './raster';
