/** The handover of one hub: from its journal, its facts and its profile's canon. */
import type { SpecState } from '../../state/canon.ts'
import type { ProfileConfig } from '../../state/config.ts'
import { handover } from '../../state/journal/handover/handover.ts'
import { recall } from '../../state/journal/handover/recall.ts'
import type { Journal } from '../../state/journal/journal.ts'
import type { HubParams, HubResult } from '../rpc/hub-api.ts'
import type { FactStore } from './fact-store.ts'

export interface HandoverParts {
  profile: string
  config: ProfileConfig
  journal: Journal
  facts: FactStore
  specs: readonly SpecState[]
}

/** Throws JournalFault: without its journal a hub remembers nothing to hand over. */
export function handoverOf(
  { profile, config, journal, facts, specs }: HandoverParts,
  { since, maxTokens }: HubParams<'handover'>,
): HubResult<'handover'> {
  const { text, json, cursor } = handover({
    profile,
    host: config.host,
    canon: config.canon,
    specs,
    facts: facts.all(),
    memory: recall(journal, since),
    since,
    maxTokens,
  })
  return { text, json, cursor }
}
