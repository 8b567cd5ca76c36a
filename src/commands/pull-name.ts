/** How a pull request is named on the command line, and found among those that are open. */
import { InvalidArgumentError } from 'commander'
import type { PrFact } from '../../state/facts.ts'
import type { World } from '../../state/world.ts'
import { CommandFault, EXIT } from './context.ts'

export interface PullName {
  /** Null: the only repository that has a pull request of that number. */
  repo: string | null
  number: number
}

/** Throws InvalidArgumentError, a usage fault. */
export function pullIn(text: string): PullName {
  const [, repo, number = ''] = /^(?:([\w.-]+\/[\w.-]+)?#)?(\d{1,9})$/.exec(text) ?? []
  if (number === '') throw new InvalidArgumentError('give 12, #12, or owner/name#12')
  return { repo: repo ?? null, number: Number(number) }
}

/** Throws CommandFault when there is none, or more than one. */
export function mustFind(world: World, { repo, number }: PullName): PrFact {
  const found = [...world.pr.values()].filter(
    ({ value }) => value.number === number && (repo === null || value.repo === repo),
  )
  const [pull, other] = found
  if (pull !== undefined && other === undefined) return pull.value
  throw new CommandFault(
    pull === undefined
      ? `no open pull request #${number} is known${repo === null ? '' : ` of ${repo}`}`
      : `more than one repository has #${number}: ${found.map(({ key }) => key).join(', ')}`,
    EXIT.failed,
  )
}
