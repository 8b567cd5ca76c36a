/**
 * The dock of the seeds: thirty open pull requests, all but one of them dirty, for everybody writes
 * into the same few lists. Some rewrite what was rewritten on the branch, some are done twice.
 */
import {
  type CommitPlan,
  DEFAULT_BRANCH,
  type PullPlan,
  type RepositoryPlan,
} from '../../../../src/practice/history/plan.ts'
import type { Files } from '../../../../src/practice/history/sources.ts'

export type SeedKind =
  /** Adds a row to one or more lists, and a file of its own. */
  | 'adds'
  /** So too, and sets a key that was set otherwise on the branch, or by its rival. */
  | 'clashes'
  /** Changes what its twin changes. */
  | 'twin'
  /** Touches nothing of anybody else. */
  | 'apart'

export interface SeedPull {
  readonly number: number
  readonly kind: SeedKind
  /** It lists what is not there: the check refuses it, whatever it stands on. */
  readonly isRed: boolean
}

export interface SeedsDock {
  readonly plan: RepositoryPlan
  readonly pulls: readonly SeedPull[]
}

const COUNT = 30
const LANDED = 8
const LISTS = ['lessons.txt', 'routes.txt', 'CHANGELOG.md'] as const
const SETTINGS = 'settings.txt'
const KEYS = 30
/** Number → the key that it sets: of the first three the branch was faster, the others are rivals. */
const CLASHES: ReadonlyMap<number, number> = new Map([
  [5, 1],
  [14, 2],
  [22, 3],
  [9, 20],
  [18, 20],
])
/** Number → the earlier one that it repeats. */
const TWINS: ReadonlyMap<number, number> = new Map([
  [12, 11],
  [26, 21],
])
const AUTHOR = 'lane'
const HOUR = 3_600_000
const EPOCH = 1_767_600_000

/**
 * Each row names a file that is there, and no other row does; no marker is left. A key may stand
 * twice, and then the last one counts.
 */
const CHECK = `#!/bin/sh
set -eu
for list in ${LISTS.join(' ')}; do
  test -z "$(sort "$list" | uniq -d)" || { echo "$list has a row twice"; exit 1; }
  sed 1d "$list" | while read -r name; do
    test -f "src/$name.txt" || { echo "$list names $name, which is not there"; exit 1; }
  done
done
test "$(cut -d= -f1 ${SETTINGS} | sort -u | wc -l)" = ${KEYS} || { echo "${SETTINGS} has lost a key"; exit 1; }
if grep -rE '^(<<<<<<<|=======|>>>>>>>)' ${LISTS.join(' ')} ${SETTINGS} src; then exit 1; fi
`

/** `red`: numbers of those that are truly red; `count`: so many of its first ones. */
export function seedsDock(red: ReadonlySet<number>, count = COUNT): SeedsDock {
  const commits: CommitPlan[] = []
  const commit = (branch: string, parent: number, message: string, before: Files, after: Files) => {
    const mark = commits.length + 1
    const changes = [...after]
      .filter(([path, text]) => before.get(path) !== text)
      .map(([path, text]) => ({ path, text, executable: path.endsWith('.sh') }))
    const parents = parent === 0 ? [] : [parent]
    commits.push({ mark, branch, parents, author: AUTHOR, at: EPOCH + mark * 60, message, changes })
    return mark
  }

  const begin: Files = new Map([
    ['check.sh', CHECK],
    ...LISTS.map(list => [list, `# ${list}\n`] as const),
    [SETTINGS, Array.from({ length: KEYS }, (_, key) => `key_${key} = 0\n`).join('')],
  ])
  const fork = commit(DEFAULT_BRANCH, 0, 'Begin', new Map(), begin)

  const pulls = Array.from({ length: count }, (_, index): SeedPull => {
    const number = index + 1
    return { number, kind: kindOf(number, count), isRed: red.has(number) }
  })
  const planned = pulls.map(({ number, isRed }): PullPlan => {
    const same = TWINS.get(number) ?? number
    const branch = `${AUTHOR}/${number}`
    const title = `Add lesson ${same}`
    const first = addFile(begin, same)
    const half = commit(branch, fork, title, begin, first)
    const rows = addRows(first, same)
    const whole = isRed ? append(rows, LISTS[0], `missing-${number}`) : rows
    // Work that nothing lists yet is one commit, and the rows are the next.
    if (number !== count) commit(branch, half, `List lesson ${same}`, first, whole)
    const ageMs = (count - number + 1) * HOUR
    // Its own run was green once, whatever it is now.
    return { number, title, author: AUTHOR, branch, character: 'clean', ageMs, idleMs: ageMs }
  })

  let tip = { mark: fork, files: begin }
  for (let landed = 1; landed <= LANDED; landed += 1) {
    const key = [...CLASHES.values()][landed - 1]
    const isFaster = landed <= 3 && key !== undefined
    const listed = LISTS.reduce((files, list) => append(files, list, `landed-${landed}`), tip.files)
    const added = new Map(listed).set(`src/landed-${landed}.txt`, `landed ${landed}\n`)
    const files = isFaster ? setKey(added, key, 900 + landed) : added
    const mark = commit(DEFAULT_BRANCH, tip.mark, `Land ${landed}`, tip.files, files)
    tip = { mark, files }
  }

  const protection = { strict: false, requiredChecks: false, requiredReviews: 0 }
  const landings: RepositoryPlan['landings'] = []
  return {
    plan: { owner: 'acme', name: 'app', protection, commits, pulls: planned, landings },
    pulls,
  }
}

/** The last one stands apart. */
function kindOf(number: number, count: number): SeedKind {
  if (number === count) return 'apart'
  if (CLASHES.has(number)) return 'clashes'
  return [...TWINS].flat().includes(number) ? 'twin' : 'adds'
}

const addFile = (files: Files, number: number): Files =>
  new Map(files).set(`src/lesson-${number}.txt`, `lesson ${number}\nby lane ${number}\n`)

/** Every one is in one list, and every fourth in the next one too. */
function addRows(files: Files, number: number): Files {
  const isIn = (index: number) =>
    index === number % LISTS.length || (number % 4 === 0 && index === (number + 1) % LISTS.length)
  const lists = LISTS.filter((_, index) => isIn(index))
  const listed = lists.reduce((now, list) => append(now, list, `lesson-${number}`), files)
  const key = CLASHES.get(number)
  return key === undefined ? listed : setKey(listed, key, number)
}

const append = (files: Files, list: string, row: string): Files =>
  new Map(files).set(list, `${files.get(list) ?? ''}${row}\n`)

function setKey(files: Files, key: number, value: number): Files {
  const lines = (files.get(SETTINGS) ?? '').split('\n')
  lines[key] = `key_${key} = ${value}`
  return new Map(files).set(SETTINGS, lines.join('\n'))
}
