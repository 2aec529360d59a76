// `npm run notices`: writes the licences of everything that is shipped.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NOTICES, notices } from './package/notices.mjs';
import { root } from './root.mjs';
import { ensureBuild, ensureDependencies, runScript } from './setup.mjs';

void runScript(async () => {
  await ensureDependencies();
  await ensureBuild();
  await writeFile(join(root, NOTICES), await notices());
});
