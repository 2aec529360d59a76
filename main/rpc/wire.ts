import { addExtension, Packr } from 'msgpackr';

// `moreTypes` keeps typed arrays typed; `useRecords: false` keeps messages independent of one another
// and needs no `eval`, which the page's Content-Security-Policy forbids.
const packr = new Packr({ moreTypes: true, useRecords: false });

// The library sends nothing in the place of a function and an empty object in that of a promise. Both are faults of ours,
// and refused as a structured clone refuses them.
Object.assign(packr, { writeFunction: () => refuse('a function') });
addExtension({ Class: Promise, type: 0x70, pack: () => refuse('a promise'), unpack: () => refuse('a promise') });

function refuse(what: string): never {
  throw new TypeError(`${what} cannot be sent`);
}

/** A message as bytes, for transports that carry nothing else. Typed arrays keep their type. Throws on what cannot be sent. */
export function pack(message: unknown): Uint8Array<ArrayBuffer> {
  return packr.pack(message) as Uint8Array<ArrayBuffer>;
}

/** The message in `bytes`. Its typed arrays are copies: they stay valid when `bytes` is reused. Throws on malformed bytes. */
export function unpack(bytes: Uint8Array): unknown {
  return packr.unpack(bytes);
}
