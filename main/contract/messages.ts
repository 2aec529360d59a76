/**
 * What the engine says to people crosses as a key and its values, and the one who shows it finds the words: the window in its
 * language, the terminal in English.
 */
import { english } from './english';

type WithoutPlural<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;

/** The dotted paths into a catalogue of words, without the endings of plurals. */
export type KeysOf<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${WithoutPlural<K>}` : KeysOf<T[K], `${Path}${K}.`>;
}[keyof T & string];

type At<T, Path extends string> = Path extends `${infer Head}.${infer Rest}`
  ? Head extends keyof T
    ? At<T[Head], Rest>
    : never
  : Path extends keyof T
    ? T[Path]
    : `${Path}_other` extends keyof T
      ? T[`${Path}_other`] | '{{count}}'
      : never;
type Names<Text> = Text extends `${string}{{${infer Name}}}${infer Rest}` ? Name | Names<Rest> : never;

/** The values that the words at `K` of a catalogue need: none, or one object with all of them. */
export type ValuesAt<T, K extends string, Value> = [Names<At<T, K>>] extends [never]
  ? []
  : [values: Record<Names<At<T, K>>, Value>];

export type MessageKey = KeysOf<typeof english>;

/** A part of a sentence may be a message itself; several stand one after the other. */
export type MessageValue = string | number | Message | readonly Message[];

export interface Message {
  key: MessageKey;
  values: Readonly<Record<string, MessageValue>>;
}

export type MessageValues<K extends MessageKey> = ValuesAt<typeof english, K, MessageValue>;

export const message = <K extends MessageKey>(key: K, ...[values]: MessageValues<K>): Message => ({
  key,
  values: values ?? {},
});

/** Text that a terminal can show: characters that move its cursor or turn its text round are spelled out. */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/gu, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`);

export function inEnglish({ key, values }: Message): string {
  const [group, name] = key.split('.') as [keyof typeof english, string];
  const words: Record<string, string> = english[group];
  const text = words[name] ?? words[`${name}_${values.count === 1 ? 'one' : 'other'}`];
  return text.replace(/\{\{(\w+)\}\}/g, (_, value: string) => valueInEnglish(values[value]));
}

function valueInEnglish(value: MessageValue): string {
  if (typeof value !== 'object') return printable(String(value)); // names may be anybody's
  return 'key' in value ? inEnglish(value) : value.map(inEnglish).join(' ');
}
