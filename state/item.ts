/** A piece of work that waits for a lane: named in the config, or one JSON object a line in a file. */
import * as z from 'zod'
import { Engine } from './words.ts'

/** Single separators only, so that a lane's name can be taken apart again. */
export const GoalName = z
  .string()
  .max(40)
  .regex(
    /^[a-z0-9]+(?:[_-][a-z0-9]+)*$/i,
    'a goal is words of letters and digits, joined by - or _',
  )

const ItemId = z
  .string()
  .max(35)
  .regex(/^[a-z0-9][a-z0-9_-]*$/, 'an id is a-z, 0-9, - and _')

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

/** What its lane is called, in at most 61 characters: other items' lanes are called otherwise. */
export const laneNameOf = ({ goal, id }: Named): string => `${goal}--${id}`

/** The goal that a lane of this name works for; null when the name is not one of ours. */
export const goalOfLane = (name: string): string | null => /^(.+?)--./.exec(name)?.[1] ?? null

export const accountOf = ({ account, engine }: Pick<Item, 'account' | 'engine'>): string =>
  account ?? engine
