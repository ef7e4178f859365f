// The entry of every npm script: from a fresh clone to a running command, with nothing but Node and npm.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const wanted = [20, 19];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < wanted[0] || (major === wanted[0] && minor < wanted[1])) {
  console.error(`Latchkey needs Node ${wanted.join('.')} or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

const [command = 'start', ...args] = process.argv.slice(2);
try {
  const { prepare, root } = await import('./prepare.mjs');
  process.chdir(root);
  await prepare();
  process.argv = [process.argv[0], join(root, 'dist', `${command}.mjs`), ...args];
  await import(pathToFileURL(join(root, 'dist', `${command}.mjs`)).href);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  if (error?.code === 'EACCES') {
    console.error('This folder was used by another user. Run as that user, or make the whole folder yours (chown -R).');
  }
  process.exit(1);
}
