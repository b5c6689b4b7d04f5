/**
 * `ids` ordered so that each stands after all that it needs; otherwise as given. Ids that are needed but not among
 * `ids` are passed over. Calls `problem` with the way round where ids need each other in a circle.
 */
export function inOrder(
  ids: Iterable<string>,
  needs: (id: string) => Iterable<string>,
  problem: (text: string) => void,
): string[] {
  const wanted = new Set(ids);
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (id: string): void => {
    if (done.has(id)) return;
    const circle = path.indexOf(id);
    if (circle >= 0) {
      problem(`these need each other: ${[...path.slice(circle), id].join(' → ')}`);
      return;
    }
    path.push(id);
    for (const needed of needs(id)) if (wanted.has(needed)) visit(needed);
    path.pop();
    done.add(id);
  };
  for (const id of wanted) visit(id);
  return [...done];
}
