import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '../config/schema.ts';
import { loadAssembly } from './assembly/assembly.ts';
import { synthesize } from './assembly/synth.ts';
import type { Intercept } from './aws/gateway.ts';
import { REGION } from './aws/service.ts';
import { type LocalCloud, openCloud } from './cloud.ts';
import { openDataDirectory } from './data-directory.ts';
import { missingExecutables } from './executables.ts';
import { firstStart } from './first-start.ts';
import { claimPorts } from './ports.ts';
import { type MarketData, type OutsideWorld, openOutsideWorld } from './stand-ins.ts';
import { DEMO_CHART } from './tradingview/charts.ts';

/** The whole service on this machine, from the synthesized template: what `npm start` runs, and the tests. */

export interface LocalRunOptions {
  /** The project's root. */
  root: string;
  /** The API's port; 0 takes free ones. */
  port: number;
  dataDirectory: string;
  fresh: boolean;
  exchange: MarketData | undefined;
  configFile: string;
  /** A cloud assembly to run as it is, instead of one synthesized from the sources. */
  assembly: string | undefined;
  /** Where addresses of the outside world may be given. */
  environment: NodeJS.ProcessEnv;
  onProgress: (text: string) => void;
  /** Told in a sentence of what went wrong behind the scenes: a missing grant, a batch that was given up. */
  onProblem: (text: string) => void;
  /** Put in place of the template's value in every function that has the variable; for tests that can't wait so long. */
  variables?: Record<string, string>;
  /** Sees every AWS call; for tests that make calls fail. */
  intercept?: Intercept;
  /** Instances at once of each function that draws, instead of one; for drawers that cost nothing. */
  drawers?: number;
  /** Instances at once of each other function; for tests in which functions hang. */
  instances?: number;
}

export interface LocalRun {
  outputs: Outputs;
  marketData: MarketData;
  cloud: LocalCloud;
  outsideWorld: OutsideWorld;
  close(): Promise<void>;
}

/** As written to `outputs.json` in the data directory. */
export interface Outputs {
  apiUrl: string;
  webSocketUrl: string;
  docsUrl: string;
  adminApiKey: string;
  demoUser: { id: string; plan: string; webhookUrl: string; chartId?: string };
  aws: { endpointUrl: string; region: string; accessKeyId: string; secretAccessKey: string };
  stackOutputs: Record<string, string>;
}

export async function startLocalRun(options: LocalRunOptions): Promise<LocalRun> {
  const { root, dataDirectory, configFile, onProgress } = options;
  const { jobs } = readConfig(configFile);
  const ports = await claimPorts(options.port);
  openDataDirectory(dataDirectory, options.fresh);

  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of opened.reverse()) await part.close();
  };
  try {
    const directory =
      options.assembly ??
      (await synthesize({
        root,
        out: join(dataDirectory, 'assembly'),
        context: { config: configFile },
        sources: [configFile],
        onProgress,
      }));
    const outsideWorld = await openOutsideWorld(options.exchange, ports, options.environment);
    opened.push(outsideWorld);
    const cloud = await openCloud({
      assembly: loadAssembly(directory),
      dataDirectory,
      ports,
      environment: {
        ...outsideWorld.environment,
        DEPLOYED_AT: new Date().toISOString(),
        JOB_MISSING: JSON.stringify(missingExecutables(jobs.allow)),
        ...options.variables,
      },
      onProblem: options.onProblem,
      drawers: options.drawers,
      instances: options.instances,
      ...(options.intercept ? { intercept: options.intercept } : {}),
    });
    opened.push(cloud);
    const outputs = await writeOutputs(options, cloud, outsideWorld);
    return { outputs, marketData: outsideWorld.marketData, cloud, outsideWorld, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The file is there once all of it is: whoever waits for it finds everything. */
async function writeOutputs(
  { root, dataDirectory }: LocalRunOptions,
  cloud: LocalCloud,
  { tradingView }: OutsideWorld,
): Promise<Outputs> {
  const { accessKeyId, secretAccessKey } = cloud.operator;
  const { apiUrl, webSocketUrl } = cloud;
  const aws = { endpointUrl: cloud.endpointUrl, region: REGION, accessKeyId, secretAccessKey };
  const starting = join(dataDirectory, 'starting');
  mkdirSync(starting, { recursive: true });
  const write = (outputs: Partial<Outputs>) =>
    writeFileSync(join(starting, 'outputs.json'), `${JSON.stringify(outputs, null, 2)}\n`, { mode: 0o600 });
  // The command that makes the admin key reads from the file where the cloud is.
  write({ aws, stackOutputs: cloud.stackOutputs });
  const { adminApiKey, demoUser } = await firstStart({ root, dataDirectory, deployment: starting, apiUrl });
  const { id, plan, webhookToken } = demoUser;
  const webhookUrl = `${apiUrl}/webhook/u/${webhookToken}`;
  const chart = tradingView ? { chartId: DEMO_CHART.id } : {};
  const outputs = {
    apiUrl,
    webSocketUrl,
    docsUrl: `${apiUrl}/docs`,
    adminApiKey,
    demoUser: { id, plan, webhookUrl, ...chart },
    aws,
    stackOutputs: cloud.stackOutputs,
  };
  write(outputs);
  renameSync(join(starting, 'outputs.json'), join(dataDirectory, 'outputs.json'));
  return outputs;
}
