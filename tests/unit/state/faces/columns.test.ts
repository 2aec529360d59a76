import { expect, it, vi } from 'vitest';
import { Columns } from '../../../../renderer/state/faces/columns.svelte';
import type { Explorer } from '../../../../renderer/state/flight/explorer.svelte';
import type { Notices } from '../../../../renderer/state/window/notices.svelte';
import { engineOf } from '../engine';

// the catalogue asks the page for its language, and there is none
vi.mock('../../../../renderer/i18n/index.svelte', () => ({ t: (key: string) => key, language: () => 'en' }));

const text = 'file,kind\na.png,one\nb.png,two\nc.png,one\n';

function columnsOf(names: string[]) {
  const failures: string[] = [];
  const explorer = { flight: { id: 'm', cloud: { names, count: names.length } } } as unknown as Explorer;
  const notices = { failure: (said: string) => void failures.push(said) } as unknown as Notices;
  return { columns: new Columns(engineOf({}), explorer, notices, () => false), failures };
}

it('of a table are there again in another session', async () => {
  const { columns } = columnsOf(['a.png', 'b.png', 'c.png']);
  expect(await columns.takeTable(new File([text], 'kinds.csv'))).toBe('table kind');
  const again = columnsOf(['a.png', 'b.png', 'c.png']);
  again.columns.resume(columns.kept!);
  expect(again.columns.all.find(({ id }) => id === 'table kind')?.values).toEqual(['one', 'two', 'one']);
  expect(again.failures).toEqual([]);
});

it('of a table whose faces the model no longer has are told of, and not kept any longer', () => {
  const { columns, failures } = columnsOf(['x.png', 'y.png']);
  columns.resume({ name: 'kinds.csv', text });
  expect([failures, columns.kept]).toEqual([['traits.noRows'], null]);
});

it('of a table that is too long are there, but not kept, which is said', async () => {
  const { columns, failures } = columnsOf(['a.png', 'b.png', 'c.png']);
  expect(await columns.takeTable(new File([text, 'z,z\n'.repeat(2 ** 17)], 'long.csv'))).toBe('table kind');
  expect([failures, columns.kept]).toEqual([['faces.tableTooLong'], null]);
});
