/** Landing a pull request as GitHub does, or the words with which GitHub refuses it. */
import type { MergeMethod, Repository } from '../git/repository.ts'
import { isOpen, type Mergeability, type Pull, type RollupState } from './pull.ts'
import type { Rules } from './rules.ts'

export interface LandOptions {
  method?: MergeMethod
  title?: string | undefined
  message?: string | undefined
  /** The head that is meant. */
  sha?: string | undefined
}

/** Why something did not land. Its status is REST's. */
export class LandingFault extends Error {
  override readonly name = 'LandingFault'
  readonly status: 400 | 405 | 409 | 422
  constructor(status: 400 | 405 | 409 | 422, message: string) {
    super(message)
    this.status = status
  }
}

export interface Standing {
  rules: Rules
  mergeability: Mergeability
  /** Null when the head has no checks. */
  checks: RollupState | null
}

/** What holds a pull request back whoever asks, in GitHub's words; null when nothing does. */
export function blockOf(pull: Pull, by: string, standing: Standing): string | null {
  const { rules, mergeability, checks } = standing
  if (!isOpen(pull)) return 'Pull Request is not mergeable'
  if (pull.isDraft) return 'Pull Request is still a draft'
  if (mergeability !== 'unknown' && mergeability.conflicts) return 'Pull Request is not mergeable'
  if (rules.bypass.includes(by)) return null
  if (rules.requiredReviews > 0 && pull.reviewDecision !== 'APPROVED') {
    const count = rules.requiredReviews
    const noun = count === 1 ? 'approving review is' : 'approving reviews are'
    return `At least ${count} ${noun} required by reviewers with write access.`
  }
  if (rules.requiredChecks && checks !== 'SUCCESS') {
    const state = checks === 'FAILURE' ? 'failing' : 'expected'
    return `Required status checks are ${state}.`
  }
  const isBehind = mergeability !== 'unknown' && mergeability.behindBy > 0
  return rules.strict && isBehind ? 'Head branch is out of date. Update it and try again.' : null
}

export const QUEUE_ONLY = 'Changes must be made through the merge queue'

/** Throws LandingFault when GitHub would not merge it directly. */
export function admitLanding(pull: Pull, by: string, standing: Standing, sha?: string): void {
  const { rules } = standing
  if (rules.queue && !rules.bypass.includes(by) && isOpen(pull)) {
    throw new LandingFault(405, QUEUE_ONLY)
  }
  if (sha !== undefined && sha !== pull.headSha) {
    throw new LandingFault(409, 'Head branch was modified. Review and try the merge again.')
  }
  const block = blockOf(pull, by, standing)
  if (block !== null) throw new LandingFault(405, block)
}

/** Moves the base onto the landing; the landing's commit. Throws LandingFault. */
export async function landOn(
  git: Repository,
  owner: string,
  pull: Pull,
  { method = 'merge', title, message }: LandOptions,
): Promise<string> {
  const base = (await git.heads()).get(pull.base)
  if (base === undefined) throw new LandingFault(405, 'Base branch does not exist')
  const subject =
    title ??
    (method === 'squash'
      ? `${pull.title} (#${pull.number})`
      : `Merge pull request #${pull.number} from ${owner}/${pull.branch}`)
  const body = message ?? (method === 'squash' ? '' : pull.title)
  const commit = await git.bring(base, pull.headSha, method, `${subject}\n\n${body}`.trim())
  if (commit === null) throw new LandingFault(405, 'Pull Request is not mergeable')
  if (await git.moveBranch(pull.base, base, commit)) return commit
  throw new LandingFault(409, 'Base branch was modified. Review and try the merge again.')
}

/** Brings the base into the head's branch; throws LandingFault. */
export async function updateHead(
  git: Repository,
  pull: Pull,
  how: { method: 'merge' | 'rebase'; sha?: string | undefined },
): Promise<void> {
  const heads = await git.heads()
  const [base, head] = [heads.get(pull.base), heads.get(pull.branch)]
  if (base === undefined || head === undefined || !isOpen(pull)) {
    throw new LandingFault(422, 'Head branch does not exist')
  }
  if (how.sha !== undefined && how.sha !== head) {
    throw new LandingFault(422, 'expected head sha didn’t match current head ref.')
  }
  if (await git.isAncestor(base, head)) {
    throw new LandingFault(422, 'There are no new commits on the base branch.')
  }
  const message = `Merge branch '${pull.base}' into ${pull.branch}`
  const made =
    how.method === 'rebase'
      ? await git.bring(base, head, 'rebase', '')
      : await git.bring(head, base, 'merge', message)
  if (made === null) throw new LandingFault(422, 'merge conflict between base and head')
  if (!(await git.moveBranch(pull.branch, head, made))) {
    throw new LandingFault(422, 'expected head sha didn’t match current head ref.')
  }
}
