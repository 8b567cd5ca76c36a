/** How a lane will run: in which runner, under which name there, and where the agent's program is. */
import type { RunnerWish } from '../../state/config.ts'
import type { Engine } from '../../state/words.ts'
import { chooseRunner, specOf } from '../policy/runner-choice.ts'
import type { RunnerSpec, Survey } from '../rpc/lane-api.ts'
import type { LaneDeps } from './lane-deps.ts'

export interface SpecWish {
  /** Of this launch alone. A named box asks for a box. */
  runner?: RunnerWish | null | undefined
  /** Name of an entry of `boxes`. */
  box?: string | null | undefined
  engine: Engine
  stem: string
  key: string
}

export interface ChosenSpec {
  /** Null when there are problems. */
  runner: RunnerSpec | null
  why: string
  /** With the program as it is where the agent will run. */
  survey: Survey
  problems: string[]
}

export async function chooseSpec(
  { boxes, launch }: LaneDeps,
  { runner = null, box = null, engine, stem, key }: SpecWish,
  survey: Survey,
): Promise<ChosenSpec> {
  const asked = box === null ? runner : 'box'
  const choice = chooseRunner(asked, launch.runner, survey)
  if (choice.kind === 'refused') {
    return { runner: null, why: '', survey, problems: [choice.message] }
  }
  const { why } = choice
  if (choice.runner !== 'box') {
    return { runner: specOf(choice.runner, stem, key), why, survey, problems: [] }
  }
  const profile = box ?? launch.box ?? null
  const chosen = await boxes.choose({ profile, engine, stem })
  const path = chosen.kind === 'box' ? chosen.program : engine
  const inside = { ...survey, program: { ...survey.program, path } }
  return chosen.kind === 'box'
    ? { runner: chosen.spec, why, survey: inside, problems: [] }
    : { runner: null, why, survey: inside, problems: chosen.problems }
}
