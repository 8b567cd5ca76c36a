/** A piece of work that waits for a lane: named in the config, or one JSON object a line in a file. */
import * as z from 'zod'
import { Engine } from './words.ts'

/** Single separators only, so that a lane's name can be taken apart again. */
const WORDS = /^[a-z0-9]+(?:[_-][a-z0-9]+)*$/

export const GoalName = z
  .string()
  .max(24)
  .regex(WORDS, 'a goal is words of a-z and 0-9, joined by - or _')

export const ItemId = z
  .string()
  .max(31)
  .regex(WORDS, 'an id is words of a-z and 0-9, joined by - or _')

/** Lanes that one item may have had: the number is part of a lane's name. */
export const MOST_ATTEMPTS = 99
export const Attempt = z.number().int().min(1).max(MOST_ATTEMPTS)

/** Names what an item uses; longer ones are no names. */
const Name = z.string().min(1).max(200)

export const Item = z.object({
  goal: GoalName,
  id: ItemId,
  title: z.string().trim().min(1).max(300),
  /** Path of the brief on the host. */
  brief: z.string().min(1).max(4_096).nullable().default(null),
  repo: Name.nullable().default(null),
  engine: Engine.default('codex'),
  model: Name.nullable().default(null),
  /** Whose limits it spends; null is the engine's own account. */
  account: Name.nullable().default(null),
  /** Higher is sooner, within its goal. */
  priority: z.number().int().default(0),
  ready: z.boolean().default(true),
})
export type Item = z.infer<typeof Item>

type Named = Pick<Item, 'goal' | 'id'>

export const itemKey = ({ goal, id }: Named): string => `${goal}/${id}`

/** What its lane is called, in at most 61 characters; a further attempt has its number in it. */
export const laneNameOf = ({ goal, id }: Named, attempt = 1): string =>
  attempt === 1 ? `${goal}--${id}` : `${goal}--${id}--${attempt}`

/** Whose lane it is, by its name; null when the name is not one of ours. */
export function workOfLane(name: string): { goal: string; id: string; attempt: number } | null {
  const [goal, id, number, ...more] = name.split('--')
  if (goal === undefined || id === undefined || more.length > 0) return null
  const attempt = Attempt.safeParse(Number(number ?? 1)).data
  const isWork = GoalName.safeParse(goal).success && ItemId.safeParse(id).success
  if (!isWork || attempt === undefined) return null
  return laneNameOf({ goal, id }, attempt) === name ? { goal, id, attempt } : null
}

export const accountOf = ({ account, engine }: Pick<Item, 'account' | 'engine'>): string =>
  account ?? engine
