import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const source = import.meta.resolve('@prisma/client/runtime/query_compiler_small_bg.postgresql.wasm-base64.mjs');

/**
 * Prisma's query compiler, taken by our bundles in place of the module of that name (scripts/prepare.mjs): that one is a text in base64, which V8 keeps
 * twice for as long as the process runs, once as the file and once as the value. Who loads it decodes what it is given, octets as well.
 */
export const wasm = Buffer.from(
  /"([A-Za-z0-9+/=]{1000,})"/.exec(readFileSync(fileURLToPath(source), 'latin1'))?.[1] ?? '',
  'base64',
);
