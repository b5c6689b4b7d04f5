/** `npm run bench -- NAME`: prints one JSON object a line. A bench measures against a baseline in the same run. */

const BENCHES = ['webhook', 'chart', 'browser', 'reads', 'collector'];

const [name = '', ...rest] = process.argv.slice(2);
if (!BENCHES.includes(name)) {
  console.error(`npm run bench -- NAME, with NAME one of ${BENCHES.join(', ')}`);
  process.exit(1);
}
const { default: bench }: { default: (...rest: string[]) => Promise<object[]> } = await import(`./${name}.ts`);
for (const row of await bench(...rest)) console.log(JSON.stringify(row));
process.exit(0);
