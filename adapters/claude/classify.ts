/** Claude lanes: the meaning of its causes, over the rules that all lanes share. */
import {
  type Dialect,
  judgeLane,
  type LaneJudgement,
  type LaneView,
  type QuietLimits,
} from '../lane-judge.ts'

const WAITS = new Map<string, 'quota' | 'auth'>([
  ['rate_limit', 'quota'],
  ['billing_error', 'quota'],
  ['api_error{429}', 'quota'],
  ['authentication_failed', 'auth'],
  ['oauth_org_not_allowed', 'auth'],
  ['api_error{401}', 'auth'],
])

/** Sentence → the word that goes with it, for transcripts of versions that write no word. */
const PROSE: readonly (readonly [RegExp, string])[] = [
  [/usage limit reached|\(429\)|hit your .{0,30}limit/, 'rate_limit'],
  [/^Credit balance is too low/, 'billing_error'],
  [/^Invalid API key|^Please run \/login|\(401\)/, 'authentication_failed'],
]

export const claudeDialect: Dialect = {
  causeOfProse: message => PROSE.find(([sentence]) => sentence.test(message))?.[1] ?? null,
  statusOf: cause => WAITS.get(cause) ?? null,
  /** `… usage limit reached|1795220180`: seconds since 1970. */
  resetOf: message => {
    const [seconds] = /(?<=limit reached\|)\d{10}\b/.exec(message) ?? []
    return seconds === undefined ? null : Number(seconds) * 1_000
  },
}

export const classifyClaude = (view: LaneView, limits?: QuietLimits): LaneJudgement =>
  judgeLane(view, claudeDialect, limits)
