export function missingFrom(lock: unknown): ReadonlyMap<string, { readonly version: string; readonly dev: boolean }>;
