import { expect, test } from 'vitest';
import { freeableBytes } from '../../../main/engine/available-memory';

/** A healthy machine of 8 GB: 63 MB lie unused. */
const VM_STAT = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                                3845.
Pages active:                            140321.
Pages inactive:                          137210.
Pages speculative:                         2110.
Pages throttled:                              0.
Pages wired down:                        120018.
Pages purgeable:                           4410.
"Translation faults":                 915427104.
File-backed pages:                       101120.
`;

test('macOS: pages that can be freed count, not only those that lie unused', () => {
  expect(freeableBytes(VM_STAT)).toBe(16384 * (3845 + 137210 + 2110 + 4410));
});

test('macOS: an answer in other words is no answer', () => {
  expect(freeableBytes('vm_stat: permission denied')).toBeNull();
  expect(freeableBytes(VM_STAT.replace('Pages purgeable', 'Pages something'))).toBeNull();
});
