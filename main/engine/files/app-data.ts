import path from 'node:path';
import envPaths from 'env-paths';

/** The app's data folder: LATENTSCAPE_HOME, or where the operating system keeps such. */
export const appData = (): string => path.resolve(process.env.LATENTSCAPE_HOME || envPaths('latentscape').data);
