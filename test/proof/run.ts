/** `npm run proof -- NAME [options]`: what takes too long for `npm test`. Exits with 1 where something does not hold. */

const PROOFS = [
  'captures',
  'collector-faults',
  'collector-restart',
  'faults',
  'fuzz',
  'job-faults',
  'jobs',
  'kill',
  'parser',
  'queue',
  'soak',
];

const [name = '', ...options] = process.argv.slice(2);
if (!PROOFS.includes(name)) {
  console.error(`npm run proof -- NAME, with NAME one of ${PROOFS.join(', ')}`);
  process.exit(1);
}
const { default: proof }: { default: (...options: string[]) => Promise<boolean> } = await import(`./${name}.ts`);
process.exit((await proof(...options)) ? 0 : 1);
