/** The policy that a repository is judged by: what the operator says, over what its default branch says. */
import { parse } from 'smol-toml'
import {
  type GateOverrides,
  type GatePolicy,
  policyOf,
  RepositoryPolicy,
} from '../../../state/gate-policy.ts'

export const POLICY_PATH = '.dockmaster.toml'

export interface PolicyRead {
  readonly policy: GatePolicy
  /** Why the repository's own cannot be read; nothing lands then. */
  readonly fault: string | null
}

/** `text` is null when the repository has none; `operator` goes before it, key by key. */
export function policyFrom(text: string | null, operator: GateOverrides): PolicyRead {
  const own = { policy: policyOf(operator), fault: null }
  if (text === null) return own
  try {
    const read = RepositoryPolicy.safeParse(parse(text))
    if (read.success) {
      return { policy: policyOf(read.data.gate, operator), fault: null }
    }
    const [issue] = read.error.issues
    const where = issue?.path.join('.') || 'its root'
    return { ...own, fault: `${POLICY_PATH} at ${where}: ${issue?.message ?? 'cannot be read'}` }
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split('\n') : []
    return { ...own, fault: `${POLICY_PATH}: ${first}` }
  }
}
