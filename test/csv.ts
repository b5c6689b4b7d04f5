/** The cells of a CSV file as RFC 4180 has it, read strictly: what does not fit is an error. */
export function readCsv(text: string): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let rest = text;
  while (rest !== '') {
    const [cell = '', quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(rest) ?? [];
    record.push(quoted?.replaceAll('""', '"') ?? plain);
    rest = rest.slice(cell.length);
    if (rest.startsWith(',')) {
      rest = rest.slice(1);
    } else if (rest.startsWith('\r\n')) {
      records.push(record);
      record = [];
      rest = rest.slice(2);
    } else {
      throw new Error(`Not CSV at ${JSON.stringify(rest.slice(0, 20))}`);
    }
  }
  if (record.length > 0) throw new Error('The last record has no end');
  return records;
}
