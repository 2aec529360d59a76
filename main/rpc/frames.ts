/**
 * What a host and the engine process it started say to one another, over one pipe between them: for each window, the
 * bytes of its channel. Host and engine may be of different versions of Node, so nothing of Node's own crosses.
 *
 * A frame is a head of nine bytes (length of the payload, client, type; the numbers 32 bits, little-endian) and the payload.
 */
import type { Duplex } from 'node:stream';

/** The engine's end of the pipe. */
export const ENGINE_PIPE = 3;

/**
 * `client` names a window for the life of the engine process. `path`: the host vouches for a path in UTF-8, which any
 * window may name from now on.
 */
export interface Frame {
  type: 'open' | 'data' | 'close' | 'path';
  client: number;
  data: Uint8Array;
}

const TYPES: readonly Frame['type'][] = ['open', 'data', 'close', 'path'];
const HEAD = 9;
const NOTHING = new Uint8Array(0);

export class FramePipe {
  readonly #pipe: Duplex;

  /** @param onFrame called with each whole frame, in order */
  constructor(pipe: Duplex, onFrame: (frame: Frame) => void) {
    this.#pipe = pipe;
    let chunks: Buffer[] = [];
    let size = 0;
    let wanted = HEAD;
    pipe.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size < wanted) return; // a large message is put together once, when all of it is there
      let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks);
      while (bytes.length >= (wanted = bytes.length < HEAD ? HEAD : HEAD + bytes.readUInt32LE(0))) {
        onFrame({ type: TYPES[bytes[8]], client: bytes.readUInt32LE(4), data: bytes.subarray(HEAD, wanted) });
        bytes = bytes.subarray(wanted);
      }
      chunks = bytes.length > 0 ? [bytes] : [];
      size = bytes.length;
    });
  }

  send(type: Frame['type'], client: number, data: Uint8Array = NOTHING): void {
    if (!this.#pipe.writable) return; // the other end is gone; whoever waits for its exit deals with that
    const head = Buffer.alloc(HEAD);
    head.writeUInt32LE(data.length, 0);
    head.writeUInt32LE(client, 4);
    head[8] = TYPES.indexOf(type);
    this.#pipe.write(head);
    if (data.length > 0) this.#pipe.write(data);
  }
}
