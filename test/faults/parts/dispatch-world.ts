/** What a hub knows that may dispatch: its host is well, and nothing is jammed. */
import { DispatchConfig } from '../../../state/config.ts'
import type { Fact } from '../../../state/facts.ts'
import { host, link, source } from '../../terminal/parts/facts.ts'

/** `brief` is a file on the host. */
export function dispatchWorld(items: readonly object[], brief: string) {
  const config = DispatchConfig.parse({
    items: items.map(item => ({ title: 'work', brief, ...item })),
    caps: { goal: 50, total: 50, host: 50 },
  })
  const sources = ['lanes', 'vitals', 'github:x'].map(name => source(name))
  const facts: readonly Fact[] = [link(), host(), ...sources]
  return { config, facts }
}
