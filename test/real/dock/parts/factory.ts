/**
 * A repository with open pull requests over real git, and its checks: a pull request is truly red
 * when it is one of those, and any run is red by chance as often as is asked for.
 */
import type { Car, Seen } from '../../../../src/engine/queue/line.ts'
import { newMirrored } from './mirrored.ts'

export interface DockPlan {
  pulls: number
  /** Numbers of those that are truly red. */
  bad: ReadonlySet<number>
  /** Whether the next run is red for no reason. */
  flake(): boolean
}

function historyOf(count: number): string {
  const who = 'Lane <lane@factory.test> 1700000000 +0000'
  const commit = (ref: string, from: string | null, path: string, text: string) =>
    [
      `commit ${ref}`,
      `committer ${who}`,
      `data ${Buffer.byteLength(ref)}`,
      ref,
      ...(from === null ? [] : [`from ${from}`]),
      `M 100644 inline ${path}`,
      `data ${Buffer.byteLength(text)}`,
      text,
      '',
    ].join('\n')
  return [
    commit('refs/heads/main', null, 'README.md', 'factory\n'),
    ...Array.from({ length: count }, (_, index) => {
      const pr = index + 1
      const path = `src/${pr}.txt`
      return commit(`refs/pull/${pr}/head`, 'refs/heads/main', path, `change ${pr}\n`)
    }),
  ].join('\n')
}

export async function newDock({ pulls, bad, flake }: DockPlan) {
  const { dir, git, take, mirror } = await newMirrored()
  take(historyOf(pulls))
  await mirror.fetch()

  /** Nobody pushes to them. */
  const heads = await mirror.pullHeads()
  const held = new Set<number>()
  const comments: string[] = []
  const runs: { commit: string; branch: string; startedAt: number }[] = []
  const verdicts = new Map<string, { isGreen: boolean; why: string }>()
  let time = 0
  const isBad = (path: string) => bad.has(Number(/\d+/.exec(path)?.[0]))

  /** Commits that are on branches of trains and were not run yet begin; those begun before end. */
  const tick = () => {
    time += 1
    for (const run of runs) {
      if (verdicts.has(run.commit) || run.startedAt >= time) continue
      const paths = git('ls-tree', '-r', '--name-only', run.commit, 'src/').split('\n')
      const isGreen = !paths.some(path => isBad(path)) && !flake()
      verdicts.set(run.commit, { isGreen, why: isGreen ? '' : 'unit is red' })
    }
  }
  const begin = () => {
    const branches = git(
      'for-each-ref',
      '--format=%(objectname) %(refname)',
      'refs/heads/dockmaster',
    )
    for (const line of branches.split('\n').filter(text => text !== '')) {
      const [commit = '', branch = ''] = line.split(' ')
      if (!runs.some(run => run.branch === branch && run.commit === commit)) {
        verdicts.delete(commit)
        runs.push({ commit, branch, startedAt: time })
      }
    }
  }

  let known = { tip: '', paths: new Set<string>() }
  const landedAt = (tip: string): ReadonlySet<string> => {
    if (known.tip !== tip) {
      known = { tip, paths: new Set(git('ls-tree', '-r', '--name-only', tip, 'src/').split('\n')) }
    }
    return known.paths
  }

  /** What may board: open, not landed, not held. */
  const seen = async (): Promise<Seen> => {
    await mirror.fetch()
    const tip = (await mirror.branches()).get('main') ?? ''
    const landed = landedAt(tip)
    const mayBoard: Car[] = [...heads]
      .filter(([pr]) => !held.has(pr) && !landed.has(`src/${pr}.txt`))
      .map(([pr, head]) => ({ pr, head }))
    return { kind: 'seen', tip, mayBoard, conflicts: new Set(), isFrozen: false }
  }

  return {
    dir,
    git,
    mirror,
    heads,
    held,
    comments,
    seen,
    begin,
    tick,
    verdict: async (commit: string) => verdicts.get(commit) ?? null,
    get runs() {
      return runs.length
    },
    get time() {
      return time
    },
  }
}
