/** What lanes that live work on: files that differ in their worktrees, files that their briefs name. */
import { runCommand } from '../../../adapters/command.ts'
import type { ProbeParams, ProbeResult } from '../../rpc/probe-api.ts'
import { namesIn, statusArgs } from '../git-status.ts'
import { type Git, gitIn } from '../lanes/git.ts'
import { launchedOf } from '../lanes/launched.ts'

type Seen = ProbeResult<'lane.touched'>[number]

const MOST_FILES = 500

export async function touched({
  lanes,
}: ProbeParams<'lane.touched'>): Promise<ProbeResult<'lane.touched'>> {
  const seen: Seen[] = []
  // One after the other: git reads whole trees, and nobody waits for the last of them alone.
  for (const { name, cwd, log } of lanes) {
    const git = gitIn(cwd, runCommand)
    const base = await baseOf(git)
    if (base === null) continue
    const remote = await git(['remote', 'get-url', 'origin'])
    const branch = await git(['symbolic-ref', '--quiet', '--short', 'HEAD'])
    const launched = await launchedOf(log)
    seen.push({
      lane: name,
      remote: remote.ok ? remote.out.trim() : null,
      branch: branch.ok ? branch.out.trim() : null,
      changed: await changedSince(git, base),
      named: [...(launched?.named ?? [])],
    })
  }
  return seen
}

/** Where it left the default branch; its own last commit when that is not known. */
async function baseOf(git: Git): Promise<string | null> {
  const base = await git(['merge-base', 'HEAD', 'refs/remotes/origin/HEAD'])
  const found = base.ok ? base : await git(['rev-parse', '--verify', '--quiet', 'HEAD'])
  return found.ok ? found.out.trim() : null
}

async function changedSince(git: Git, base: string): Promise<string[]> {
  const committed = await git([
    'diff-tree',
    '-r',
    '--name-only',
    '--no-renames',
    '-z',
    base,
    'HEAD',
  ])
  const status = await git(statusArgs('all'))
  const paths = [
    ...(committed.ok ? committed.out.split('\0').filter(path => path !== '') : []),
    ...(status.ok ? namesIn(status.out) : []),
  ]
  return [...new Set(paths)].slice(0, MOST_FILES)
}
