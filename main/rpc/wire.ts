import { Packr } from 'msgpackr';

// `moreTypes` keeps typed arrays typed; `useRecords: false` keeps messages independent of one another
// and needs no `eval`, which the page's Content-Security-Policy forbids.
const packr = new Packr({ moreTypes: true, useRecords: false });

/** A message as bytes, for transports that carry nothing else. Typed arrays keep their type. */
export function pack(message: unknown): Uint8Array<ArrayBuffer> {
  return packr.pack(message) as Uint8Array<ArrayBuffer>;
}

/** The message in `bytes`. Its typed arrays are copies: they stay valid when `bytes` is reused. Throws on malformed bytes. */
export function unpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
