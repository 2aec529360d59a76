/**
 * What the browser host and the engine process it forked say to one another: for each window, the bytes of its
 * channel. `client` names a window for the life of the engine process.
 */
export type ToEngine =
  | { type: 'open'; client: number }
  | { type: 'data'; client: number; data: Uint8Array }
  | { type: 'close'; client: number };

export interface FromEngine {
  type: 'data';
  client: number;
  data: Uint8Array;
}
