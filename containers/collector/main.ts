import { environment } from '../../core/aws/environment.ts';
import { logger } from '../../core/log.ts';
import { storeSamples } from '../../core/samples/sample-records.ts';
import { startSampling } from '../../core/samples/sampling.ts';
import { startCollecting } from './collecting.ts';
import { live } from './life.ts';

/** A collector: one life of one record, told by the environment. It ends when its record or ECS says so. */

const name = environment('COLLECTOR_NAME');
const generation = Number(environment('COLLECTOR_GENERATION'));
logger.appendKeys({ collector: name, generation });

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => stopping.abort(`${signal} came`));
}

const sampling = startSampling({
  metadataUri: environment('ECS_CONTAINER_METADATA_URI_V4'),
  report: (samples, task) => storeSamples({ ...task, kind: 'collector', name }, samples),
  onProblem: (message, error) => logger.warn(message, { error }),
});

try {
  const reason = await live({ name, generation }, startCollecting, stopping.signal);
  await sampling.stop();
  logger.info('The collector ends', { reason });
  process.exit(0);
} catch (error) {
  logger.error('The collector fails', { error });
  process.exit(1);
}
