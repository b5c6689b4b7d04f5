import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type LocalRun, type LocalRunOptions, startLocalRun } from '../local/run.ts';

/** `npm start -- [--port 3000] [--data .local] [--fresh] [--exchange replay|live] [--config FILE]` */

const USAGE = `npm start -- [options]

  --port PORT          where the API listens (3000); the other ports follow from it
  --data DIR           where the state lives (.local)
  --fresh              start empty: what is in DIR is deleted
  --exchange KIND      replay: a seeded market of our own; live: the real exchanges (live where reachable)
  --config FILE        the configuration (config/local.json)
  --assembly DIR       run what cdk synth wrote to DIR, instead of synthesizing`;

function readOptions(): LocalRunOptions {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3000' },
      data: { type: 'string', default: '.local' },
      fresh: { type: 'boolean', default: false },
      exchange: { type: 'string' },
      config: { type: 'string', default: 'config/local.json' },
      assembly: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_000) throw new Error(`--port ${values.port} is not a port`);
  const { exchange } = values;
  if (exchange !== undefined && exchange !== 'replay' && exchange !== 'live') {
    throw new Error(`--exchange ${exchange} is neither replay nor live`);
  }
  return {
    root: resolve(import.meta.dirname, '..'),
    port,
    dataDirectory: resolve(values.data),
    fresh: values.fresh,
    exchange,
    configFile: resolve(values.config),
    assembly: values.assembly === undefined ? undefined : resolve(values.assembly),
    environment: process.env,
    onProgress: (text) => console.log(text),
    onProblem: (text) => console.error(text),
  };
}

async function main(): Promise<void> {
  // Functions are threads of this process and share its zone, which on Lambda is UTC.
  process.env['TZ'] = 'UTC';
  const run = await startLocalRun(readOptions());
  console.log(JSON.stringify(run.outputs, null, 2));
  console.log(`\nVigía runs (market data: ${run.marketData}). Ctrl-C stops it.`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(run));
}

async function stop(run: LocalRun): Promise<void> {
  console.log('Stopping');
  // A second Ctrl-C does not wait.
  process.once('SIGINT', () => process.exit(130));
  await run.close();
  process.exit(0);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
