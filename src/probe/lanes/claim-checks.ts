/** Checks what an agent claims by reading: its commits, its pushes, its report. */
import type { ClaimFact } from '../../../state/claim.ts'
import type { WorkPlace } from './evidence.ts'
import type { Git } from './git.ts'
import { remoteHolding } from './remote.ts'
import { seeReport } from './report.ts'

export type Verdict = Pick<ClaimFact, 'state' | 'output'>

export interface CheckContext {
  git: Git
  place: WorkPlace
  /** Branch of a lane that has a worktree of its own; null: any branch will do. */
  branch: string | null
  /** Its newest commit; null when it made none. What others commit later is not what it pushed. */
  newest: string | null
}

type Check = (subject: string, context: CheckContext) => Promise<Verdict>

const verified = (output: string): Verdict => ({ state: 'verified', output })
const refuted = (output: string): Verdict => ({ state: 'refuted', output })
const unverified = (output: string | null): Verdict => ({ state: 'unverified', output })

const CHECKS: Readonly<Record<ClaimFact['check'], Check>> = {
  async commit(sha, { git, branch }) {
    const found = await git(['rev-parse', '--verify', '--quiet', `${sha}^{commit}`])
    if (!found.ok)
      return found.code === 1 ? refuted(`there is no commit ${sha}`) : unverified(found.why)
    const whole = found.out.trim()
    if (branch === null) {
      const refs = await git([
        'for-each-ref',
        '--count=1',
        '--format=%(refname)',
        '--contains',
        whole,
      ])
      const head = await git(['merge-base', '--is-ancestor', whole, 'HEAD'])
      const holder = head.ok ? 'HEAD' : refs.ok ? refs.out.trim() : ''
      return holder === '' ? refuted(`${sha} is on no branch`) : verified(`${sha} is on ${holder}`)
    }
    for (const ref of [`refs/heads/${branch}`, 'HEAD']) {
      const held = await git(['merge-base', '--is-ancestor', whole, ref])
      if (held.ok) return verified(`${sha} is on ${branch}`)
      if (held.code !== 1 && ref === 'HEAD') return unverified(held.why)
    }
    return refuted(`${sha} is not on ${branch}`)
  },

  async push(named, { git, branch, newest }) {
    const wanted = named.replace(/^origin\//, '') || branch
    const rev = wanted === null ? 'HEAD' : `refs/heads/${wanted}`
    // A branch that is known by its remote alone was pushed from elsewhere: HEAD is what counts then.
    const tip = newest ?? (await firstOf(git, [rev, 'HEAD']))
    if (tip === null) return unverified('it has no commit that could be pushed')
    const holder = await remoteHolding(git, tip)
    const what = tip.slice(0, 12)
    return holder === null
      ? refuted(`no branch of a remote holds ${what}`)
      : verified(`${what} is on ${holder}`)
  },

  async report(path, { place }) {
    const { cwd, startedAt, endedAt } = place
    if (cwd === null || startedAt === null) return unverified(null)
    const { seen } = await seeReport(path, { cwd, startedAt, endedAt })
    const said = `${seen.path} is ${REPORTS[seen.state]}`
    if (seen.state === 'later') return unverified(said)
    return seen.state === 'seen' ? verified(said) : refuted(said)
  },

  // Seen from the hub, which knows the pull requests.
  pr: async () => unverified(null),
  // Run when it is asked for.
  command: async () => unverified(null),
  none: async () => unverified(null),
}

const REPORTS = {
  seen: 'there, and of its time',
  absent: 'not there',
  empty: 'empty',
  old: 'older than the lane',
  later: 'written after the lane had ended',
} as const

export const checkClaim = (
  { check, subject }: Pick<ClaimFact, 'check' | 'subject'>,
  context: CheckContext,
): Promise<Verdict> => CHECKS[check](subject, context)

async function firstOf(git: Git, revisions: readonly string[]): Promise<string | null> {
  for (const revision of revisions) {
    const found = await git(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])
    if (found.ok) return found.out.trim()
  }
  return null
}
