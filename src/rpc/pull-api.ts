/** What clients and the hub say to each other about pull requests and the lines that land them. */
import * as z from 'zod'
import { PriorityAct } from '../../state/act.ts'
import { Answerer } from '../../state/answerer.ts'
import { LaneTimeline } from '../../state/look.ts'
import { Done } from './act-api.ts'

const pull = {
  repo: z.string().max(200),
  number: z.number().int().positive(),
  /** The head that was seen: another one is neither reviewed nor merged. */
  head: z.string().regex(/^[0-9a-f]{40,64}$/),
}
/** Which pull request is looked into. */
const PullAsked = z.object({ repo: pull.repo, number: pull.number })
export type PullAsked = z.infer<typeof PullAsked>

const Asked = z.object({ ...pull, by: Answerer })

export const HUB_PULL_METHODS = {
  /** What the journal says of it, and of its steps in the line. */
  'pull.timeline': { params: PullAsked, result: LaneTimeline },
  'pull.approve': { params: Asked, result: Done },
  'pull.reject': {
    params: Asked.extend({ reason: z.string().trim().min(1).max(10_000) }),
    result: Done,
  },
  /** Becomes a decision: whoever answers it merges. */
  'pull.merge': { params: Asked.extend({ isDryRun: z.boolean() }), result: Done },
  /** In GitHub's own queue: out of it, or to its front. */
  'pull.dequeue': { params: Asked, result: Done },
  'pull.jump': { params: Asked, result: Done },
  /** Among those that may board in our own line: higher boards first. */
  'dock.priority': {
    params: PriorityAct.omit({ act: true }).extend({ by: Answerer }),
    result: Done,
  },
  'dock.switch': {
    params: z.object({
      repo: z.string().max(200),
      to: z.enum(['look', 'train', 'native']),
      isDryRun: z.boolean(),
      by: Answerer,
    }),
    result: Done,
  },
} as const
