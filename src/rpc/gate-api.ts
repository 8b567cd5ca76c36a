/** What the hub asks the probe about commits that a gate command is to test on the host. */
import * as z from 'zod'

const Sha = z.string().regex(/^[0-9a-f]{40,64}$/)
/** `logs` is where launched lanes keep theirs, `repo` names a directory below it. */
const Place = z.object({
  logs: z.string(),
  repo: z.string().regex(/^[\w.+-]+\.git$/),
})
const Key = z.string().regex(/^[a-z0-9][\w.-]{0,100}$/i)

export const PROBE_GATE_METHODS = {
  /** Which commits the host holds of it already. */
  'gate.look': {
    params: Place.extend({ commit: Sha }),
    result: z.object({
      isThere: z.boolean(),
      tips: z.array(Sha).max(1_000),
    }),
  },
  /** A piece of a bundle; the first one begins it anew. */
  'gate.take': {
    params: Place.extend({ commit: Sha, at: z.number().int().nonnegative(), base64: z.string() }),
    result: z.object({}),
  },
  /** Checks the commit out, anew, out of what it holds and the bundle that came. */
  'gate.checkout': {
    params: Place.extend({ commit: Sha, key: Key }),
    result: z.discriminatedUnion('kind', [
      /** `tree` is where the files are, `log` an empty file for what the command says. */
      z.object({ kind: z.literal('there'), tree: z.string(), log: z.string() }),
      z.object({ kind: z.literal('failed'), message: z.string() }),
    ]),
  },
  /** Takes the files away again; the log stays. */
  'gate.drop': {
    params: Place.extend({ key: Key }),
    result: z.object({ fault: z.string().nullable() }),
  },
} as const
