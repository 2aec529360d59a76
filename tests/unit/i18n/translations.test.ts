import { describe, expect, it } from 'vitest';
import { english } from '../../../main/contract';
import { en } from '../../../renderer/i18n/translations/en';
import { zh } from '../../../renderer/i18n/translations/zh';

type Tree = { readonly [key: string]: string | Tree };

const leaves = (tree: Tree, path = ''): [key: string, words: string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value, `${path}${key}.`),
  );
/** Without the singulars, which Chinese leaves out. */
const wordsOf = (tree: Tree) => new Map(leaves(tree).filter(([key]) => !key.endsWith('_one')));
const names = (words: string) => [...new Set([...words.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();

describe('the catalogues', () => {
  const [first, second] = [wordsOf(en), wordsOf(zh)];

  it('have words for the same keys', () => {
    expect([...second.keys()].sort()).toEqual([...first.keys()].sort());
    expect([...first, ...second].filter(([, words]) => words.trim() === '')).toEqual([]);
  });

  it('use the same values', () => {
    const used = (words: Map<string, string>) =>
      Object.fromEntries([...words].map(([key, text]) => [key, names(text)]));
    expect(used(second)).toEqual(used(first));
  });
});

it('what the engine says is among the words of the window, and translated', () => {
  expect(en.engine).toBe(english);
  const untranslated = [...wordsOf(zh.engine)].filter(([, words]) => !/\p{Script=Han}|^β$|^\{\{\w+\}\}$/u.test(words));
  expect(untranslated).toEqual([]);
});

it('the stages of work have words of their own in both languages', () => {
  expect(wordsOf(zh.stage).size).toBe(wordsOf(en.stage).size);
  for (const words of wordsOf(en.stage).values()) expect(words).toMatch(/^[A-Z].*…$/);
  for (const words of wordsOf(zh.stage).values()) expect(words).toMatch(/\p{Script=Han}.*…$/u);
});
