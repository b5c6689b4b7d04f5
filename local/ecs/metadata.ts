import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TreeUsage, usageOfTree } from './process-tree.ts';
import type { TaskState } from './task.ts';

/** A task that runs here: what ECS knows of it, and its process. */
export interface RunningTask {
  state: TaskState;
  processId: number;
}

export interface TaskMetadata {
  /** `ECS_CONTAINER_METADATA_URI_V4` of a task's container. @param id the last part of the task's ARN */
  uri(id: string): string;
  close(): Promise<void>;
}

/**
 * The task metadata endpoint, version 4: which task this is, and what it uses, in Docker's format. What a task uses is
 * read from Linux's /proc; elsewhere nothing of it is told. All tasks share this machine's network, so that none has
 * counters of its own: `networks` is absent, as Docker leaves it out in host mode.
 * Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html
 */
export async function startTaskMetadata(find: (id: string) => RunningTask | undefined): Promise<TaskMetadata> {
  const server = createServer(({ url = '' }, response) => {
    const answer = answerTo(url, find);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? 'No such task, or nothing is known of it'));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    uri: (id) => `http://127.0.0.1:${port}/v4/${containerId(id)}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As on Fargate: the task's id, and digits. */
const containerId = (task: string) => `${task}-1`;

function answerTo(url: string, find: (id: string) => RunningTask | undefined): unknown {
  const [, id = '', path = ''] = /^\/v4\/([^/]+)-1(\/.*)?$/.exec(url) ?? [];
  const task = find(id);
  if (!task) return undefined;
  switch (path) {
    case '':
      return container(id, task);
    case '/task':
      return describe(id, task);
    case '/stats':
      return stats(id, task);
    case '/task/stats': {
      const own = stats(id, task);
      return own && { [containerId(id)]: own };
    }
    default:
      return undefined;
  }
}

function describe(id: string, task: RunningTask) {
  const { arn, clusterArn, definition, cpu, memory, desiredStatus, lastStatus, createdAt } = task.state;
  return {
    Cluster: clusterArn,
    TaskARN: arn,
    Family: definition.family,
    DesiredStatus: desiredStatus,
    KnownStatus: lastStatus,
    /** vCPU and MiB. */
    Limits: { CPU: Number(cpu) / 1024, Memory: Number(memory) },
    PullStartedAt: new Date(createdAt).toISOString(),
    LaunchType: 'FARGATE',
    Containers: [container(id, task)],
  };
}

function container(id: string, { state: { definition, desiredStatus, lastStatus, startedAt } }: RunningTask) {
  const { name, image } = definition.container;
  return {
    DockerId: containerId(id),
    Name: name,
    DockerName: name,
    Image: image,
    DesiredStatus: desiredStatus,
    KnownStatus: lastStatus,
    ...(startedAt !== undefined && { StartedAt: new Date(startedAt).toISOString() }),
    Type: 'NORMAL',
  };
}

/** https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Container/operation/ContainerStats */
function stats(id: string, { state: { definition }, processId }: RunningTask) {
  const usage = usageOfTree(processId);
  return usage && dockerStats(containerId(id), definition.container.name, usage);
}

function dockerStats(id: string, name: string, usage: TreeUsage) {
  return {
    read: new Date().toISOString(),
    id,
    name,
    cpu_stats: { cpu_usage: { total_usage: usage.cpuNanoseconds } },
    memory_stats: { usage: usage.memoryBytes, stats: {} },
    blkio_stats: {
      io_service_bytes_recursive: [
        { major: 0, minor: 0, op: 'Read', value: usage.readBytes },
        { major: 0, minor: 0, op: 'Write', value: usage.writeBytes },
      ],
    },
  };
}
