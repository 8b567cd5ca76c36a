/**
 * Whether anything was lost, told by git's diffs and files alone: nothing of the product is asked.
 * It holds where no two changes write the same line twice, as in the docks that are made for it.
 */

export interface Hunk {
  readonly path: string
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

export type Git = (...args: string[]) => string

/** What `to` changes since it left `from`, without the lines around it. */
export function hunksOf(git: Git, from: string, to: string): Hunk[] {
  const text = git('diff', '-U0', '--no-color', '--no-renames', `${from}...${to}`)
  const hunks: { path: string; removed: string[]; added: string[] }[] = []
  let path = ''
  for (const line of text.split('\n')) {
    if (line.startsWith('--- ')) {
      if (line !== '--- /dev/null') path = line.slice('--- a/'.length)
    } else if (line.startsWith('+++ ')) {
      if (line !== '+++ /dev/null') path = line.slice('+++ b/'.length)
    } else if (line.startsWith('@@ ')) hunks.push({ path, removed: [], added: [] })
    else if (line.startsWith('-')) hunks.at(-1)?.removed.push(line.slice(1))
    else if (line.startsWith('+')) hunks.at(-1)?.added.push(line.slice(1))
  }
  return hunks
}

/** Those whose added lines do not stand together at `commit`, or whose removed ones still do. */
export function lostAt(git: Git, commit: string, hunks: readonly Hunk[]): Hunk[] {
  const paths = new Set(git('ls-tree', '-r', '--name-only', commit).split('\n'))
  const files = new Map<string, string[]>()
  const linesOf = (path: string): string[] => {
    const known =
      files.get(path) ?? (paths.has(path) ? git('show', `${commit}:${path}`).split('\n') : [])
    files.set(path, known)
    return known
  }
  return hunks.filter(({ path, removed, added }) => {
    const lines = linesOf(path)
    const isThere =
      added.length === 0 ||
      lines.some((_, at) => added.every((line, index) => lines[at + index] === line))
    return !isThere || removed.some(line => !added.includes(line) && lines.includes(line))
  })
}
