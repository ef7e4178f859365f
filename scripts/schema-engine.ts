import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type * as Engine from '@prisma/schema-engine-wasm';

interface EngineModule {
  SchemaEngine: typeof Engine.SchemaEngine;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

let loaded: Promise<EngineModule> | undefined;

/** Puts the glue module and the binary together, once: Node 20 cannot import .wasm files by itself. */
async function loadEngine(): Promise<EngineModule> {
  const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const engineModule: EngineModule = await import(pathToFileURL(glue).href);
  const binary = new Uint8Array(readFileSync(join(dirname(glue), 'schema_engine_bg.wasm')));
  const { instance } = await WebAssembly.instantiate(binary, {
    './schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports,
  });
  engineModule.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  return engineModule;
}

/**
 * The SQL that leads from one schema to another, by Prisma's schema engine as WebAssembly: its command line tool
 * would download a native one. @param from text of schema.prisma, undefined for an empty database
 * @param databaseUrl any PostgreSQL: nothing is read or written there, but the engine insists on connecting
 */
export async function diffSchemas(from: string | undefined, to: string, databaseUrl: string): Promise<string> {
  loaded ??= loadEngine();
  const engineModule = await loaded;
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: databaseUrl }));
  const engine = await engineModule.SchemaEngine.new({ datamodels: [['schema.prisma', to]] }, () => {}, adapter);
  try {
    const datamodel = (content: string): Engine.DiffTarget => ({
      tag: 'schemaDatamodel',
      files: [{ path: 'schema.prisma', content }],
    });
    const { stdout } = await engine.diff({
      from: from === undefined ? { tag: 'empty' } : datamodel(from),
      to: datamodel(to),
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return stdout ?? '';
  } finally {
    engine.free();
  }
}
