/** Whether the canon may be locked as it is: by a person, and whole. */
import type { Answerer } from '../../state/answerer.ts'
import { type SpecState, specText } from '../../state/canon.ts'

/** Empty when nothing stands against it. An agent that locks its own edits approves its own work. */
export function judgeCanonLock(specs: readonly SpecState[], by: Answerer): string[] {
  return [
    ...(by.tty === null ? ['the canon is locked by a person at a terminal'] : []),
    ...(specs.length === 0 ? ['no specification is configured: name them as canon.canon'] : []),
    ...specs
      .filter(({ sha256 }) => sha256 === null)
      .map(each => `${each.title} (${each.path}) ${specText(each)}`),
  ]
}
