/** Who may act: what this profile says, what each client said of itself, and who lifted it. */
import { readOnlyReason } from '../../state/access.ts'
import { authorOf } from '../../state/answerer.ts'
import type { AccessFact } from '../../state/rule-facts.ts'
import { judgeElevation } from '../policy/access.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { HubBase } from './hub-base.ts'

export interface ClientAccess {
  /** Why this client may not act; null when it may. */
  refusal(): string | null
  /** What the client said when it came. */
  greet(isReadOnly: boolean): void
  set(asked: HubParams<'access'>): HubResult<'access'>
}

export interface AccessControl {
  /** One client's. */
  client(): ClientAccess
}

type Deps = HubBase & {
  /** The profile says that nobody acts until somebody lifts it. */
  isReadOnly: boolean
}

export function newAccess({ facts, journal, now, isReadOnly }: Deps): AccessControl {
  let isProfileReadOnly = isReadOnly
  const tell = (by: string | null) => {
    const at = now()
    const value = { mode: modeOf(isProfileReadOnly), since: at, by }
    facts.put('hub', [{ kind: 'access', key: 'access', at, value }])
  }
  if (isReadOnly) tell(null)
  return {
    client() {
      let isClientReadOnly = false
      return {
        refusal: () => readOnlyReason({ isClientReadOnly, isProfileReadOnly }),
        greet: only => {
          isClientReadOnly = only
        },
        set: ({ to, reason, by }) => {
          const verdict = to === 'read-only' ? null : judgeElevation(by)
          if (verdict?.kind === 'refused') return verdict
          const author = authorOf(by)
          const row = journal.append({
            at: now(),
            kind: 'note',
            author,
            subject: 'access',
            text: `${to} from here on${reason === '' ? '' : `: ${reason}`}`,
            data: { access: to, profile: isReadOnly, reason, by },
          })
          isClientReadOnly = to === 'read-only'
          if (isReadOnly) {
            isProfileReadOnly = isClientReadOnly
            tell(author)
          }
          return { kind: 'set', row }
        },
      }
    },
  }
}

const modeOf = (isReadOnly: boolean): AccessFact['mode'] =>
  isReadOnly ? 'read-only' : 'read-write'
