// `npm run build`: builds the app into dist/, whether or not anything has changed.
import { ensureBuild, ensureDependencies, runScript } from './setup.mjs';

void runScript(async () => {
  await ensureDependencies();
  await ensureBuild({ force: true });
});
