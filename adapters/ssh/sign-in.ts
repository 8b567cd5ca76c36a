/** Signs in with keys alone, one after another, and says what stood in the way. */
import type { AuthHandlerMiddleware } from 'ssh2'
import type { TransportFailure } from '../transport.ts'
import { type ConnectError, refused } from './failure.ts'
import type { SignIn } from './identities.ts'
import type { ResolvedHost } from './resolve.ts'

/** ssh2 takes `false` for the end of the list; its types leave that out. */
const NOTHING_LEFT = false as never

export function offerInTurn({ methods, notes }: SignIn): AuthHandlerMiddleware {
  const left = [...methods]
  return (allowed, partial, next) => {
    if (partial) notes.push('the host wants a second factor: not supported')
    // On the first call ssh2 does not know yet what the host allows.
    const pointless = partial || !(allowed ?? ['publickey']).includes('publickey')
    next(pointless ? NOTHING_LEFT : (left.shift() ?? NOTHING_LEFT))
  }
}

/** A single key failed to sign; ssh2 goes on to the next by itself. */
export const isPassing = (error: ConnectError): boolean =>
  error.level === 'agent' || /^Error (while )?signing/.test(error.message)

/** Why the host let nobody in; null when the error is about something else. */
export function signInFailure(
  host: ResolvedHost,
  { methods, notes }: SignIn,
  error: ConnectError,
): TransportFailure | null {
  const noted = notes.length === 0 ? '' : ` (${notes.join('; ')})`
  const failure = (why: string, mend: string) =>
    refused(`${host.target} does not let ${host.user} in: ${why}${noted}`, mend)
  if (/too many authentication failures/i.test(error.message)) {
    const mend = 'name the right key: IdentityFile with IdentitiesOnly yes'
    return failure('it cut us off after too many keys', mend)
  }
  if (error.level !== 'client-authentication') return null
  return failure(
    methods.length === 0 ? 'there is no key to offer' : 'it took none of our keys',
    'ssh-add the key, or name it with IdentityFile; only keys are used, never passwords',
  )
}
