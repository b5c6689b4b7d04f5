import { fileURLToPath } from 'node:url';
import { Task } from '../../../local/ecs/task.ts';

/** A process that runs a task, and tells of the process that this is, for a test that kills it. */

const [directory = ''] = process.argv.slice(2);
const definition = {
  arn: '',
  family: '',
  cpu: '',
  memory: '',
  executionRole: '',
  taskRole: '',
  container: {
    name: 'one',
    image: '',
    command: ['node', 'index.mjs'],
    environment: {},
    stopTimeoutSeconds: 30,
    log: { group: '', prefix: '' },
  },
};
new Task(
  {
    arn: fileURLToPath(import.meta.url),
    clusterArn: '',
    definition,
    command: definition.container.command,
    cpu: '',
    memory: '',
    startedBy: '',
    version: 1,
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    createdAt: 0,
  },
  {
    directory,
    environment: { WAY: 'stubborn' },
    prepare: () => {},
    onChange: () => {},
    onLine: (line) => console.log(line),
  },
).start();
