/** Who holds which token, and what it lets its holder do. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** Each may what the ones before it may: review is Pull requests write, merge is Contents write. */
export type Role = 'read' | 'review' | 'merge'

const ROLES: readonly Role[] = ['read', 'review', 'merge']

export interface TokenPlan {
  token: string
  login: string
  role: Role
  /** A fine-grained token is not granted the checks. */
  mayReadChecks?: boolean
}

export type Holder = Readonly<Required<TokenPlan>>

export interface Access {
  /** Holder of the token in a request's header; null when there is none. */
  holderOf(authorization: string | undefined): Holder | null
  revoke(token: string): void
  restore(token: string): void
}

export const mayAs = (holder: Holder, role: Role): boolean =>
  ROLES.indexOf(holder.role) >= ROLES.indexOf(role)

const digest = (text: string) => createHash('sha256').update(text).digest()

export function accessOf(plans: readonly TokenPlan[]): Access {
  const revoked = new Set<string>()
  const holders = plans.map(plan => ({
    holder: { mayReadChecks: true, ...plan },
    hash: digest(plan.token),
  }))
  return {
    holderOf: (authorization = '') => {
      const given = digest(tokenIn(authorization))
      const found = holders.find(({ hash }) => timingSafeEqual(hash, given))
      return found && !revoked.has(found.holder.token) ? found.holder : null
    },
    revoke: token => {
      revoked.add(token)
    },
    restore: token => {
      revoked.delete(token)
    },
  }
}

/** The token of a header: after a word of GitHub's, or as the password that git gives. */
function tokenIn(header: string): string {
  const [, word = '', given = ''] = /^(bearer|token|basic)\s+(\S+)$/i.exec(header) ?? []
  if (word.toLowerCase() !== 'basic') return given
  const text = Buffer.from(given, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}
