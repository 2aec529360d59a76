import { describe, expect, it } from 'vitest';
import { VisitHistory } from '../../../../renderer/state/flight/visit-history.svelte';

/** Places are numbers; those less than 1 apart are the same. */
function visited(...places: number[]): VisitHistory<number> {
  const history = new VisitHistory<number>((a, b) => Math.abs(a - b) < 1);
  for (const place of places) history.visit(place);
  return history;
}

describe('VisitHistory', () => {
  it('steps back to the first and forward to the last, and no farther', () => {
    const history = visited(10, 20, 30);
    expect([history.back(), history.back(), history.back()]).toEqual([20, 10, null]);
    expect([history.forward(), history.forward(), history.forward()]).toEqual([20, 30, null]);
    expect(history.back()).toBe(20);
  });

  it('has nowhere to go before the first visit, and after forgetting', () => {
    const history = visited();
    expect([history.back(), history.forward()]).toEqual([null, null]);
    history.visit(1);
    history.visit(5);
    history.clear();
    expect([history.back(), history.forward()]).toEqual([null, null]);
  });

  it('takes a place nearby for the same, seen last', () => {
    const history = visited(10, 20, 20.5);
    expect([history.back(), history.forward()]).toEqual([10, 20.5]);
  });

  it('keeps what lies ahead on arriving where it led back to', () => {
    const history = visited(10, 20, 30);
    history.visit(history.back()!);
    expect(history.forward()).toBe(30);
  });

  it('ends what lay ahead when one goes elsewhere', () => {
    const history = visited(10, 20, 30);
    history.back();
    history.visit(40);
    expect([history.forward(), history.back(), history.back()]).toEqual([null, 20, 10]);
  });

  it('forgets the oldest rather than growing for ever', () => {
    const history = visited(...Array.from({ length: 1000 }, (_, i) => 2 * i));
    let steps = 0;
    while (history.back() !== null) steps++;
    expect(steps).toBe(199);
  });
});
