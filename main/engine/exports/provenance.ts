/**
 * Where a picture was made, as an XMP packet (ISO 16684-1) inside its file. Packets are meant to be found by scanning the
 * bytes of a file of any format, and that is how they are read here: pictures, animations and films alike.
 */
import * as v from 'valibot';
import type { FrameChoice, ModelCard, Occasion, Provenance } from '../../contract';

const NAMESPACE = 'urn:latentscape:provenance:1';
/** Characters of codes in a packet: a JPEG has room for 65,502 bytes of XMP. Of more codes the first are kept. */
const LONGEST_CODES = 48_000;
/** Bytes of a file that are scanned from each end: packets stand at the start, in films at the end. */
const SCANNED = 1 << 20;

const index = v.pipe(v.number(), v.integer(), v.minValue(0));
const numbers = v.array(v.number());
const frame = v.variant('kind', [
  v.object({ kind: v.literal('principal') }),
  v.object({ kind: v.literal('layout') }),
  v.object({ kind: v.literal('latents'), latents: v.tuple([index, index, index]) }),
  v.object({ kind: v.literal('faces'), faces: v.tuple([index, index, index, index]) }),
  v.object({ kind: v.literal('attributes'), directions: v.array(numbers) }),
]);
const schema = v.object({
  model: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  modelName: v.string(),
  latentSize: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_536)),
  /** Base64 of little-endian float32. */
  codes: v.string(),
  seed: v.nullable(v.number()),
  frame: v.nullable(frame),
});

/** What a picture of `codes`, `[n, latentSize]`, says of itself. */
export function provenanceOf(
  { fingerprint, name, latentSize }: ModelCard,
  codes: Float32Array,
  occasion: Occasion,
): Provenance {
  return { model: fingerprint, modelName: name, latentSize, codes, seed: null, frame: null, ...occasion };
}

/** The packet to put into a file. */
export function encodeProvenance(made: Provenance): string {
  const most = Math.max(1, Math.floor((LONGEST_CODES * 3) / 4 / (4 * made.latentSize)));
  const codes = made.codes.slice(0, most * made.latentSize);
  const json = JSON.stringify({
    ...made,
    codes: Buffer.from(codes.buffer).toString('base64'),
    frame: made.frame && plain(made.frame),
  });
  return (
    '<?xpacket begin="\uFEFF" id="W5M0MpCehiHzreSzNTczkc9d"?>' +
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">' +
    `<rdf:Description rdf:about="" xmlns:latentscape="${NAMESPACE}" latentscape:place="${escape(json)}"/>` +
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
  );
}

/** Where a file of any format was made; null for one that does not say so, or says it brokenly. */
export function decodeProvenance(file: Uint8Array): Provenance | null {
  // a program that has saved the file anew may have turned the attribute into an element
  const pattern = /latentscape:place(?:="([^"]*)"|>([^<]*)<)/;
  const ends = [file.subarray(0, SCANNED), file.subarray(Math.max(0, file.length - SCANNED))];
  for (const part of ends) {
    const found = pattern.exec(Buffer.from(part.buffer, part.byteOffset, part.length).toString('utf8'));
    if (!found) continue;
    try {
      const { codes, frame, ...rest } = v.parse(schema, JSON.parse(unescape(found[1] ?? found[2])));
      const bytes = new Uint8Array(Buffer.from(codes, 'base64'));
      const values = new Float32Array(bytes.buffer, 0, Math.floor(bytes.length / 4));
      const whole = values.length > 0 && values.length % rest.latentSize === 0;
      if (!whole || !values.every(Number.isFinite)) return null;
      return { ...rest, codes: values, frame: frame && revived(frame) };
    } catch {
      return null; // somebody else's, or damaged: a picture like any other
    }
  }
  return null;
}

const plain = (choice: FrameChoice) =>
  choice.kind === 'attributes' ? { ...choice, directions: choice.directions.map((d) => [...d]) } : choice;

const revived = (choice: v.InferOutput<typeof frame>): FrameChoice =>
  choice.kind === 'attributes' ? { ...choice, directions: choice.directions.map((d) => Float32Array.from(d)) } : choice;

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
const unescape = (text: string): string =>
  text
    .replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, digits: string) =>
      String.fromCodePoint(parseInt(digits, hex ? 16 : 10)),
    )
    .replace(/&(amp|lt|gt|quot|apos);/g, (entity) => Object.keys(ENTITIES).find((key) => ENTITIES[key] === entity)!);
