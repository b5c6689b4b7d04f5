import type { Grant } from '../../local/aws/iam/registry.ts';
import type { TestRun } from './local-run.ts';

/** What jobs do and collectors don't: they wait for places, and are launched by the launcher alone. */
const isOfQueue = ({ role, action, resource }: Grant) =>
  (/-Tasks/.test(role) && /Operations/.test(resource) && /:(DeleteItem|Query|BatchGetItem)$/.test(action)) ||
  (/-PlatformApi/.test(role) && /-TasksLaunches/.test(resource));

/** What running tasks use is asked for where some run. */
const isOfUsage = ({ role, action, resource }: Grant) =>
  /-PlatformApi/.test(role) && /Operations/.test(resource) && action === 'dynamodb:BatchGetItem';

/** Which integration test exercises which grants, each in a run of its own: together they need every one. */
const AREAS = {
  sessions: ({ role, action, resource }: Grant) =>
    /-Sessions/.test(`${role} ${resource}`) ||
    (/-CapturesBrowser/.test(role) && /Operations|sqs:SendMessage/.test(`${action} ${resource}`)),
  'exports and deletion': ({ role, resource }: Grant) => /-(Exports|Deletion)/i.test(`${role} ${resource}`),
  notifications: ({ role, resource }: Grant) => /-Notifications/i.test(`${role} ${resource}`),
  // What tasks of both kinds need is tried by the collectors, and by the jobs what has to do with their queue.
  collectors: ({ role, action, resource }: Grant) =>
    isOfUsage({ role, action, resource }) ||
    (/Collectors|-Tasks|MarketData|-PushSender|-PushQueue/.test(`${role} ${resource}`) &&
      !/-CapturesChart|-Jobs|-job:|-Schedules/.test(`${role} ${resource}`) &&
      !isOfQueue({ role, action, resource })),
  jobs: (grant: Grant) => /-Jobs|-job:/.test(`${grant.role} ${grant.resource}`) || isOfQueue(grant),
  archive: ({ role, resource }: Grant) => /-Archive/i.test(`${role} ${resource}`),
  pushes: ({ role, action, resource }: Grant) =>
    /-Push(?!Sender)/.test(role) ||
    (/-Relay/.test(role) && /^s3:|^execute-api:|Operations/.test(`${action} ${resource}`)),
  schedules: ({ role, resource }: Grant) => /-Schedules|:scheduler:/.test(`${role} ${resource}`),
  queues: ({ role, resource }: Grant) => /-Sweep|CapturesDeadLetters/.test(`${role} ${resource}`),
};
export type Area = keyof typeof AREAS | 'all else';

/** The grants of an area that nothing in this run needed. */
export function unneededGrants(run: TestRun, area: Area): Grant[] {
  const areas = Object.values(AREAS);
  const isOf = area === 'all else' ? (grant: Grant) => !areas.some((matches) => matches(grant)) : AREAS[area];
  return run.cloud.iam.unusedGrants().filter(isOf);
}
