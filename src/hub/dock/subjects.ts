/** Under which subjects the journal holds what is done at a line, so that none is left out of a look. */
import type { DockRepo } from '../../../state/config.ts'
import { subjectOf } from './line-journal.ts'

export function subjectsOf({ repo, base }: Pick<DockRepo, 'repo' | 'base'>) {
  const line = subjectOf(repo, base)
  return {
    line,
    native: `${line} native`,
    rebases: `${line} rebase`,
    rebaseLanes: `${line} rebase lanes`,
    reruns: `${line} reruns`,
    skips: `${line} skips`,
    soak: `${line} soak`,
    hold: `${line} hold`,
  }
}
