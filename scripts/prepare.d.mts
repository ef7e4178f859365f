import type { BuildOptions } from 'esbuild';

export const root: string;
export function bundleOptions(): BuildOptions;
export function prepare(): Promise<void>;
export function prepareClient(): Promise<void>;
