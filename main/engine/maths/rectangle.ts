/** The pixels of images that need not be square. */

/** `size` pixels across, and as many down unless `height` says otherwise. */
export interface Rectangle {
  size: number;
  height?: number;
}

export const heightOf = ({ size, height = size }: Rectangle): number => height;

export const areaOf = (rectangle: Rectangle): number => rectangle.size * heightOf(rectangle);
