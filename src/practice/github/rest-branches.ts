/** Branches and the rules that hold them, in REST. */
import { DEFAULT_BRANCH } from '../history/plan.ts'
import { CHECK_NAMES } from './pull.ts'
import { notFound, type RestAnswer, type RestCall, type Route } from './rest-call.ts'
import type { Body } from './rest-views.ts'
import { isProtected } from './rules.ts'

const requiredOn = ({ repository }: RestCall, branch: string): string[] =>
  branch === DEFAULT_BRANCH
    ? [...(repository.rules.requiredChecks ? CHECK_NAMES : []), ...repository.rules.alsoRequired]
    : []

function oneBranch(call: RestCall): RestAnswer {
  const [name = ''] = call.parts
  const sha = call.repository.heads().get(name)
  if (sha === undefined) return notFound()
  const isHeld = name === DEFAULT_BRANCH && isProtected(call.repository.rules)
  const contexts = requiredOn(call, name)
  const body = {
    name,
    commit: { sha },
    protected: isHeld,
    protection: {
      enabled: isHeld,
      required_status_checks: {
        enforcement_level: contexts.length > 0 ? 'non_admins' : 'off',
        contexts,
        checks: contexts.map(context => ({ context, app_id: null })),
      },
    },
  } satisfies Body<'branch-with-protection'>
  return { status: 200, body }
}

/** No rulesets here: what protects the branch is its protection. */
const rulesOf = ({ repository, parts }: RestCall): RestAnswer =>
  repository.heads().has(parts[0] ?? '') ? { status: 200, body: [] } : notFound()

export const BRANCH_ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/branches\/([^/]+)$/, needs: 'read', handler: oneBranch },
  { method: 'GET', path: /^\/rules\/branches\/([^/]+)$/, needs: 'read', handler: rulesOf },
]
