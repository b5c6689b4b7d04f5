import { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { checkRegion } from '../../lib/collectors.ts';

const stackIn = (region: string) => new Stack(new App(), 'Stack', { env: { region } });

test('collectors are refused in the United States, with the reason', () => {
  expect(() => checkRegion(stackIn('us-east-1'), true)).toThrow(/us-east-1.*Bybit and Binance refuse/);
  expect(() => checkRegion(stackIn('eu-west-1'), true)).not.toThrow();
});

test('a deployment there without collectors is told what built-in charts will be', () => {
  const stack = stackIn('us-west-2');
  checkRegion(stack, false);
  Annotations.fromStack(stack).hasWarning('/Stack', Match.stringLikeRegexp('cards'));
});
