/** The types of the catalogue: which keys there are, and which values their words need. */
import type { en } from './en';

type English = typeof en;

type Words<T> = T extends string
  ? string
  : // a language without a singular leaves it out
    { [K in keyof T as K extends `${string}_one` ? never : K]: Words<T[K]> };

/** What a translation must hold: every key of the English one. */
export type Catalogue = Words<English>;

type WithoutPlural<K extends string> = K extends `${infer Stem}_one` | `${infer Stem}_other` ? Stem : K;
type Keys<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${WithoutPlural<K>}` : Keys<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** A dotted path into the catalogue, without the endings of plurals. */
export type Key = Keys<English>;

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

/** The values that the words at `K` need: none, or one object with all of them. */
export type Values<K extends Key> = [Names<At<English, K>>] extends [never]
  ? []
  : [values: Record<Names<At<English, K>>, string | number>];
