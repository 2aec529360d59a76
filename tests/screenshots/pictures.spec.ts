import { openModel, rest, save, test } from './shot';
import { SHOTS } from './stages';

for (const [name, stage] of Object.entries(SHOTS)) {
  test(name, async ({ page, home, language }) => {
    await openModel(page, 'portraits-vae');
    await stage(page, home);
    await rest(page);
    await save(page, language, name);
  });
}
