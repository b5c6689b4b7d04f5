import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type JS } from '@duckdb/node-api';

/**
 * What DuckDB reads from Parquet files.
 * @param files their bytes
 * @param sql of which `$files` is the list of them, as `read_parquet` takes it
 */
export async function queryParquet(files: readonly Uint8Array[], sql: string): Promise<Record<string, JS>[]> {
  const directory = await mkdtemp(join(tmpdir(), 'vigia-parquet-'));
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  try {
    const names = files.map((_, index) => join(directory, `${index}.parquet`));
    await Promise.all(files.map((bytes, index) => writeFile(names[index] ?? '', bytes)));
    const list = `[${names.map((name) => `'${name}'`).join(', ')}]`;
    const connection = await database.connect();
    const result = await connection.runAndReadAll(sql.replaceAll('$files', list));
    return result.getRowObjectsJS();
  } finally {
    database.closeSync();
    await rm(directory, { recursive: true, force: true });
  }
}
