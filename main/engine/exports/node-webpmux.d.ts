/** The part of node-webpmux that is used: it ships no types. */
declare module 'node-webpmux' {
  interface Frame {
    delay: number;
  }
  class Image {
    static getEmptyImage(extended: boolean): Promise<Image>;
    static generateFrame(frame: { buffer: Buffer; delay: number }): Promise<Frame>;
    xmp: Buffer | undefined;
    save(
      path: null,
      options: { width: number; height: number; frames: Frame[]; loops: number; xmp: boolean },
    ): Promise<Buffer>;
  }
  const WebP: { Image: typeof Image };
  export default WebP;
}
