/** The types of the catalogue: which keys there are, and which values their words need. */
import type { KeysOf, ValuesAt } from '../../../main/contract';
import type { en } from './en';

type English = typeof en;

type Words<T> = T extends string
  ? string
  : // a language without a singular leaves it out
    { [K in keyof T as K extends `${string}_one` ? never : K]: Words<T[K]> };

/** What a translation must hold: every key of the English one. */
export type Catalogue = Words<English>;

/** A dotted path into the catalogue, without the endings of plurals. */
export type Key = KeysOf<English>;

/** The values that the words at `K` need: none, or one object with all of them. */
export type Values<K extends Key> = ValuesAt<English, K, string | number>;
