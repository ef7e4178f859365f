import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from './prepare.mjs';

function sourcesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('.test.'))
    .map((name) => join(folder, name));
}

function isDirective(path: string, directive: string): boolean {
  return new RegExp(`^\\s*['"]${directive}['"]`).test(readFileSync(path, 'utf8'));
}

/** Modules of lib that browser code may import values from; what tests share is for Node. */
function isOfferedToBrowsers(path: string): boolean {
  if (path.includes('/testing/')) return false;
  return /^lib\/(core\/|mappings\/|[^/]+\/schema\.ts$|(applications|provisioning)\/settings\.ts$|scim\/(authentication|connection-steps|path|profile|trust)\.ts$)/.test(
    path,
  );
}

/** Every module that ends up in a browser: what lib offers for it, and all client components. */
export function listBrowserModules(): string[] {
  const clients = [...sourcesBelow('app'), ...sourcesBelow('components')].filter((path) =>
    isDirective(path, 'use client'),
  );
  return [...sourcesBelow('lib').filter(isOfferedToBrowsers), ...clients];
}

const noNode: Plugin = {
  name: 'no-node',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[^./@]|^@[^/]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined;
      const isBuiltin = path.startsWith('node:') || builtinModules.includes(path);
      return isBuiltin ? { errors: [{ text: `${path} does not exist in a browser` }] } : { path, external: true };
    });
    // A server action stays on the server: the browser gets a reference to it.
    onLoad({ filter: /\.tsx?$/ }, ({ path }) =>
      isDirective(path, 'use server') ? { contents: '', loader: 'ts' } : undefined,
    );
  },
};

/**
 * Bundles every browser module as a bundler for the browser would.
 * @returns where Node reaches a browser, one line per import; empty when it does nowhere
 */
export async function findNodeInBrowserCode(entryPoints: string[]): Promise<string[]> {
  const { packages: _, ...options } = bundleOptions();
  const result = await build({
    ...options,
    entryPoints,
    plugins: [noNode],
    platform: 'browser',
    target: 'es2023',
    jsx: 'automatic',
    sourcemap: false,
    write: false,
    logLevel: 'silent',
    loader: { '.css': 'empty', '.woff2': 'empty', '.svg': 'empty' },
  }).catch((failure: { errors: { text: string; location: { file: string; line: number } | null }[] }) => failure);
  return result.errors.map(({ text, location }) => `${location?.file ?? ''}:${location?.line ?? ''} ${text}`);
}
