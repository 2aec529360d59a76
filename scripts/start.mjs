// `npm start`: sets up, and starts the app.
import { launch, LaunchError } from '../bin/launch.mjs';
import { ensureBuild, ensureDependencies, runScript, SetupError } from './setup.mjs';

void runScript(async () => {
  const args = process.argv.slice(2);
  if (!args.some((arg) => arg === '--help' || arg === '-h')) {
    await ensureDependencies();
    await ensureBuild();
  }
  await launch(args, 'npm start --').catch((error) => {
    throw error instanceof LaunchError ? new SetupError(error.message) : error;
  });
});
