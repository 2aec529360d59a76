/** Codes as numbers that other programs read. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { CodesFormat } from '../../contract';
import { encodeCodes } from '../models';

/**
 * @param codes `[n, latentSize]`
 * @param names one per code, or null
 * - `npy`: float32 `[n, latentSize]`, without names
 * - `csv`, `parquet`: columns `name` (if any), `z0`, `z1`, …
 * - `safetensors`: float32 tensor `codes` `[n, latentSize]`; names as JSON in the metadata
 */
export function codesFile(
  codes: Float32Array,
  latentSize: number,
  names: readonly string[] | null,
  format: CodesFormat,
): Uint8Array {
  if (format === 'npy') return encodeCodes(codes, latentSize);
  if (format === 'safetensors') return safetensors(codes, latentSize, names);
  return (format === 'csv' ? csv : parquet)(codes, latentSize, names);
}

function csv(codes: Float32Array, d: number, names: readonly string[] | null): Uint8Array {
  const header = Array.from({ length: d }, (_, k) => `z${k}`);
  const lines = [[...(names ? ['name'] : []), ...header].join(',')];
  for (let i = 0; i < codes.length / d; i++) {
    const values = Array.from(codes.subarray(i * d, (i + 1) * d), shortest);
    lines.push([...(names ? [quoted(names[i])] : []), ...values].join(','));
  }
  return new TextEncoder().encode(lines.join('\n') + '\n');
}

/** A field of RFC 4180, section 2. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The shortest digits that give the same float32 back: nine are always enough, most numbers need fewer. */
export function shortest(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return Number.isNaN(value) ? 'nan' : String(Number(value.toPrecision(9)));
}

function parquet(codes: Float32Array, d: number, names: readonly string[] | null): Uint8Array {
  const count = codes.length / d;
  const latents = Array.from({ length: d }, (_, k) => ({
    name: `z${k}`,
    data: Float32Array.from({ length: count }, (_, i) => codes[i * d + k]),
    type: 'FLOAT' as const,
  }));
  const name = names ? [{ name: 'name', data: [...names], type: 'STRING' as const }] : [];
  return new Uint8Array(parquetWriteBuffer({ columnData: [...name, ...latents] }));
}

/** Eight bytes of length, a header in JSON padded to whole eight bytes, the numbers (github.com/huggingface/safetensors). */
function safetensors(codes: Float32Array, d: number, names: readonly string[] | null): Uint8Array {
  const tensor = { dtype: 'F32', shape: [codes.length / d, d], data_offsets: [0, codes.byteLength] };
  const header = { ...(names ? { __metadata__: { names: JSON.stringify(names) } } : {}), codes: tensor };
  const json = Buffer.from(JSON.stringify(header));
  const padded = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  json.copy(padded);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return new Uint8Array(Buffer.concat([length, padded, Buffer.from(codes.buffer, codes.byteOffset, codes.byteLength)]));
}
