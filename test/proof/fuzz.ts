import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startLocalRun } from '../../local/run.ts';
import { DocumentCheck } from '../document-check.ts';
import { AUDIENCE, ISSUER, startIssuer } from '../issuer.ts';
import { replayRun } from '../replay-run.ts';
import { Random } from './fuzz/random.ts';
import { type FuzzRequest, fuzzRequest } from './fuzz/requests.ts';
import { readApi } from './fuzz/schema.ts';
import { curl, Wire } from './fuzz/send.ts';
import { World } from './fuzz/world.ts';

const CONNECTIONS = 8;
const SHOWN_FINDINGS = 50;
/** Requests. */
const HEALED_EVERY = 100;

/**
 * `npm run proof -- fuzz [--requests 20000] [--seed N]`: hostile requests of every kind to every operation of the
 * document, with every kind of credential, against a local run of their own. No answer may be a 5xx, or other than the
 * document has it. A seed makes the same requests again, but for the ids, tokens and cursors that the run itself makes.
 */
export default async function fuzz(...args: string[]): Promise<boolean> {
  const { values } = parseArgs({
    args,
    options: { requests: { type: 'string', default: '20000' }, seed: { type: 'string' } },
  });
  const requests = z.coerce.number().int().min(1).parse(values.requests);
  const seed = z.coerce
    .number()
    .int()
    .parse(values.seed ?? Date.now() % 2 ** 31);
  console.log(`Seed ${seed}, ${requests} requests`);

  // Functions are threads of this process and share its zone, which on Lambda is UTC.
  process.env['TZ'] = 'UTC';
  const issuer = await startIssuer();
  const dataDirectory = await mkdtemp(join(tmpdir(), 'vigia-fuzz-'));
  const configFile = join(dataDirectory, 'fuzz.json');
  const jwt = { issuer: ISSUER, audience: AUDIENCE, jwksUri: issuer.jwksUri };
  await writeFile(configFile, JSON.stringify({ jwt, cors: { origins: ['https://dashboard.example'] } }));
  const problems = new Set<string>();
  const run = await startLocalRun({
    ...replayRun(join(dataDirectory, 'run')),
    configFile,
    onProgress: console.log,
    onProblem: (text) => problems.add(text),
  });
  try {
    const { apiUrl } = run.outputs;
    const document = z.looseObject({}).parse(await (await fetch(`${apiUrl}/openapi.json`)).json());
    const world = new World(run.outputs);
    await world.build(issuer);
    await world.fill();
    const statuses = new Map<string, Map<string, number>>();
    const findings = await attack(apiUrl, document, world, { requests, seed }, (request, status) => {
      const row = statuses.get(request.aim) ?? new Map<string, number>();
      row.set(status, (row.get(status) ?? 0) + 1);
      statuses.set(request.aim, row);
    });
    printTable(statuses);
    for (const problem of problems) console.log(`\nBehind the scenes: ${problem}`);
    console.log(JSON.stringify({ seed, requests, findings, problems: problems.size }));
    return findings === 0 && problems.size === 0;
  } finally {
    await run.close();
    await issuer.close();
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function attack(
  apiUrl: string,
  document: object,
  world: World,
  { requests, seed }: { requests: number; seed: number },
  count: (request: FuzzRequest, status: string) => void,
): Promise<number> {
  const api = readApi(document);
  const check = new DocumentCheck(document);
  const wire = new Wire(apiUrl, CONNECTIONS);
  let findings = 0;
  let next = 0;
  let done = 0;
  const one = async (index: number) => {
    const request = fuzzRequest(api, world.targets, new Random(Math.imul(seed, 0x9e3779b1) + index));
    const found = (problem: string) => {
      findings += 1;
      if (findings > SHOWN_FINDINGS) return;
      console.log(`\n#${index}, ${request.credential}: ${problem}\n  ${curl(apiUrl, request)}`);
    };
    try {
      const answer = await wire.send(request);
      count(request, String(answer.status));
      const problem = check.problem(answer);
      if (problem !== undefined) found(problem);
      else if (answer.status >= 500) found(`${answer.status} ${answer.body}`);
      world.learn(answer);
    } catch (error) {
      count(request, 'none');
      found(`no answer: ${error instanceof Error ? error.message : error}`);
    }
  };
  const worker = async () => {
    while (next < requests) {
      const index = next;
      next += 1;
      await one(index);
      done += 1;
      if (done % 1000 === 0) console.log(`${done} requests, ${findings} findings`);
      if (done % HEALED_EVERY === 0) await world.heal();
    }
  };
  try {
    await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  } finally {
    next = requests;
    wire.close();
  }
  return findings;
}

function printTable(statuses: Map<string, Map<string, number>>): void {
  const columns = [...new Set([...statuses.values()].flatMap((row) => [...row.keys()]))].sort();
  const rows = [...statuses].sort(([one], [other]) => one.localeCompare(other));
  console.table(
    Object.fromEntries(
      rows.map(([aim, row]) => [aim, Object.fromEntries(columns.map((status) => [status, row.get(status) ?? '']))]),
    ),
  );
}
