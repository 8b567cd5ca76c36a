/**
 * The hourly allowance of each holder, which GitHub tells with every answer: one of REST and one of
 * GraphQL. Whoever has spent it is refused until it is given anew. A 304 costs nothing.
 */

export type Resource = 'core' | 'graphql'

/** Points of one holder an hour. */
export type HourlyLimits = Record<Resource, number>

export const GITHUB_HOURLY: HourlyLimits = { core: 5000, graphql: 5000 }

export interface Allowance {
  readonly limit: number
  readonly used: number
  readonly remaining: number
  /** Unix milliseconds. */
  readonly resetAt: number
}

export interface RateLimit {
  /** As of now. */
  of(login: string, resource: Resource): Allowance
  spend(login: string, resource: Resource, points: number): void
}

const HOUR = 3_600_000

export function rateLimit(now: () => number, limits: () => HourlyLimits): RateLimit {
  const accounts = new Map<string, { used: number; resetAt: number }>()
  /** An hour begins with its first request. */
  const accountOf = (login: string, resource: Resource) => {
    const key = `${resource} ${login}`
    const known = accounts.get(key)
    if (known !== undefined && now() < known.resetAt) return known
    const account = { used: 0, resetAt: now() + HOUR }
    accounts.set(key, account)
    return account
  }
  return {
    of: (login, resource) => {
      const limit = limits()[resource]
      const { used, resetAt } = accountOf(login, resource)
      return { limit, used, remaining: Math.max(0, limit - used), resetAt }
    },
    spend: (login, resource, points) => {
      accountOf(login, resource).used += points
    },
  }
}
