import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../../assembly.ts';

const dockerfile = readFileSync(join(ROOT, 'containers/job/Dockerfile'), 'utf8');

test('pip may install for the user that commands run as, and what it installs is found', () => {
  expect(dockerfile).toMatch(/break-system-packages = true.* > \/etc\/pip\.conf/);
  const [, home] = /VIGIA_COMMAND_HOME=(\S+)/.exec(dockerfile) ?? [];
  expect(dockerfile).toContain(`ENV PATH=$PATH:${home}/.local/bin\n`);
});
