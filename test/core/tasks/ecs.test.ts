import { expect, test } from 'vitest';
import { isForWantOfCapacity, readTaskEvent, taskState } from '../../../core/tasks/ecs.ts';

test.each([
  ['RESOURCE:CPU', true],
  ['Capacity is unavailable at this time. Please try again later', true],
  ['You’ve reached the limit on the number of vCPUs you can run concurrently', true],
  ["You've reached the limit on the number of tasks you can run concurrently", true],
  ['Request limit exceeded. (Service: AmazonEC2; Status Code: 503; Error Code: RequestLimitExceeded)', true],
  ['Rate exceeded', true],
  ['TaskDefinition not found.', false],
  ['No Fargate configuration exists for given values.', false],
])('a refusal for want of capacity is told from one for good: %s', (reason, isPassing) => {
  expect(isForWantOfCapacity(reason)).toBe(isPassing);
});

/** As EventBridge sends it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html */
const stopped = {
  taskArn: 'arn:aws:ecs:eu-west-1:123456789012:task/c/1',
  version: 5,
  startedBy: 'j/job_1/2',
  lastStatus: 'STOPPED',
  startedAt: '2026-11-22T10:00:00.000Z',
  stoppedAt: '2026-11-22T10:00:30.000Z',
  executionStoppedAt: '2026-11-22T10:00:20.000Z',
  stopCode: 'EssentialContainerExited',
  stoppedReason: 'Essential container in task exited',
};
const state = (detail: object) => {
  const event = readTaskEvent({ ...stopped, ...detail });
  if (!event) throw new Error('It is ours');
  return taskState('job', { ...event.life, pid: event.pid }, event.task);
};

test('how a task ended is told by its own container, wherever others stand beside it', () => {
  const guard = { name: 'aws-guardduty-agent-Xy', exitCode: 137, reason: 'CannotPullContainerError' };
  for (const containers of [
    [guard, { name: 'job', exitCode: 0 }],
    [{ name: 'job', exitCode: 0 }, guard],
  ]) {
    expect(state({ containers })).toMatchObject({
      generation: 2,
      pid: stopped.taskArn,
      end: { exitCode: 0, reason: 'Essential container in task exited; exit code 0', counts: true },
    });
  }
  expect(state({ containers: [guard], stoppedReason: '' }).end).toMatchObject({
    exitCode: null,
    reason: 'The task stopped',
  });
});

test.each([
  [{ stopCode: 'SpotInterruption' }, false],
  [
    { stopCode: 'TaskFailedToStart', stoppedReason: 'Timeout waiting for network interface provisioning to complete.' },
    false,
  ],
  [{ stopCode: 'TaskFailedToStart', stoppedReason: 'CannotPullContainerError: no such image' }, true],
  [{}, true],
])('an end by Fargate is no fault of the task: %j', (detail, counts) => {
  expect(state(detail).end?.counts).toBe(counts);
});
