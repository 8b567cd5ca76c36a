/** What a handover is made of, for its tests: nothing at all, and something of everything. */
import { CanonConfig } from '../../../../state/config.ts'
import type { HandoverInput } from '../../../../state/journal/handover/handover.ts'
import type { Recollection } from '../../../../state/journal/handover/recall.ts'
import { job, lane, link, pr, row, source } from './world.ts'

export const nothing: Recollection = {
  decisions: [],
  intents: [],
  goal: null,
  next: null,
  changes: [],
  moreChanges: false,
  cursor: 0,
}

export const input = (over: Partial<HandoverInput> = {}): HandoverInput => ({
  profile: 'practice',
  host: 'dev@host.example',
  canon: CanonConfig.parse({}),
  facts: [],
  memory: nothing,
  since: null,
  maxTokens: null,
  ...over,
})

export const canon = CanonConfig.parse({
  goal: 'land the queue',
  guardrails: ['never force-push', 'nothing lands without its gate'],
  canon: [{ title: 'Gate', path: '/specs/gate.md' }],
  gates: ['tests are green'],
  next: ['merge octo/repo#12'],
})

const decision = row(3, {
  kind: 'decision',
  text: 'Merge now?',
  data: { options: ['yes', 'no'], deadline: 5_000, url: 'https://git.example/12' },
})

export const full = input({
  canon,
  facts: [
    lane('api', {
      status: 'stalled',
      cause: 'reconnecting',
      evidence: [{ kind: 'report', ref: '/reports/api.md', at: 1 }],
    }),
    lane('old', { status: 'ended', result: 'claimed', endedAt: 7 }),
    lane('good', { status: 'ended', result: 'landed', endedAt: 8 }),
    pr(12),
    job('janitor', { state: 'late' }),
    source('github', { state: 'unreachable', message: 'no network', mend: 'wait' }),
    source('cron', { state: 'absent' }),
    link('up'),
  ],
  memory: {
    ...nothing,
    decisions: [decision],
    intents: [row(4, { kind: 'intent', subject: 'runl', text: 'git push' })],
    changes: [row(5), row(6, { text: 'newest' })],
    cursor: 6,
  },
})
