import { expect, it } from 'vitest';
import { Undo, type Changed } from '../../../../renderer/state/window/undo.svelte';

/** Changes of two panels' lists, in one history. */
function panels() {
  const undo = new Undo();
  const lists: Record<'groups' | 'stops', string[]> = { groups: [], stops: [] };
  const add = (what: 'groups' | 'stops', name: string) => {
    const [before, after] = [lists[what], [...lists[what], name]];
    undo.make({ what, redo: () => (lists[what] = after), undo: () => (lists[what] = before) });
  };
  return { undo, lists, add };
}

it('takes back the last change wherever it was made, and makes it again', () => {
  const { undo, lists, add } = panels();
  expect([undo.undo(), undo.redo(), undo.last, undo.next]).toEqual([null, null, null, null]);
  add('groups', 'a');
  add('stops', 'b');
  add('groups', 'c');
  expect([undo.undo(), undo.undo()]).toEqual<Changed[]>(['groups', 'stops']);
  expect(lists).toEqual({ groups: ['a'], stops: [] });
  expect([undo.last, undo.next]).toEqual(['groups', 'stops']);
  expect([undo.redo(), undo.redo(), undo.redo()]).toEqual(['stops', 'groups', null]);
  expect(lists).toEqual({ groups: ['a', 'c'], stops: ['b'] });
});

it('forgets what was taken back when something new is done, and all of it with the model', () => {
  const { undo, lists, add } = panels();
  add('groups', 'a');
  undo.undo();
  add('stops', 'b');
  expect(undo.redo()).toBeNull();
  undo.clear();
  expect(undo.undo()).toBeNull();
  expect(lists).toEqual({ groups: [], stops: ['b'] });
});

it('forgets the oldest rather than growing for ever', () => {
  const { undo, add, lists } = panels();
  for (let n = 0; n < 300; n++) add('stops', String(n));
  let steps = 0;
  while (undo.undo()) steps++;
  expect(steps).toBe(200);
  expect(lists.stops).toHaveLength(100);
});
