// Answers `import 'electron'` with the stand-in, wherever it is asked for.
import { register } from 'node:module';

const hooks = `
  export const resolve = (specifier, context, next) =>
    specifier === 'electron' ? next(${JSON.stringify(new URL('electron.ts', import.meta.url).href)}, context) : next(specifier, context);
`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
